// Package tailcalls holds functions that end in a call which gets the conn or
// listener: what the callee does with it decides.
package tailcalls

import (
	"crypto/tls"
	"io"
	"net"
	"sync"
)

type server struct {
	mu        sync.Mutex
	listeners []net.Listener
}

// run keeps ln in the server, which closes it when it is stopped.
func (s *server) run(ln net.Listener) error {
	s.mu.Lock()
	s.listeners = append(s.listeners, ln)
	s.mu.Unlock()
	return loop(ln)
}

// runTLS fails on a bad certificate before run keeps the listener.
func (s *server) runTLS(ln net.Listener, cert, key string) error {
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return err
	}
	return s.run(tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{pair}}))
}

// loop only borrows ln.
func loop(ln net.Listener) error {
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

// loopAndClose ends the listener's life.
func loopAndClose(ln net.Listener) error {
	defer ln.Close()
	return loop(ln)
}

// badCalleeFailsFirst: the callee keeps the listener on one path only.
func (s *server) badCalleeFailsFirst(addr, cert, key string) error {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed when .*runTLS fails"
	if err != nil {
		return err
	}
	return s.runTLS(ln, cert, key)
}

// goodCalleeKeeps: run always keeps it.
func (s *server) goodCalleeKeeps(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return s.run(ln)
}

// goodClosedAfterCallee: a deferred Close makes the callee's failure harmless.
func (s *server) goodClosedAfterCallee(addr, cert, key string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	defer ln.Close()
	return s.runTLS(ln, cert, key)
}

// badCalleeBorrows: the loop's error is returned, its listener stays.
func badCalleeBorrows(addr string) error {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is n(ever|ot) closed"
	if err != nil {
		return err
	}
	return loop(ln)
}

// goodCalleeCloses: the callee closes on all its paths.
func goodCalleeCloses(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return loopAndClose(ln)
}

type session struct{ conn net.Conn }

func (s *session) hello() error {
	_, err := s.conn.Write([]byte("HELO\n"))
	return err
}

// open returns the conn inside its result, on success only.
func open(conn net.Conn) (*session, error) {
	s := &session{conn}
	if err := s.hello(); err != nil {
		return nil, err
	}
	return s, nil
}

// wrap cannot fail.
func wrap(conn net.Conn) *session {
	return &session{conn}
}

// badConstructorTail: both results of the constructor, and no Close.
func badConstructorTail(addr string) (*session, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*open fails"
	if err != nil {
		return nil, err
	}
	return open(conn)
}

// goodConstructorTail: a constructor without an error takes it over.
func goodConstructorTail(addr string) (*session, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return wrap(conn), nil
}

// goodWrapperTail: so does a wrapper of the library.
func goodWrapperTail(addr string, cfg *tls.Config) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return tls.Client(conn, cfg), nil
}

// goodMethodTail: the object leaves along with its error.
func goodMethodTail(addr string) (*session, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := wrap(conn)
	return s, s.hello()
}

// badMethodTail: only the error leaves.
func badMethodTail(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is n(ever|ot) closed"
	if err != nil {
		return err
	}
	return wrap(conn).hello()
}

// badTwoCallsDeep: the borrower borrows for a borrower.
func badTwoCallsDeep(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is n(ever|ot) closed"
	if err != nil {
		return err
	}
	return twice(conn)
}

func twice(conn net.Conn) error {
	if err := once(conn); err != nil {
		return err
	}
	return once(conn)
}

func once(conn net.Conn) error {
	_, err := conn.Write([]byte("NOOP\n"))
	return err
}

// goodTwoCallsDeep: the closer is two calls down.
func goodTwoCallsDeep(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	return finish(conn)
}

func finish(conn net.Conn) error {
	if err := once(conn); err != nil {
		bye(conn)
		return err
	}
	return bye(conn)
}

func bye(conn net.Conn) error {
	return conn.Close()
}

// goodRecursiveCloser: a closer that calls itself is a closer.
func goodRecursiveCloser(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	return drain(conn, 3)
}

func drain(conn net.Conn, rounds int) error {
	if rounds == 0 {
		return conn.Close()
	}
	conn.Read(make([]byte, 1))
	return drain(conn, rounds-1)
}
