// Package acceptblock is the HTTPS interface behind a listener whose Accept shakes hands, so that the handler only
// ever sees clients with a good certificate. It does so on the goroutine on which net/http accepts: a silent client
// holds up all others, and Close as well, which waits for Accept to return.
package acceptblock

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/sockvet/sockvet/integration/marti"
	"github.com/sockvet/sockvet/integration/tak"
)

// A Server serves the interface.
type Server struct {
	ln   *listener
	http *http.Server
}

// Listen returns a server that listens; Serve makes it accept.
func Listen(cfg tak.Config) (*Server, error) {
	ln, err := tak.Listen(cfg.Addr)
	if err != nil {
		return nil, err
	}
	return &Server{
		ln: &listener{Listener: ln, config: cfg.TLS, timeout: cfg.HandshakeTimeout},
		http: &http.Server{
			Handler:           marti.Handler(),
			ReadHeaderTimeout: cfg.HandshakeTimeout,
			ErrorLog:          tak.Discard(),
		},
	}, nil
}

// Addr is the address the server listens at.
func (s *Server) Addr() net.Addr { return s.ln.Addr() }

// Serve accepts clients until Close.
func (s *Server) Serve() error {
	err := s.http.Serve(s.ln)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Close stops the server and cuts off its clients.
func (s *Server) Close() error { return s.http.Close() }

// listener accepts clients that have shaken hands.
type listener struct {
	net.Listener
	config  *tls.Config
	timeout time.Duration
}

// Accept returns the next client that got through its handshake.
func (l *listener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		tc := tls.Server(conn, l.config)
		if err := l.handshake(tc); err != nil {
			tc.Close()
			continue
		}
		return tc, nil
	}
}

func (l *listener) handshake(tc *tls.Conn) error {
	ctx, cancel := context.WithTimeout(context.Background(), l.timeout)
	defer cancel()
	return tc.HandshakeContext(ctx)
}
