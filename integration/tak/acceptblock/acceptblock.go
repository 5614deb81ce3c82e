// Package acceptblock is the TAK server that shakes hands on the goroutine that accepts: the constructor of its
// sessions does it, and it is called before the session gets its goroutine. One client that connects and says
// nothing holds up everybody for as long as the handshake's timeout, and then the next one does.
package acceptblock

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
		c, err := s.newSession(conn)
		if err != nil {
			s.CountRejected()
			s.Leave()
			continue
		}
		go s.run(c)
	}
}

// newSession returns the session of a client that has shaken hands.
func (s *Server) newSession(conn net.Conn) (*session.Session, error) {
	tc := tls.Server(conn, s.Config.TLS)
	if err := s.handshake(tc); err != nil {
		tc.Close()
		return nil, err
	}
	return session.New(tc, s.Hub), nil
}

// run serves one client, from its first event on, in its own goroutine.
func (s *Server) run(c *session.Session) {
	defer s.Leave()
	defer c.Close()
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
