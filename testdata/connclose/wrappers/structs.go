// Package wrappers holds conns inside other values: structs of our own, and
// the wrappers of the standard library.
package wrappers

import (
	"errors"
	"io"
	"net"
	"os"
)

// A client carries its conn in a plain field.
type client struct {
	addr string
	conn net.Conn
}

func (c *client) auth() error {
	_, err := c.conn.Write([]byte("AUTH\n"))
	return err
}

// Close closes the field.
func (c *client) Close() error {
	return c.conn.Close()
}

// badObjectDropped: the object dies with its conn when auth fails.
func badObjectDropped(addr string) (*client, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*auth fails"
	if err != nil {
		return nil, err
	}
	c := &client{addr: addr, conn: conn}
	if err := c.auth(); err != nil {
		return nil, err
	}
	return c, nil
}

// goodObjectClosed: the object's Close releases the conn.
func goodObjectClosed(addr string) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &client{addr: addr, conn: conn}
	if err := c.auth(); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// goodFieldClosed: closed through the field, never through the local.
func goodFieldClosed(addr string) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &client{addr: addr, conn: conn}
	if err := c.auth(); err != nil {
		c.conn.Close()
		return nil, err
	}
	return c, nil
}

// goodLocalClosed: closed through the local although the object holds it too.
func goodLocalClosed(addr string) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &client{addr: addr, conn: conn}
	if err := c.auth(); err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

// goodFieldSetLater: new, then filled, then returned.
func goodFieldSetLater(addr string) (*client, error) {
	c := new(client)
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c.conn = conn
	return c, nil
}

// badDialledIntoField: the conn never had a name of its own.
func badDialledIntoField(addr string) (*client, error) {
	c := &client{addr: addr}
	var err error
	c.conn, err = net.Dial("tcp", addr) // want "from net.Dial is not closed when .*auth fails"
	if err != nil {
		return nil, err
	}
	if err := c.auth(); err != nil {
		return nil, err
	}
	return c, nil
}

// goodDialledIntoField: the same, closed.
func goodDialledIntoField(addr string) (*client, error) {
	c := &client{addr: addr}
	var err error
	c.conn, err = net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := c.auth(); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// A link is returned by value.
type link struct {
	net.Conn
	secure bool
}

// goodValueReturned: a struct value carries the conn out.
func goodValueReturned(addr string) (link, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return link{}, err
	}
	return link{conn, true}, nil
}

// badValueDropped: the zero link is returned in its stead.
func badValueDropped(addr string) (link, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Write fails"
	if err != nil {
		return link{}, err
	}
	l := link{conn, true}
	if _, err := l.Write([]byte("HELO\n")); err != nil {
		return link{}, err
	}
	return l, nil
}

// goodPromotedClose: the embedded conn's Close is the link's.
func goodPromotedClose(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	l := link{Conn: conn}
	defer l.Close()
	_, err = l.Write([]byte("HELO\n"))
	return err
}

// message frames what it reads and writes on the embedded conn.
type message struct{ net.Conn }

func (m *message) WriteMsg(b []byte) error {
	_, err := m.Write(append([]byte{byte(len(b))}, b...))
	return err
}

func (m *message) ReadMsg() ([]byte, error) {
	n := make([]byte, 1)
	if _, err := io.ReadFull(m, n); err != nil {
		return nil, err
	}
	b := make([]byte, n[0])
	_, err := io.ReadFull(m, b)
	return b, err
}

// badExchangeNeverClosed: neither the write error, nor the read error, nor
// success closes.
func badExchangeNeverClosed(addr string, q []byte) ([]byte, error) {
	c, err := net.Dial("tcp", addr) // want "c from net.Dial is never closed"
	if err != nil {
		return nil, err
	}
	m := &message{c}
	if err := m.WriteMsg(q); err != nil {
		return nil, err
	}
	return m.ReadMsg()
}

// goodExchangeClosed: one deferred Close for the three of them.
func goodExchangeClosed(addr string, q []byte) ([]byte, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	m := &message{c}
	defer m.Close()
	if err := m.WriteMsg(q); err != nil {
		return nil, err
	}
	return m.ReadMsg()
}

// counting has a Close of its own that closes what it embeds.
type counting struct {
	net.Conn
	n int
}

func (c *counting) Close() error {
	c.n++
	return c.Conn.Close()
}

// goodOwnClose: the wrapper took the variable over and is closed.
func goodOwnClose(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	conn = &counting{Conn: conn}
	defer conn.Close()
	_, err = conn.Write([]byte("HELO\n"))
	return err
}

// deaf has a Close that closes nothing.
type deaf struct{ net.Conn }

func (deaf) Close() error { return nil }

// badCloseThatClosesNothing: the promoted Close is hidden by an empty one.
func badCloseThatClosesNothing(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	d := deaf{conn}
	_, err = d.Write([]byte("HELO\n"))
	d.Close()
	return err
}

type session struct {
	conn net.Conn
	id   byte
}

func (s *session) Close() error { return s.conn.Close() }

// newSession keeps conn on success and does nothing to it on failure.
func newSession(conn net.Conn) (*session, error) {
	id := make([]byte, 1)
	if _, err := io.ReadFull(conn, id); err != nil {
		return nil, err
	}
	return &session{conn, id[0]}, nil
}

// newOwningSession keeps conn on success and closes it on failure.
func newOwningSession(conn net.Conn) (*session, error) {
	id := make([]byte, 1)
	if _, err := io.ReadFull(conn, id); err != nil {
		conn.Close()
		return nil, err
	}
	return &session{conn, id[0]}, nil
}

// badConstructorFails: the constructor fails before it takes the conn over.
func badConstructorFails(addr string) (*session, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*newSession fails"
	if err != nil {
		return nil, err
	}
	s, err := newSession(conn)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// goodConstructorFails: the caller closes what the constructor did not take.
func goodConstructorFails(addr string) (*session, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	s, err := newSession(conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

// goodConstructorCloses: the other constructor's contract makes the bare
// return right.
func goodConstructorCloses(addr string) (*session, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	s, err := newOwningSession(conn)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// badSessionDropped: the constructor succeeded, a later check did not.
func badSessionDropped(addr string) (*session, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed on every path"
	if err != nil {
		return nil, err
	}
	s, err := newOwningSession(conn)
	if err != nil {
		return nil, err
	}
	if s.id == 0 {
		return nil, errors.New("no id")
	}
	return s, nil
}

// goodSessionClosed: closing the session closes its conn.
func goodSessionClosed(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	s, err := newOwningSession(conn)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = io.Copy(os.Stdout, s.conn)
	return err
}
