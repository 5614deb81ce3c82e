// Package channels hands connections over by channels.
package channels

import (
	"crypto/tls"
	"io"
	"net"
)

type service struct {
	ln    net.Listener
	cfg   *tls.Config
	conns chan net.Conn
}

func newService(ln net.Listener) *service {
	s := &service{ln: ln, conns: make(chan net.Conn)}
	go s.accept()
	go s.handle()
	return s
}

// accept sends to the one goroutine that shakes hands, in series.
func (s *service) accept() {
	for {
		conn, err := s.ln.Accept() // want `^one silent client stops all others: the only receiver of accepted connections waits for it in \(\*tls.Conn\).Handshake \(accept loop -> channel -> \(\*service\).handle -> \(\*tls.Conn\).Handshake, no deadline\)$`
		if err != nil {
			return
		}
		s.conns <- conn
	}
}

func (s *service) handle() {
	for conn := range s.conns {
		tc := tls.Server(conn, s.cfg)
		if err := tc.Handshake(); err != nil {
			tc.Close()
			continue
		}
		go io.Copy(io.Discard, tc)
	}
}

// badInlineThenSend shakes hands and then sends.
func badInlineThenSend(ln net.Listener, cfg *tls.Config, conns chan<- net.Conn) {
	for {
		conn, err := ln.Accept() // want `accept loop -> \(\*tls.Conn\).Handshake`
		if err != nil {
			return
		}
		tc := tls.Server(conn, cfg)
		if tc.Handshake() != nil {
			continue
		}
		conns <- tc
	}
}

// goodWorkers are several: one silent client takes one of them.
func goodWorkers(ln net.Listener, cfg *tls.Config) {
	conns := make(chan net.Conn)
	for range 16 {
		go goodWorker(conns, cfg)
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		conns <- conn
	}
}

func goodWorker(conns <-chan net.Conn, cfg *tls.Config) {
	for conn := range conns {
		tc := tls.Server(conn, cfg)
		if tc.Handshake() == nil {
			go io.Copy(io.Discard, tc)
		}
	}
}

// goodDispatcher receives alone and starts a goroutine for each.
func goodDispatcher(ln net.Listener, cfg *tls.Config) {
	conns := make(chan net.Conn)
	go func() {
		for conn := range conns {
			go func() {
				tc := tls.Server(conn, cfg)
				if tc.Handshake() == nil {
					io.Copy(io.Discard, tc)
				}
			}()
		}
	}()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		conns <- conn
	}
}

// goodExported may have any number of receivers.
type goodExported struct{ Conns chan net.Conn }

func (g *goodExported) accept(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		g.Conns <- conn
	}
}
