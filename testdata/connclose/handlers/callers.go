package handlers

import (
	"errors"
	"net"
)

// ServeCaptured's goroutine closes what it captured, whatever goodHelped does.
func ServeCaptured(conn net.Conn) {
	go func() {
		defer conn.Close()
		goodHelped(conn)
	}()
}

// goodHelped: all callers close, one of them a literal that captured it.
func goodHelped(conn net.Conn) {
	buf := make([]byte, 1)
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
		if buf[0] == 'q' {
			conn.Close()
			return
		}
	}
}

// ServeForgotten's goroutine relies on badHelped.
func ServeForgotten(conn net.Conn) {
	go func() {
		_ = badHelped(conn)
	}()
}

// badHelped: the literal that calls it closes nothing when it fails.
func badHelped(conn net.Conn) error { // want "parameter conn is not closed when .*Read fails .*as it is on other paths"
	buf := make([]byte, 1)
	for {
		if _, err := conn.Read(buf); err != nil {
			return err
		}
		if buf[0] == 'x' {
			conn.Close()
			return errors.New("refused")
		}
		if buf[0] == 'q' {
			conn.Close()
			return nil
		}
	}
}

// A peerSet closes its peers in the end.
type peerSet struct{ peers map[net.Conn]struct{} }

// ServeKept's goroutine closes what the set has, too.
func (s *peerSet) ServeKept(conn net.Conn) {
	s.peers[conn] = struct{}{}
	go func() {
		defer conn.Close()
		s.goodKept(conn)
	}()
}

// goodKept: its caller has kept the connection before, and answers for it.
func (s *peerSet) goodKept(conn net.Conn) {
	buf := make([]byte, 1)
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
		if buf[0] == 'q' {
			conn.Close()
			return
		}
	}
}

// ServeKeptOnce keeps some connections only.
func (s *peerSet) ServeKeptOnce(conn net.Conn, keep bool) error {
	if keep {
		s.peers[conn] = struct{}{}
	}
	return s.badKeptOnce(conn)
}

// badKeptOnce: nobody closes what the caller did not keep.
func (s *peerSet) badKeptOnce(conn net.Conn) error { // want "parameter conn is not closed when .*Read fails .*as it is on other paths"
	buf := make([]byte, 1)
	for {
		if _, err := conn.Read(buf); err != nil {
			return err
		}
		if buf[0] == 'x' {
			conn.Close()
			return errors.New("refused")
		}
		if buf[0] == 'q' {
			conn.Close()
			return nil
		}
	}
}
