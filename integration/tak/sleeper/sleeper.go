// Package sleeper is the TAK server with a Close that never runs: the handler reads a client's first event and then
// stays in a loop that only sleeps and counts. It never reads again, so it never learns that the client has
// gone, and its deferred Close is never reached.
//
// The socket stays in CLOSE_WAIT with descriptors to spare and an empty accept queue. When the client's system
// gives the same port out again, the connect meets the old socket instead of the listener.
package sleeper

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"github.com/sockvet/sockvet/integration/session"
	"github.com/sockvet/sockvet/integration/tak"
)

// A Server relays CoT events between TLS clients.
type Server struct {
	*tak.Core

	presence atomic.Uint64 // client-intervals spent connected
}

// presenceInterval is how often a connected client is counted.
const presenceInterval = 100 * time.Millisecond

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
	if err := c.Identify(s.Context(), s.Config.HandshakeTimeout); err != nil {
		s.CountRejected()
		return
	}
	for {
		time.Sleep(presenceInterval)
		s.presence.Add(1)
	}
}

// handshake ends at the timeout or when the server closes.
func (s *Server) handshake(tc *tls.Conn) error {
	ctx, cancel := context.WithTimeout(s.Context(), s.Config.HandshakeTimeout)
	defer cancel()
	return tc.HandshakeContext(ctx)
}
