package owners

import (
	"errors"
	"net"
	"sync"
)

// onceConn is closed once, by whoever comes first.
type onceConn struct {
	net.Conn
	once  func() error
	laddr string
}

func (c *onceConn) closeOnce() error { return c.Conn.Close() }

func (c *onceConn) Close() error { return c.once() }

// newOnce gives nothing for an address that cannot be.
func newOnce(conn net.Conn) *onceConn {
	laddr := conn.LocalAddr().String()
	if len(laddr) > 100 {
		return nil
	}
	c := &onceConn{Conn: conn, laddr: laddr}
	c.once = sync.OnceValue(c.closeOnce)
	return c
}

func check(conn net.Conn) (net.Conn, error) {
	if conn == nil {
		return nil, errors.New("nil")
	}
	return struct{ net.Conn }{conn}, nil
}

// goodOnce does not think of nil, with which check would fail.
func goodOnce(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c, err := check(newOnce(conn))
	if err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

// badOnce asks, and forgets to close it.
func badOnce(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return nil, err
	}
	c := newOnce(conn)
	if c == nil {
		return nil, errors.New("no address")
	}
	return c, nil
}
