package wrappers

import (
	"errors"
	"io"
	"net"
	"sync"
)

// A base works on whatever carries it.
type base struct {
	mu      sync.Mutex
	carrier io.ReadWriteCloser
}

func (b *base) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.carrier.Close()
}

// A framed carrier writes frames.
type framed struct{ conn net.Conn }

func (f *framed) Read(p []byte) (int, error)  { return f.conn.Read(p) }
func (f *framed) Write(p []byte) (int, error) { return f.conn.Write(p) }
func (f *framed) Close() error                { return f.conn.Close() }

// An outer connection has what it runs over twice: its base closes it.
type outer struct {
	*base
	conn net.Conn
}

func dialOuter(addr string) (*outer, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &outer{base: &base{carrier: &framed{conn: conn}}, conn: conn}, nil
}

// goodOuter closes by the method of the base.
func goodOuter(addr string, to chan<- *outer, quit <-chan struct{}) error {
	o, err := dialOuter(addr)
	if err != nil {
		return err
	}
	select {
	case to <- o:
	case <-quit:
		o.Close()
	}
	return nil
}

// badOuter does not.
func badOuter(addr string, to chan<- *outer, quit <-chan struct{}) error {
	o, err := dialOuter(addr) // want "o from dialOuter is not closed on every path"
	if err != nil {
		return err
	}
	select {
	case to <- o:
	case <-quit:
	}
	return nil
}

// A named connection has a name.
type named struct {
	net.Conn
	name string
}

var errNil = errors.New("nil")

// newNamed gives nil only when something is very wrong.
func newNamed(conn net.Conn) *named {
	name := conn.RemoteAddr().String()
	if name == "" {
		return nil
	}
	return &named{conn, name}
}

func checked(conn net.Conn) (net.Conn, error) {
	if conn == nil {
		return nil, errNil
	}
	if conn.LocalAddr() == nil {
		return nil, errNil
	}
	return &named{conn, ""}, nil
}

// goodUnasked does not think of nil.
func goodUnasked(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c, err := checked(newNamed(conn))
	if err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

// badAsked does.
func badAsked(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
	if err != nil {
		return nil, err
	}
	n := newNamed(conn)
	if n == nil {
		return nil, errNil
	}
	return n, nil
}

// A struct that embeds its connection, given as a value by what dials: the promoted
// Close is its own.

type byValue struct{ net.Conn }

type valueDialer interface {
	Dial(addr string) (byValue, error)
}

func goodPromotedOfValue(d valueDialer, addr string) error {
	s, err := d.Dial(addr)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = s.Write(nil)
	return err
}

func goodPartOfValue(d valueDialer, addr string) error {
	s, err := d.Dial(addr)
	if err != nil {
		return err
	}
	_, err = s.Write(nil)
	return errors.Join(err, s.Conn.Close())
}

func badPartOfValue(d valueDialer, addr string) error {
	s, err := d.Dial(addr) // want `s from \(valueDialer\)\.Dial is not closed when \(net\.Conn\)\.Write fails`
	if err != nil {
		return err
	}
	if _, err := s.Write(nil); err != nil {
		return err
	}
	return s.Close()
}
