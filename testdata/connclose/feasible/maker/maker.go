// Package maker has constructors that verify what they are given.
package maker

import (
	"errors"
	"net"
)

// Action is what a client asks for.
type Action struct{ Name string }

// Client has a connection.
type Client struct {
	id       string
	conn     net.Conn
	requests chan *Action
	answers  chan *Action
}

// Close closes the connection.
func (c *Client) Close() error { return c.conn.Close() }

// New fails when something is missing.
func New(conn net.Conn, requests, answers chan *Action) (*Client, error) {
	if conn == nil {
		return nil, errors.New("connection is required")
	}
	if requests == nil {
		return nil, errors.New("requests are required")
	}
	if answers == nil {
		return nil, errors.New("answers are required")
	}
	return &Client{id: conn.RemoteAddr().String(), conn: conn, requests: requests, answers: answers}, nil
}

// Named fails without a name, too.
func Named(id string, conn net.Conn) (*Client, error) {
	if id == "" {
		return nil, errors.New("id is required")
	}
	if conn == nil {
		return nil, errors.New("connection is required")
	}
	return &Client{id: id, conn: conn}, nil
}

// Greeted writes something, which may fail.
func Greeted(conn net.Conn, requests chan *Action) (*Client, error) {
	if conn == nil || requests == nil {
		return nil, errors.New("something is missing")
	}
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		return nil, err
	}
	return &Client{conn: conn, requests: requests}, nil
}

// NewQueued fails when something is missing.
func NewQueued(conn net.Conn, in, out chan string) (*Client, error) {
	switch {
	case conn == nil:
		return nil, errors.New("connection is required")
	case in == nil, out == nil:
		return nil, errors.New("queues are required")
	}
	return &Client{conn: conn}, nil
}

// Hub has what clients share.
type Hub struct {
	Requests chan *Action
	Answers  chan *Action
	Spare    chan *Action
	Names    map[string]bool
}

// NewHub makes all but one.
func NewHub(name string) (*Hub, error) {
	if name == "" {
		return nil, errors.New("name is required")
	}
	return &Hub{Requests: make(chan *Action), Answers: make(chan *Action), Names: map[string]bool{}}, nil
}

// Listen gives two nils when it fails.
func Listen(port string) (net.Listener, net.Addr) {
	ln, err := net.Listen("tcp", port)
	if err != nil {
		return nil, nil
	}
	return ln, ln.Addr()
}

// ListenNamed gives the listener alone when it has no name.
func ListenNamed(port, name string) (net.Listener, net.Addr) {
	ln, err := net.Listen("tcp", port)
	if err != nil {
		return nil, nil
	}
	if name == "" {
		return ln, nil
	}
	return ln, ln.Addr()
}
