// Package wrapper holds listeners that wrap a listener.
package wrapper

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"
)

// tlsListener shakes hands in Accept.
type tlsListener struct {
	net.Listener
	config *tls.Config
}

// badHandshake: one failed handshake ends the server.
func (l *tlsListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `after \(net.Listener\).Accept succeeded, an error of that one connection is returned as the listener's: the accept loop of the caller ends; close the connection and accept the next one`
	if err != nil {
		return nil, err
	}
	t := tls.Server(conn, l.config)
	if err := t.Handshake(); err != nil {
		conn.Close()
		return nil, fmt.Errorf("handshake: %w", err)
	}
	return t, nil
}

// obfsListener wraps with a function that can fail.
type obfsListener struct {
	net.Listener
	addr string
}

// badWrap: as its own.
func (l *obfsListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `an error of that one connection is returned as the listener's`
	if err != nil {
		return nil, err
	}
	cc, err := obfs(l.addr, conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return cc, nil
}

func obfs(addr string, c net.Conn) (net.Conn, error) {
	if _, err := c.Write([]byte(addr)); err != nil {
		return nil, err
	}
	return c, nil
}

// tailListener returns what the function returns.
type tailListener struct{ net.Listener }

// badTail: with its error.
func (l *tailListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `an error of that one connection is returned as the listener's`
	if err != nil {
		return nil, err
	}
	return obfs("", conn)
}

// allowListener lets some clients in.
type allowListener struct {
	net.Listener
	allow func(net.Addr) bool
}

var errDenied = errors.New("denied")

// badDenied: one client that is not let in ends the server.
func (l *allowListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `an error of that one connection is returned as the listener's`
	if err != nil {
		return nil, err
	}
	if !l.allow(conn.RemoteAddr()) {
		conn.Close()
		return nil, errDenied
	}
	return conn, nil
}

// spinListener skips errors of the listener.
type spinListener struct{ net.Listener }

// badSkips: all of them, at once.
func (l *spinListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept() // want `is retried at once`
		if err != nil {
			continue
		}
		return conn, nil
	}
}

// goodListener passes the listener's error on, and that only.
type goodListener struct {
	net.Listener
	config *tls.Config
}

// goodLazy: tls.Server reads nothing.
func (l *goodListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return tls.Server(conn, l.config), nil
}

// lenientListener lets clients in that do not shake hands.
type lenientListener struct {
	net.Listener
	config *tls.Config
}

// goodForgiven: the error that is returned is nil on both ways.
func (l *lenientListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if err = tls.Server(conn, l.config).Handshake(); err != nil {
		conn.SetDeadline(time.Now().Add(time.Second))
		err = nil
	}
	return conn, err
}

// halfListener forgives some.
type halfListener struct{ lenientListener }

// badHalf: and returns the others.
func (l *halfListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `an error of that one connection is returned as the listener's`
	if err != nil {
		return nil, err
	}
	if err = tls.Server(conn, l.config).Handshake(); err != nil && errors.Is(err, errDenied) {
		err = nil
	}
	return conn, err
}

// skipListener skips connections that fail.
type skipListener struct{ tlsListener }

// goodSkips: one connection's error is its own.
func (l *skipListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		conn.SetDeadline(time.Now().Add(time.Second))
		t := tls.Server(conn, l.config)
		if err := t.Handshake(); err != nil {
			conn.Close()
			continue
		}
		return t, nil
	}
}

// bothListener passes both results on.
type bothListener struct{ net.Listener }

type counted struct{ net.Conn }

// goodBoth: a nil connection together with its error.
func (l *bothListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return counted{conn}, err
}

// temporary is an error that the caller retries after a while.
type temporary struct{ error }

func (temporary) Temporary() bool { return true }
func (temporary) Timeout() bool   { return false }

type temporaryListener struct{ net.Listener }

// goodTemporary: http.Server retries it.
func (l *temporaryListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	cc, err := obfs("", conn)
	if err != nil {
		return nil, temporary{err}
	}
	return cc, nil
}

// stopListener ends with the server.
type stopListener struct {
	net.Listener
	done chan struct{}
}

// goodStopped: the listener's own end.
func (l *stopListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	select {
	case <-l.done:
		conn.Close()
		return nil, net.ErrClosed
	default:
		return conn, nil
	}
}

type neverFails struct{ net.Listener }

// goodNeverFails: the helper's error is always nil.
func (l *neverFails) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return plain(conn)
}

func plain(c net.Conn) (net.Conn, error) { return counted{c}, nil }
