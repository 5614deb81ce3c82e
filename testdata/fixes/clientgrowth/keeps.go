// Package clientgrowth holds collections from which a fix removes what is gone.
package clientgrowth

import (
	"io"
	"net"
	"sync"
)

type server struct {
	mu     sync.Mutex
	live   sync.Map
	byAddr sync.Map
	conns  map[net.Conn]bool
	list   []net.Conn
	naked  map[net.Conn]bool
	inLoop map[net.Conn]bool
}

func (s *server) serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.inLoop[conn] = true // want "gets an entry"
		s.mu.Unlock()
		go s.syncMap(conn)
		go s.locked(conn)
		go s.helped(conn)
		go s.unlocked(conn)
	}
}

// started: the loop inserts, the goroutine that it starts removes.
func (s *server) started(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.byAddr.Store(conn.RemoteAddr().String(), conn) // want "gets an entry"
		// It has the connection now.
		go echo(conn, s)
	}
}

func echo(conn net.Conn, s *server) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// syncMap needs no lock.
func (s *server) syncMap(conn net.Conn) {
	defer conn.Close()
	s.live.Store(conn, true) // want "gets an entry"
	io.Copy(io.Discard, conn)
}

// locked: under the same lock.
func (s *server) locked(conn net.Conn) {
	defer conn.Close()
	s.mu.Lock()
	s.conns[conn] = true // want "gets an entry"
	s.mu.Unlock()
	io.Copy(io.Discard, conn)
}

// helped: a method inserts, its caller removes.
func (s *server) helped(client net.Conn) {
	defer client.Close()
	s.keep(client)
	io.Copy(io.Discard, client)
}

func (s *server) keep(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, c) // want "gets an entry"
}

// unlocked: a removal would only be another race.
func (s *server) unlocked(conn net.Conn) {
	defer conn.Close()
	s.naked[conn] = true // want "gets an entry"
	io.Copy(io.Discard, conn)
}
