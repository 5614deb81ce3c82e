// Package halffix is the TAK server after the fix that first comes to mind: the handshake is still done on the
// goroutine that accepts, but under a deadline. One silent client now costs the others half a second; ten cost
// them five, and who reconnects in time keeps everybody out as before.
package halffix

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"

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

// handshakeLimit is short, because everybody waits for it.
const handshakeLimit = 500 * time.Millisecond

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
		tc := tls.Server(conn, s.Config.TLS)
		if err := s.handshake(tc); err != nil {
			s.CountRejected()
			tc.Close()
			s.Leave()
			continue
		}
		go s.run(session.New(tc, s.Hub))
	}
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
	ctx, cancel := context.WithTimeout(s.Context(), handshakeLimit)
	defer cancel()
	return tc.HandshakeContext(ctx)
}
