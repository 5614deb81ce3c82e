// Package removed holds collections that lose what they got.
package removed

import (
	"container/list"
	"net"
	"slices"
	"sync"
	"time"
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

type client struct {
	conn net.Conn
	srv  *server
	id   string
	dead bool
	elem *list.Element
}

type server struct {
	ln      net.Listener
	mu      sync.Mutex
	a, b, c map[net.Conn]*client
	d       []*client
	e       sync.Map
	f       list.List
	g       []*client
	h       map[string]*client
	ring    [16]net.Conn
	slots   []net.Conn
	limited []net.Conn
	byRole  *rolesOf
	max     int
	Public  map[net.Conn]bool
	passed  map[net.Conn]bool
	swapped []net.Conn
	onClose []func(net.Conn)
}

// goodDefer: in the connection's goroutine.
func (s *server) goodDefer() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.a[conn] = &client{conn: conn}
		go func() {
			defer func() {
				s.mu.Lock()
				delete(s.a, conn)
				s.mu.Unlock()
			}()
			serve(conn)
		}()
	}
}

// goodMethod: in another method.
func (s *server) goodMethod() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn, srv: s}
		s.b[conn] = c
		go c.run()
	}
}

func (c *client) run() {
	serve(c.conn)
	c.srv.remove(c)
}

func (s *server) remove(c *client) { delete(s.b, c.conn) }

// goodJanitor: by another goroutine.
func (s *server) goodJanitor() error {
	go s.janitor()
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.c[conn] = &client{conn: conn}
		go serve(conn)
	}
}

func (s *server) janitor() {
	for range time.Tick(time.Minute) {
		for conn, c := range s.c {
			if c.dead {
				delete(s.c, conn)
			}
		}
	}
}

// goodFilter: a slice that is filtered in place.
func (s *server) goodFilter() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn, srv: s}
		s.d = append(s.d, c)
		go func() {
			serve(conn)
			kept := s.d[:0]
			for _, o := range s.d {
				if o != c {
					kept = append(kept, o)
				}
			}
			s.d = kept
		}()
	}
}

// goodSyncMap: a sync.Map.
func (s *server) goodSyncMap() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		key := conn.RemoteAddr().String()
		s.e.Store(key, conn)
		go func() {
			defer s.e.Delete(key)
			serve(conn)
		}()
	}
}

// goodList: a container/list.
func (s *server) goodList() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn}
		c.elem = s.f.PushBack(c)
		go func() {
			serve(conn)
			s.f.Remove(c.elem)
		}()
	}
}

// goodDeleteFunc: package slices.
func (s *server) goodDeleteFunc() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.g = append(s.g, &client{conn: conn})
		go func() {
			serve(conn)
			s.g = slices.DeleteFunc(s.g, func(c *client) bool { return c.conn == conn })
		}()
	}
}

// goodBroadcast: the dead are dropped by whoever writes to them.
func (s *server) goodBroadcast(events <-chan []byte) error {
	go func() {
		for e := range events {
			for id, c := range s.h {
				if _, err := c.conn.Write(e); err != nil {
					delete(s.h, id)
				}
			}
		}
	}()
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.h[conn.RemoteAddr().String()] = &client{conn: conn}
		go serve(conn)
	}
}

// goodRing: a ring of slots.
func (s *server) goodRing() error {
	byNumber := make(map[int]net.Conn)
	for i := 0; ; i++ {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.ring[i%len(s.ring)] = conn
		byNumber[i%64] = conn
		go serve(conn)
	}
}

// goodReplaced: only entries that are there get a connection.
func (s *server) goodReplaced(role func(net.Conn) string) error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		id := role(conn)
		old, ok := s.byRole.conns[id]
		if !ok || old != nil {
			conn.Close()
			continue
		}
		s.byRole.conns[id] = conn
		go serve(conn)
	}
}

// rolesOf has a connection for each role that is known from the start.
type rolesOf struct{ conns map[string]net.Conn }

// goodLimited: the length is tested.
func (s *server) goodLimited() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		accepted := false
		s.mu.Lock()
		if len(s.limited) < s.max {
			accepted = true
			s.limited = append(s.limited, conn)
		}
		s.mu.Unlock()
		if !accepted {
			conn.Close()
			continue
		}
		go serve(conn)
	}
}

// Server is a type for other packages.
type Server struct {
	ln    net.Listener
	Conns map[net.Conn]bool
}

// goodExported: others may remove.
func (s *Server) goodExported() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.Conns[conn] = true
		go serve(conn)
	}
}

// goodPassed: who gets the map may remove.
func (s *server) goodPassed(own func(map[net.Conn]bool)) error {
	own(s.passed)
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.passed[conn] = true
		go serve(conn)
	}
}

// goodSwapDelete: the last one takes the place.
func (s *server) goodSwapDelete() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.swapped = append(s.swapped, conn)
		go s.untilEnd(conn)
	}
}

func (s *server) untilEnd(conn net.Conn) {
	serve(conn)
	for i := range s.swapped {
		if s.swapped[i] == conn {
			s.swapped[i] = s.swapped[len(s.swapped)-1]
			s.swapped = s.swapped[:len(s.swapped)-1]
			break
		}
	}
}

// tracking is a listener whose connections remove themselves.
type tracking struct {
	net.Listener
	mu   sync.Mutex
	open map[*tracked]struct{}
}

type tracked struct {
	net.Conn
	l *tracking
}

// goodOwnClose: whoever closes the connection removes it.
func (l *tracking) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	t := &tracked{Conn: conn, l: l}
	l.mu.Lock()
	l.open[t] = struct{}{}
	l.mu.Unlock()
	return t, nil
}

func (t *tracked) Close() error {
	t.l.mu.Lock()
	delete(t.l.open, t)
	t.l.mu.Unlock()
	return t.Conn.Close()
}
