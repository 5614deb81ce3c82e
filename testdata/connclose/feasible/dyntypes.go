package feasible

import (
	"crypto/tls"
	"errors"
	"net"
	"time"
)

// halfCloser is what *net.TCPConn and *net.UnixConn are.
type halfCloser interface {
	net.Conn
	CloseWrite() error
}

type forwarder struct{ ln net.Listener }

func listenOn(addr *net.TCPAddr) (net.Listener, error) {
	ln, err := net.ListenTCP("tcp", addr)
	return ln, err
}

func newForwarder(addr *net.TCPAddr) (*forwarder, error) {
	ln, err := listenOn(addr)
	if err != nil {
		return nil, err
	}
	return &forwarder{ln: ln}, nil
}

// goodAcceptedTCP: every listener of these is a TCP listener.
func (f *forwarder) goodAcceptedTCP() (halfCloser, error) {
	conn, err := f.ln.Accept()
	if err != nil {
		return nil, err
	}
	half, ok := conn.(halfCloser)
	if !ok {
		return nil, errors.New("cannot be half closed")
	}
	return half, nil
}

// wrapped may have any listener.
type wrapped struct{ ln net.Listener }

func wrapAny(ln net.Listener) *wrapped { return &wrapped{ln} }

func wrapTCP(addr *net.TCPAddr) (*wrapped, error) {
	ln, err := listenOn(addr)
	if err != nil {
		return nil, err
	}
	return &wrapped{ln: ln}, nil
}

// badAcceptedAny: a TLS connection is none in old versions.
func (w *wrapped) badAcceptedAny() (halfCloser, error) {
	conn, err := w.ln.Accept() // want `conn from \(net.Listener\).Accept is not closed on every path`
	if err != nil {
		return nil, err
	}
	half, ok := conn.(halfCloser)
	if !ok {
		return nil, errors.New("cannot be half closed")
	}
	return half, nil
}

// goodAcceptedHere: the listener is made here.
func goodAcceptedHere(addr string, serve func(*net.TCPConn)) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	defer ln.Close()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		tcp, ok := conn.(*net.TCPConn)
		if !ok {
			continue
		}
		go serve(tcp)
	}
}

// badAcceptedTLS: another listener gives others.
func badAcceptedTLS(addr string, cfg *tls.Config, serve func(*net.TCPConn)) error {
	var ln net.Listener
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	defer ln.Close()
	if cfg != nil {
		ln = tls.NewListener(ln, cfg)
	}
	for {
		conn, err := ln.Accept() // want `conn from \(net.Listener\).Accept is not closed before the next iteration`
		if err != nil {
			return err
		}
		tcp, ok := conn.(*net.TCPConn)
		if !ok {
			continue
		}
		go serve(tcp)
	}
}

// pipeEnd has deadlines that cannot fail.
type pipeEnd struct {
	net.Conn
	until time.Time
}

func (p *pipeEnd) SetDeadline(t time.Time) error {
	p.until = t
	return nil
}

// strictEnd refuses those that are over.
type strictEnd struct {
	net.Conn
	until time.Time
}

func (p *strictEnd) SetDeadline(t time.Time) error {
	if t.Before(time.Now()) {
		return errors.New("over")
	}
	p.until = t
	return nil
}

func dialPipe(addr string) (*pipeEnd, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &pipeEnd{Conn: c}, nil
}

func dialStrict(addr string) (*strictEnd, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &strictEnd{Conn: c}, nil
}

// goodDeadlineOfPipe: none of the types that it can be refuses it.
func goodDeadlineOfPipe(addr, other string, first bool) error {
	var c net.Conn
	var err error
	if first {
		c, err = dialPipe(addr)
	} else {
		c, err = dialPipe(other)
	}
	if err != nil {
		return err
	}
	if err := c.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	return c.Close()
}

// badDeadlineOfStrict: one of them does.
func badDeadlineOfStrict(addr, other string, first bool) error {
	var c net.Conn
	var err error
	if first {
		c, err = dialPipe(addr) // want `c from dialPipe is not closed when \(net.Conn\).SetDeadline fails`
	} else {
		c, err = dialStrict(other)
	}
	if err != nil {
		return err
	}
	if err := c.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	return c.Close()
}
