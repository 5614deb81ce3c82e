// Package client keeps connections for its callers.
package client

import (
	"io"
	"log"
	"net"
)

// Client is one.
type Client struct {
	conn net.Conn
}

// New makes one without a connection.
func New() (*Client, error) { return new(Client), nil }

// SetConn gives it one.
func (c *Client) SetConn(conn net.Conn) { // want SetConn:"keeps operand 1"
	c.conn = conn
}

// SetTCP gives it one of the kernel's.
func (c *Client) SetTCP(conn *net.TCPConn) { // want SetTCP:"keeps operand 1"
	c.SetConn(conn)
}

// RemoteAddr is that of the connection.
func (c *Client) RemoteAddr() net.Addr { return c.conn.RemoteAddr() }

// Serve reads.
func Serve(conn net.Conn) { // want Serve:"uses operand 0"
	io.Copy(io.Discard, conn)
}

// Greet writes in a goroutine.
func Greet(conn net.Conn) { // want Greet:"uses operand 0"
	go func() { conn.Write([]byte("hello")) }()
}

// Close looks for nil.
func Close(conn net.Conn) {
	if conn != nil {
		conn.Close()
	}
}

// CloseAll leaves it to Close.
func CloseAll(conn net.Conn) { Close(conn) }

// Ignore does nothing with it.
func Ignore(conn net.Conn) {}

// Wrap makes one of it.
func Wrap(conn net.Conn) *Client { // want Wrap:"keeps operand 0"
	return &Client{conn: conn}
}

// Print prints it, or its address.
func Print(conn net.Conn, addr bool) { // want Print:"uses operand 0"
	if addr {
		log.Print(conn.RemoteAddr())
	} else {
		log.Print(conn)
	}
}
