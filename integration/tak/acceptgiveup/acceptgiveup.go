// Package acceptgiveup is the TAK server whose accept goroutine ends at the first failed Accept, and nobody hears of
// it. Out of descriptors for a moment, the process stays up, its socket still listens, clients still connect,
// and none of them is served again.
package acceptgiveup

import (
	"context"
	"crypto/tls"
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
	go s.acceptLoop()
	<-s.Context().Done()
	return nil
}

func (s *Server) acceptLoop() {
	for {
		conn, err := s.Listener.Accept()
		if err != nil {
			s.CountAcceptError()
			return
		}
		if !s.Enter() {
			conn.Close()
			return
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
	if err := s.handshake(tc); err != nil {
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

// handshake ends at the timeout or when the server closes.
func (s *Server) handshake(tc *tls.Conn) error {
	ctx, cancel := context.WithTimeout(s.Context(), s.Config.HandshakeTimeout)
	defer cancel()
	return tc.HandshakeContext(ctx)
}
