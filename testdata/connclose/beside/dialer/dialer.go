// Package dialer gives results that have an error beside the connection, for claims
// in another package.
package dialer

import "net"

// A Result is a connection, or why there is none.
type Result struct {
	Conn net.Conn
	Fail error
}

// Close closes what there is.
func (r *Result) Close() {
	if r.Conn != nil {
		r.Conn.Close()
	}
}

// Err tells why there is none.
func (r *Result) Err() error { return r.Fail }

// Dial has no error beside a connection.
func Dial(addr string) *Result {
	conn, err := net.Dial("tcp", addr)
	return &Result{Conn: conn, Fail: err}
}

// Greet may have both.
func Greet(addr string) *Result {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return &Result{Fail: err}
	}
	_, err = conn.Write([]byte("HELO\n"))
	return &Result{Conn: conn, Fail: err}
}
