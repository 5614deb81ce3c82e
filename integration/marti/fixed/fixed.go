// Package fixed is the HTTPS interface that leaves the handshake to net/http, which does it in the connection's own
// goroutine and bounds it by ReadHeaderTimeout.
package fixed

import (
	"errors"
	"net"
	"net/http"

	"github.com/sockvet/sockvet/integration/marti"
	"github.com/sockvet/sockvet/integration/tak"
)

// A Server serves the interface.
type Server struct {
	ln   net.Listener
	http *http.Server
}

// Listen returns a server that listens; Serve makes it accept.
func Listen(cfg tak.Config) (*Server, error) {
	ln, err := tak.Listen(cfg.Addr)
	if err != nil {
		return nil, err
	}
	return &Server{ln: ln, http: &http.Server{
		Handler:           marti.Handler(),
		TLSConfig:         cfg.TLS.Clone(),
		ReadHeaderTimeout: cfg.HandshakeTimeout,
		ErrorLog:          tak.Discard(),
	}}, nil
}

// Addr is the address the server listens at.
func (s *Server) Addr() net.Addr { return s.ln.Addr() }

// Serve accepts clients until Close.
func (s *Server) Serve() error {
	err := s.http.ServeTLS(s.ln, "", "")
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Close stops the server and cuts off its clients.
func (s *Server) Close() error { return s.http.Close() }
