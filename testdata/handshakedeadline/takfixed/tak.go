// Package takfixed bounds the handshake as a whole.
package takfixed

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
	clients map[*clientController]bool
}

// Serve accepts clients.
func (s *Server) Serve() error {
	ln, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.run(conn)
	}
}

// run serves one client, from the handshake on.
func (s *Server) run(conn net.Conn) {
	c, err := newClientController(conn, s.Config)
	if err != nil {
		log.Print(err)
		return
	}
	s.mu.Lock()
	s.clients[c] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.clients, c)
		s.mu.Unlock()
	}()
	c.run()
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
	if err := c.sock.Handshake(); err != nil {
		return err
	}
	return c.sock.SetReadDeadline(time.Time{})
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
