// Package tak has the shape of a server whose TLS port locks up: the constructor
// of its clients shakes hands, and runs on the goroutine that accepts.
package tak

import (
	"crypto/tls"
	"log"
	"net"
	"sync"
	"time"
)

// A Server relays events between clients.
type Server struct {
	Addr   string
	Config *tls.Config

	mu      sync.Mutex
	clients []*clientController
}

// Serve accepts clients.
func (s *Server) Serve() error {
	ln, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Accept() // want `waits for it in \(\*tls.Conn\).Handshake \(accept loop -> newClientController -> \(\*clientController\).handshake -> \(\*tls.Conn\).Handshake, bounded to 1s by SetReadDeadline`
		if err != nil {
			return err
		}
		c, err := newClientController(conn, s.Config)
		if err != nil {
			log.Print(err)
			continue
		}
		s.mu.Lock()
		s.clients = append(s.clients, c)
		s.mu.Unlock()
		go c.run()
	}
}

type clientController struct {
	sock   *tls.Conn
	events chan []byte
}

func newClientController(conn net.Conn, cfg *tls.Config) (*clientController, error) {
	c := &clientController{sock: tls.Server(conn, cfg), events: make(chan []byte, 16)}
	if err := c.handshake(); err != nil {
		c.sock.Close()
		return nil, err
	}
	return c, nil
}

func (c *clientController) handshake() error {
	c.sock.SetReadDeadline(time.Now().Add(time.Second))
	return c.sock.Handshake()
}

func (c *clientController) run() {
	defer c.sock.Close()
	buf := make([]byte, 4096)
	for {
		n, err := c.sock.Read(buf)
		if err != nil {
			return
		}
		c.events <- buf[:n]
	}
}
