// Package inmemory has listeners over channels.
package inmemory

import (
	"errors"
	"net"
)

// Listener hands out what it is given.
type Listener struct{ incoming chan net.Conn }

// Accept takes the next one.
func (l *Listener) Accept() (net.Conn, error) { // want Accept:`takes from a channel`
	conn, ok := <-l.incoming
	if !ok {
		return nil, errors.New("listener closed")
	}
	return conn, nil
}

// Close ends it.
func (l *Listener) Close() error { close(l.incoming); return nil }

// Addr is none.
func (l *Listener) Addr() net.Addr { return nil }

type result struct {
	conn net.Conn
	err  error
}

// Forwarder hands out what a listener's loop has come to.
type Forwarder struct{ results chan result }

// Accept takes the next one, or the error.
func (l *Forwarder) Accept() (net.Conn, error) {
	r := <-l.results
	return r.conn, r.err
}

// Close ends nothing.
func (l *Forwarder) Close() error { return nil }

// Addr is none.
func (l *Forwarder) Addr() net.Addr { return nil }

// Listen makes one.
func Listen(size int) (net.Listener, error) { // want Listen:`returns a listener that takes from a channel`
	if size < 0 {
		return nil, errors.New("negative size")
	}
	return &Listener{make(chan net.Conn, size)}, nil
}

// Either makes one, or not.
func Either(addr string) (net.Listener, error) {
	if addr == "" {
		return &Listener{make(chan net.Conn)}, nil
	}
	return net.Listen("tcp", addr)
}
