package handlers

import (
	"crypto/tls"
	"io"
	"net"
	"sync"

	"golang.org/x/sync/errgroup"
)

type server struct {
	cfg   *tls.Config
	mu    sync.Mutex
	peers map[string]*peer
}

// A peer owns its conn.
type peer struct {
	name string
	conn net.Conn
}

func newPeer(conn net.Conn) *peer {
	return &peer{name: conn.RemoteAddr().String(), conn: conn}
}

func (p *peer) pump() error {
	_, err := io.Copy(io.Discard, p.conn)
	return err
}

// Close ends the peer and its conn.
func (p *peer) Close() error {
	return p.conn.Close()
}

func (s *server) add(p *peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.peers[p.name] = p
}

func (s *server) remove(p *peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.peers, p.name)
}

// Serve starts the handlers that are methods.
func (s *server) Serve(ln net.Listener, kind func() int) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		switch kind() {
		case 0:
			go s.badAuthRefused(conn)
		case 1:
			go s.goodAuthRefused(conn)
		case 2:
			go s.goodOwnedByPeer(conn)
		case 3:
			go s.badPeerNotClosed(conn)
		case 4:
			go s.badHandshake(tls.Server(conn, s.cfg))
		case 5:
			go s.goodHandshake(tls.Server(conn, s.cfg))
		default:
			go s.goodHandsOn(conn)
		}
	}
}

func (s *server) auth(conn net.Conn) error {
	_, err := conn.Read(make([]byte, 16))
	return err
}

// badAuthRefused: a method started with go owes the same.
func (s *server) badAuthRefused(conn net.Conn) { // want "parameter conn is not closed when .*auth fails"
	if err := s.auth(conn); err != nil {
		return
	}
	defer conn.Close()
	io.Copy(conn, conn)
}

// goodAuthRefused: the defer comes first.
func (s *server) goodAuthRefused(conn net.Conn) {
	defer conn.Close()
	if err := s.auth(conn); err != nil {
		return
	}
	io.Copy(conn, conn)
}

// goodOwnedByPeer: error branches close the conn, else the peer's Close does.
func (s *server) goodOwnedByPeer(conn net.Conn) {
	if err := s.auth(conn); err != nil {
		conn.Close()
		return
	}
	p := newPeer(conn)
	s.add(p)
	p.pump()
	s.remove(p)
	p.Close()
}

// badPeerNotClosed: a local peer is dropped with its conn.
func (s *server) badPeerNotClosed(conn net.Conn) { // want "parameter conn is not closed"
	if err := s.auth(conn); err != nil {
		conn.Close()
		return
	}
	p := newPeer(conn)
	p.pump()
}

// goodHandsOn: the registry keeps the peer and its conn.
func (s *server) goodHandsOn(conn net.Conn) {
	if err := s.auth(conn); err != nil {
		conn.Close()
		return
	}
	s.add(newPeer(conn))
}

// badHandshake: the wrapper came as the argument of the go call.
func (s *server) badHandshake(conn *tls.Conn) { // want "parameter conn is not closed when .*Handshake fails"
	if err := conn.Handshake(); err != nil {
		return
	}
	defer conn.Close()
	io.Copy(conn, conn)
}

// goodHandshake: closed when the handshake fails.
func (s *server) goodHandshake(conn *tls.Conn) {
	if err := conn.Handshake(); err != nil {
		conn.Close()
		return
	}
	defer conn.Close()
	io.Copy(conn, conn)
}

// badLiteral: a function literal's parameter is a parameter.
func badLiteral(ln net.Listener) error {
	for {
		accepted, err := ln.Accept()
		if err != nil {
			return err
		}
		go func(conn net.Conn) { // want "parameter conn is not closed when .*Read fails"
			if _, err := conn.Read(make([]byte, 1)); err != nil {
				return
			}
			conn.Close()
		}(accepted)
	}
}

// goodLiteral: the literal defers its Close.
func goodLiteral(ln net.Listener) error {
	for {
		accepted, err := ln.Accept()
		if err != nil {
			return err
		}
		go func(conn net.Conn) {
			defer conn.Close()
			conn.Read(make([]byte, 1))
		}(accepted)
	}
}

// goodErrgroup: the group's function closes what it captured.
func goodErrgroup(ln net.Listener) error {
	var g errgroup.Group
	for range 8 {
		conn, err := ln.Accept()
		if err != nil {
			break
		}
		g.Go(func() error {
			defer conn.Close()
			_, err := io.Copy(conn, conn)
			return err
		})
	}
	return g.Wait()
}

// goodWaitGroupGo: so does a WaitGroup's.
func goodWaitGroupGo(ln net.Listener) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for range 8 {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		wg.Go(func() {
			io.Copy(conn, conn)
			conn.Close()
		})
	}
}
