package goroutines

import (
	"errors"
	"net"
)

// A client's goroutines are started by a method of it.
type client struct {
	conn net.Conn
	in   chan []byte
}

func (c *client) start() {
	go c.read()
}

func (c *client) read() {
	defer c.conn.Close()
	buf := make([]byte, 1)
	for {
		n, err := c.conn.Read(buf)
		if err != nil {
			return
		}
		c.in <- buf[:n]
	}
}

// Close ends the client, whose goroutine waits for its peer else.
func (c *client) Close() error { return c.conn.Close() }

func (c *client) login() error {
	_, err := c.conn.Write([]byte("login"))
	return err
}

func newClient(conn net.Conn) *client { return &client{conn: conn, in: make(chan []byte)} }

// goodDial's caller has the client to close.
func goodDial(addr string) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c := newClient(conn)
	c.start()
	return c, nil
}

// maybe dials only where there is an address.
func maybe(addr string) (c *client, err error) {
	if addr == "" {
		return
	}
	return goodDial(addr)
}

func badLogin(addr string) error {
	c, err := goodDial(addr) // want "c from goodDial is never closed"
	if err != nil {
		return err
	}
	return c.login()
}

func badMaybe(addr string) error {
	c, err := maybe(addr) // want "c from maybe is not closed"
	if err != nil {
		return err
	}
	if c == nil {
		return errors.New("no address")
	}
	if err := c.login(); err != nil {
		return err
	}
	return c.Close()
}

func goodLogin(addr string) error {
	c, err := goodDial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.login()
}

// goodServe leaves what it accepted to the goroutine, which closes it.
func goodServe(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		newClient(conn).start()
	}
}

// A clientPool's clients are the pool's to close.
type clientPool struct{ clients []*client }

func (p *clientPool) keep(c *client) {
	c.start()
	p.clients = append(p.clients, c)
}

// dial's client is in the pool.
func (p *clientPool) dial(addr string) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c := newClient(conn)
	p.keep(c)
	return c, nil
}

func (p *clientPool) goodLogin(addr string) error {
	c, err := p.dial(addr)
	if err != nil {
		return err
	}
	return c.login()
}

// A waiter's goroutine hands its conn on when it has read from it.
type waiter struct {
	conn net.Conn
	out  chan net.Conn
}

func (w *waiter) start() {
	go func() {
		buf := make([]byte, 1)
		if _, err := w.conn.Read(buf); err != nil {
			w.conn.Close()
			return
		}
		w.out <- w.conn
	}()
}

// goodWait's conn is whoever's that reads the channel.
func goodWait(addr string, out chan net.Conn) (*waiter, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	w := &waiter{conn: conn, out: out}
	w.start()
	return w, nil
}

func goodWaiter(addr string, out chan net.Conn) error {
	_, err := goodWait(addr, out)
	return err
}
