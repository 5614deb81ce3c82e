// Package keys holds removals whose key may or may not be the inserted one.
package keys

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
)

type client struct {
	conn net.Conn
	srv  *server
	id   string
}

type server struct {
	ln                   net.Listener
	mu                   sync.Mutex
	a, b, c, d, e, f, g  map[string]net.Conn
	byConn, byConn2      map[net.Conn]*client
	live, live2          sync.Map
	h, i, j, k           map[string]net.Conn
	renamed, reassigned2 map[string]net.Conn
}

func serve(c net.Conn) {
	buf := make([]byte, 512)
	for {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

// badFormat: stored with the conversation, removed without.
func (s *server) badFormat(conv int) error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.a[conn.RemoteAddr().String()+"|kcp"] = conn // want `field a of server gets an entry for every accepted connection and never loses one: the removal at line \d+ uses a key that cannot match`
		go func() {
			serve(conn)
			delete(s.a, conn.RemoteAddr().String())
		}()
	}
}

// badSprintf: two formats.
func (s *server) badSprintf() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.b[fmt.Sprintf("client-%s", conn.RemoteAddr())] = conn // want `uses a key that cannot match`
		go s.endB(conn)
	}
}

func (s *server) endB(conn net.Conn) {
	serve(conn)
	delete(s.b, fmt.Sprintf("%s", conn.RemoteAddr()))
}

// badHost: stored by address, removed by host.
func (s *server) badHost() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.c[conn.RemoteAddr().String()] = conn // want `uses a key that cannot match`
		go func() {
			serve(conn)
			host, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
			delete(s.c, host)
		}()
	}
}

// badLocalAddr: the wrong end.
func (s *server) badLocalAddr() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.d[conn.RemoteAddr().String()] = conn // want `uses a key that cannot match`
		go func() {
			defer delete(s.d, conn.LocalAddr().String())
			serve(conn)
		}()
	}
}

// badNilled: the key is gone when it is needed.
func (s *server) badNilled() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn, srv: s}
		s.byConn[c.conn] = c // want `uses a key that cannot match`
		go c.run()
	}
}

func (c *client) run() {
	serve(c.conn)
	c.close()
	delete(c.srv.byConn, c.conn)
}

func (c *client) close() {
	c.conn.Close()
	c.conn = nil
}

// badTypes: an address is not its text.
func (s *server) badTypes() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.live.Store(conn.RemoteAddr().String(), conn) // want `uses a key that cannot match`
		go func() {
			defer s.live.Delete(conn.RemoteAddr())
			serve(conn)
		}()
	}
}

// badReassigned: the variable holds something else by then.
func (s *server) badReassigned() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go s.handleE(conn)
	}
}

func (s *server) handleE(conn net.Conn) {
	name := conn.RemoteAddr().String()
	s.e[name] = conn // want `uses a key that cannot match`
	name, _ = bufio.NewReader(conn).ReadString('\n')
	serve(conn)
	delete(s.e, name)
}

// badReassignedCaptured: in a function literal that runs last.
func (s *server) badReassignedCaptured() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			name := conn.RemoteAddr().String()
			defer func() { delete(s.f, name) }()
			s.f[name] = conn // want `uses a key that cannot match`
			name, _ = bufio.NewReader(conn).ReadString('\n')
			serve(conn)
		}()
	}
}

// badRenamed: the goroutine removes the name it was started with.
func (s *server) badRenamed() error {
	for n := 0; ; n++ {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go s.rename(conn, fmt.Sprint(n))
	}
}

func (s *server) rename(conn net.Conn, id string) {
	line := make([]byte, 64)
	for {
		n, err := conn.Read(line)
		if err != nil {
			delete(s.renamed, id)
			return
		}
		s.renamed[string(line[:n])] = conn // want `uses a key that cannot match`
	}
}

// goodSame: the same expression.
func (s *server) goodSame() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.g[conn.RemoteAddr().String()] = conn
		go func() {
			serve(conn)
			delete(s.g, conn.RemoteAddr().String())
		}()
	}
}

// goodSprint: two ways to write one text.
func (s *server) goodSprint() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.h[fmt.Sprintf("%s", conn.RemoteAddr())] = conn
		go func() {
			serve(conn)
			delete(s.h, conn.RemoteAddr().String())
		}()
	}
}

// goodField: kept in the client.
func (s *server) goodField() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn, srv: s, id: conn.RemoteAddr().String()}
		s.i[c.id] = conn
		go func() {
			serve(conn)
			delete(s.i, c.id)
		}()
	}
}

// goodParameter: passed along.
func (s *server) goodParameter() error {
	for n := 0; ; n++ {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		id := fmt.Sprint("client", n)
		s.j[id] = conn
		go func() {
			serve(conn)
			s.forgetJ(id)
		}()
	}
}

func (s *server) forgetJ(id string) { delete(s.j, id) }

// goodHelper: built by a helper at both ends.
func (s *server) goodHelper() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.k[key(conn)] = conn
		go func() {
			serve(conn)
			delete(s.k, key(conn))
		}()
	}
}

func key(c net.Conn) string { return strings.ToLower(c.RemoteAddr().String()) }

// goodClosedAfter: the field is set to nil when the entry is gone.
func (s *server) goodClosedAfter() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn, srv: s}
		s.byConn2[c.conn] = c
		go c.run2()
	}
}

func (c *client) run2() {
	serve(c.conn)
	delete(c.srv.byConn2, c.conn)
	c.close()
}

// goodRenamed: the old name is removed first.
func (s *server) goodRenamed() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go s.handleRenamed(conn)
	}
}

func (s *server) handleRenamed(conn net.Conn) {
	name := conn.RemoteAddr().String()
	s.reassigned2[name] = conn
	delete(s.reassigned2, name)
	name, _ = bufio.NewReader(conn).ReadString('\n')
	s.reassigned2[name] = conn
	serve(conn)
	delete(s.reassigned2, name)
}
