// Package takfixed keeps its clients as the TAK server should have.
package takfixed

import (
	"crypto/tls"
	"net"
	"sync"
)

type client struct {
	conn *tls.Conn
	out  chan []byte
}

type server struct {
	ln      net.Listener
	config  *tls.Config
	mu      sync.Mutex
	clients []*client
}

func (s *server) serve() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		k := newClient(tls.Server(conn, s.config))
		s.add(k)
		go s.read(k)
		go k.write()
	}
}

func newClient(conn *tls.Conn) *client { return &client{conn: conn, out: make(chan []byte, 16)} }

func (s *server) add(k *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients = append(s.clients, k)
}

func (s *server) remove(k *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, o := range s.clients {
		if o == k {
			s.clients = append(s.clients[:i], s.clients[i+1:]...)
			break
		}
	}
	close(k.out)
}

func (s *server) read(k *client) {
	defer s.remove(k)
	defer k.conn.Close()
	buf := make([]byte, 4096)
	for {
		n, err := k.conn.Read(buf)
		if err != nil {
			return
		}
		s.broadcast(buf[:n])
	}
}

func (s *server) broadcast(event []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.clients {
		select {
		case k.out <- event:
		default:
		}
	}
}

func (k *client) write() {
	for event := range k.out {
		if _, err := k.conn.Write(event); err != nil {
			return
		}
	}
}
