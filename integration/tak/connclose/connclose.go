// Package connclose is the TAK server with a connection that is not closed when a step fails: a client whose first
// event is invalid, or not covered by its certificate, is turned away without closing its connection.
//
// The writer that was started for it still waits for events and holds the connection, so no garbage collection
// ends it: the socket stays in CLOSE_WAIT and its descriptor in use for as long as the process lives.
package connclose

import (
	"context"
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
	if err := s.handshake(tc); err != nil {
		s.CountRejected()
		c.Close()
		return
	}
	go c.WriteLoop()
	if err := c.Identify(s.Context(), s.Config.HandshakeTimeout); err != nil {
		s.CountRejected()
		return
	}
	_ = c.Run(s.Context()) // how a client leaves is its own affair
	c.Close()
}

// handshake ends at the timeout or when the server closes.
func (s *Server) handshake(tc *tls.Conn) error {
	ctx, cancel := context.WithTimeout(s.Context(), s.Config.HandshakeTimeout)
	defer cancel()
	return tc.HandshakeContext(ctx)
}
