// Package listeners holds listeners: a step after Listen fails, or the function
// that serves fails before it takes the listener over.
package listeners

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
)

// badChmodFails: the socket's mode cannot be set and the listener stays.
func badChmodFails(path string) (net.Listener, error) {
	ln, err := net.Listen("unix", path) // want "ln from net.Listen is not closed when os.Chmod fails"
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, err
	}
	return ln, nil
}

// goodChmodFails: closed on failure, returned through an assertion on success.
func goodChmodFails(path string) (*net.UnixListener, error) {
	ln, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		os.Remove(path)
		ln.Close()
		return nil, err
	}
	return ln.(*net.UnixListener), nil
}

// badCertificateMissing: the certificate is read after the port is taken.
func badCertificateMissing(addr, cert, key string) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed when .*LoadX509KeyPair fails"
	if err != nil {
		return nil, err
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}
	return tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{pair}}), nil
}

// goodCertificateFirst: the certificate is read before.
func goodCertificateFirst(addr, cert, key string) (net.Listener, error) {
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	return tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{pair}}), nil
}

// badTLSListenerDropped: the wrapper is dropped with what it wraps.
func badTLSListenerDropped(addr string, cfg *tls.Config, announce string) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed when os.WriteFile fails"
	if err != nil {
		return nil, err
	}
	tl := tls.NewListener(ln, cfg)
	if err := os.WriteFile(announce, []byte(tl.Addr().String()), 0o644); err != nil {
		return nil, err
	}
	return tl, nil
}

// goodTLSListenerClosed: closing the wrapper closes what it wraps.
func goodTLSListenerClosed(addr string, cfg *tls.Config, announce string) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	tl := tls.NewListener(ln, cfg)
	if err := os.WriteFile(announce, []byte(tl.Addr().String()), 0o644); err != nil {
		tl.Close()
		return nil, err
	}
	return tl, nil
}

// badSecondListenFails: the second port is taken, the first is kept.
func badSecondListenFails(plain, secure string) (a, b net.Listener, err error) {
	first, err := net.Listen("tcp", plain) // want "first from net.Listen is not closed when a later net.Listen fails"
	if err != nil {
		return nil, nil, err
	}
	second, err := net.Listen("tcp", secure)
	if err != nil {
		return nil, nil, err
	}
	return first, second, nil
}

// goodSecondListenFails: the first is given back.
func goodSecondListenFails(plain, secure string) (a, b net.Listener, err error) {
	first, err := net.Listen("tcp", plain)
	if err != nil {
		return nil, nil, err
	}
	second, err := net.Listen("tcp", secure)
	if err != nil {
		first.Close()
		return nil, nil, err
	}
	return first, second, nil
}

// badAcceptOneOnly: a one-shot listener is forgotten once it has served.
func badAcceptOneOnly(addr string) (net.Conn, error) {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is never closed"
	if err != nil {
		return nil, err
	}
	return ln.Accept()
}

// goodAcceptOneOnly: closed, the accepted conn lives on.
func goodAcceptOneOnly(addr string) (net.Conn, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer ln.Close()
	return ln.Accept()
}

// badLoopbackAccept: the listener is closed, the conn is not.
func badLoopbackAccept() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer ln.Close()
	conn, err := ln.Accept() // want "conn from .*Accept is never closed"
	if err != nil {
		return 0, err
	}
	return conn.Read(make([]byte, 1))
}

// freePort closes the listener after it has told the port.
func goodFreePort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port, nil
}

// goodHTTPServe: http.Serve closes its listener whatever happens.
func goodHTTPServe(addr string, h http.Handler) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return http.Serve(ln, h)
}

// goodServerServe: so does the method.
func goodServerServe(addr string, srv *http.Server) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// badFailsBeforeServe: what Serve would have closed it never saw.
func badFailsBeforeServe(addr, pidFile string, h http.Handler) error {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed when os.WriteFile fails"
	if err != nil {
		return err
	}
	if err := os.WriteFile(pidFile, nil, 0o644); err != nil {
		return err
	}
	return http.Serve(ln, h)
}

// A group keeps its listeners by name.
type group struct {
	mu        sync.Mutex
	closed    bool
	listeners map[string]net.Listener
}

var errGroupClosed = errors.New("group is closed")

func (g *group) add(name string, ln net.Listener) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return errGroupClosed
	}
	g.listeners[name] = ln
	return nil
}

// goodRegisteredAndReturned: closed when it cannot be registered.
func (g *group) goodRegisteredAndReturned(name, addr string) (*net.TCPListener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	tl, ok := ln.(*net.TCPListener)
	if !ok {
		ln.Close()
		return nil, errors.New("not a TCP listener")
	}
	if err := g.add(name, ln); err != nil {
		ln.Close()
		return nil, err
	}
	return tl, nil
}

// badNotRegistered: a closed group does not take the listener.
func (g *group) badNotRegistered(name, addr string) error {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed when .*add fails"
	if err != nil {
		return err
	}
	if err := g.add(name, ln); err != nil {
		return err
	}
	return nil
}

// accept echoes until the listener fails; it only borrows ln.
func accept(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			io.Copy(conn, conn)
		}()
	}
}

// goodDeferAroundLoop: the loop borrows, the function closes.
func goodDeferAroundLoop(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	defer ln.Close()
	return accept(ln)
}
