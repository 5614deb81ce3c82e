// Package handshakedeadline is the TAK server that shakes hands in the connection's own goroutine, as it should, but
// waits for ever. Clients that connect and say nothing hold up nobody, at first: each keeps a goroutine and a
// descriptor until there are none left.
package handshakedeadline

import (
	"crypto/tls"
	"errors"
	"net"

	"github.com/sockvet/sockvet/integration/session"
	"github.com/sockvet/sockvet/integration/tak"
)

// A Server relays CoT events between TLS clients.
type Server struct {
	*tak.Core
}

// Listen returns a server that listens; Serve makes it accept.
func Listen(cfg tak.Config) (*Server, error) {
	ln, err := tak.Listen(cfg.Addr)
	if err != nil {
		return nil, err
	}
	return &Server{Core: tak.NewCore(cfg, ln)}, nil
}

// Serve accepts clients until Close.
func (s *Server) Serve() error {
	var retry tak.Backoff
	for {
		conn, err := s.Listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			s.CountAcceptError()
			retry.Wait(s.Context())
			continue
		}
		retry.Reset()
		if !s.Enter() {
			conn.Close()
			return nil
		}
		go s.handle(conn)
	}
}

// handle serves one client, from the handshake on, in its own goroutine.
func (s *Server) handle(conn net.Conn) {
	defer s.Leave()
	tc := tls.Server(conn, s.Config.TLS)
	c := session.New(tc, s.Hub)
	defer c.Close()
	if err := tc.Handshake(); err != nil {
		s.CountRejected()
		return
	}
	go c.WriteLoop()
	if err := c.Identify(s.Context(), s.Config.HandshakeTimeout); err != nil {
		s.CountRejected()
		return
	}
	_ = c.Run(s.Context()) // how a client leaves is its own affair
}
