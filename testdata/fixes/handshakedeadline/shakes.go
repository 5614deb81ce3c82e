// Package handshakedeadline holds handshakes that a fix bounds.
package handshakedeadline

import (
	"crypto/tls"
	"net"
	"time"

	"golang.org/x/crypto/ssh"
)

type config struct {
	TLS              *tls.Config
	HandshakeTimeout time.Duration
}

type server struct{ cfg config }

func (s *server) serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.secure(conn)
		go shell(conn, nil)
		go s.checked(tls.Server(conn, s.cfg.TLS))
		go s.last(tls.Server(conn, s.cfg.TLS))
	}
}

// secure: the program has a time for it.
func (s *server) secure(conn net.Conn) {
	tc := tls.Server(conn, s.cfg.TLS)
	defer tc.Close()
	if err := tc.Handshake(); err != nil { // want "nothing bounds"
		return
	}
	tc.Write([]byte("hello"))
}

// shell: the program has none.
func shell(conn net.Conn, cfg *ssh.ServerConfig) {
	defer conn.Close()
	_, chans, reqs, err := ssh.NewServerConn(conn, cfg) // want "nothing bounds"
	if err != nil {
		return
	}
	go ssh.DiscardRequests(reqs)
	for range chans {
	}
}

// checked: the call is in the condition.
func (s *server) checked(tc *tls.Conn) {
	defer tc.Close()
	if tc.Handshake() != nil { // want "nothing bounds"
		return
	}
	tc.Write([]byte("hello"))
}

// last: removed when the function returns.
func (s *server) last(tc *tls.Conn) error {
	return tc.Handshake() // want "nothing bounds"
}
