package errpaths

import (
	"net"
	"time"
)

// An Error is what this package's calls fail with.
type Error interface {
	error
	Code() int
}

// A codeError is one.
type codeError struct{ code int }

func (e *codeError) Error() string { return "code" }
func (e *codeError) Code() int     { return e.code }

func newError(code int) Error { return &codeError{code} }

func dialCode(addr string) (net.Conn, Error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, newError(1)
	}
	return conn, nil
}

func dialPointer(addr string) (net.Conn, *codeError) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, &codeError{1}
	}
	return conn, nil
}

// goodOwnErrorType: where the Error is set there is no connection.
func goodOwnErrorType(addr string) Error {
	conn, err := dialCode(addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		return newError(2)
	}
	return nil
}

// badOwnErrorType returns its own.
func badOwnErrorType(addr string) (net.Conn, Error) {
	conn, err := dialCode(addr) // want `conn from dialCode is not closed when .*Write fails`
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		return nil, newError(2)
	}
	return conn, nil
}

// badAfterOwnError: greetCode fails, and says so in its own way.
func badAfterOwnError(addr string) (net.Conn, Error) {
	conn, err := dialCode(addr) // want `conn from dialCode is not closed when greetCode fails`
	if err != nil {
		return nil, err
	}
	if err := greetCode(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

func greetCode(conn net.Conn) Error {
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		return newError(3)
	}
	return nil
}

// goodErrorPointer: the same with a pointer.
func goodErrorPointer(addr string) *codeError {
	conn, err := dialPointer(addr)
	if err != nil {
		return err
	}
	conn.Close()
	return nil
}

// badErrorPointer keeps nothing.
func badErrorPointer(addr string) *codeError {
	conn, err := dialPointer(addr) // want `conn from dialPointer is never closed`
	if err != nil {
		return err
	}
	conn.SetDeadline(time.Now())
	return nil
}
