// Package unreached holds removers that no connection's end reaches.
package unreached

import (
	"net"
	"sync"
)

func serve(c net.Conn) {
	defer c.Close()
	buf := make([]byte, 512)
	for {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

type client struct{ conn net.Conn }

type server struct {
	ln    net.Listener
	mu    sync.Mutex
	a     []*client
	b     map[string]*client
	conns sync.Map
}

// badNeverCalled: somebody wrote it, nobody calls it.
func (s *server) badNeverCalled() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn}
		s.mu.Lock()
		s.a = append(s.a, c) // want `field a of server gets an entry for every accepted connection and never loses one: \(\*server\).removeClient, which removes it, is not called when a connection ends`
		s.mu.Unlock()
		go serve(conn)
	}
}

func (s *server) removeClient(c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, o := range s.a {
		if o == c {
			s.a = append(s.a[:i], s.a[i+1:]...)
			return
		}
	}
}

// badKickOnly: an administrator's command removes, a disconnect does not.
func (s *server) badKickOnly() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.b[conn.RemoteAddr().String()] = &client{conn} // want `\(\*server\).Kick, which removes it, is not called when a connection ends`
		go serve(conn)
	}
}

// Kick throws a client out.
func (s *server) Kick(id string) {
	if c := s.b[id]; c != nil {
		c.conn.Close()
		delete(s.b, id)
	}
}

// badHandler: the handler stores, and returns without a word.
func (s *server) badHandler() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go s.handle(conn)
	}
}

func (s *server) handle(conn net.Conn) {
	s.conns.Store(conn, struct{}{}) // want `\(\*server\).forget, which removes it, is not called when a connection ends`
	serve(conn)
}

func (s *server) forget(conn net.Conn) { s.conns.Delete(conn) }

// Hooked tells its user of every end.
type Hooked struct {
	ln    net.Listener
	conns map[net.Conn]bool
	OnEnd func(net.Conn)
}

// goodUserRemoves: the user is told of the end and can call Remove.
func (s *Hooked) goodUserRemoves() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.conns[conn] = true
		go func() {
			serve(conn)
			s.OnEnd(conn)
		}()
	}
}

// Remove forgets a connection.
func (s *Hooked) Remove(c net.Conn) { delete(s.conns, c) }
