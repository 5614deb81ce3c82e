// Package clientgrowth is the TAK server that remembers every client it ever had: sessions are appended to a slice,
// and nothing takes them out again. The connections are closed, but their sessions and buffers stay.
package clientgrowth

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"

	"github.com/sockvet/sockvet/integration/session"
	"github.com/sockvet/sockvet/integration/tak"
)

// A Server relays CoT events between TLS clients.
type Server struct {
	*tak.Core

	mu      sync.Mutex
	clients []*session.Session
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
	if err := s.handshake(tc); err != nil {
		s.CountRejected()
		return
	}
	go c.WriteLoop()
	if err := c.Identify(s.Context(), s.Config.HandshakeTimeout); err != nil {
		s.CountRejected()
		return
	}
	s.remember(c)
	_ = c.Run(s.Context()) // how a client leaves is its own affair
}

// remember keeps the session for Clients.
func (s *Server) remember(c *session.Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients = append(s.clients, c)
}

// Clients returns the uids of the clients.
func (s *Server) Clients() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var uids []string
	for _, c := range s.clients {
		uids = append(uids, c.UID())
	}
	return uids
}

// Stats returns the counters.
func (s *Server) Stats() tak.Stats {
	st := s.Core.Stats()
	st.Registered = len(s.Clients())
	return st
}

// handshake ends at the timeout or when the server closes.
func (s *Server) handshake(tc *tls.Conn) error {
	ctx, cancel := context.WithTimeout(s.Context(), s.Config.HandshakeTimeout)
	defer cancel()
	return tc.HandshakeContext(ctx)
}
