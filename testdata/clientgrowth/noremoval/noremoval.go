// Package noremoval holds collections from which nothing is removed while the
// server runs.
package noremoval

import (
	"bufio"
	"container/list"
	"context"
	"net"
	"sync"
)

func serve(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		if _, err := r.ReadString('\n'); err != nil {
			return
		}
	}
}

type client struct {
	conn net.Conn
	srv  *server
}

func (c *client) run() { serve(c.conn) }

type server struct {
	ln      net.Listener
	mu      sync.Mutex
	clients []*client
	byAddr  map[string]*client
	conns   map[net.Conn]struct{}
	live    sync.Map
	order   list.List
	hooks   []func()
	peers   []net.Conn
	tracked map[*client]bool
}

// badSlice: the TAK server's self.clients.
func (s *server) badSlice() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn, srv: s}
		s.clients = append(s.clients, c) // want `field clients of server gets an entry for every accepted connection and never loses one: it grows until memory runs out; remove it when the connection's goroutine ends, on every way out`
		go c.run()
	}
}

// badMap: under the client's address.
func (s *server) badMap() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.byAddr[conn.RemoteAddr().String()] = &client{conn: conn} // want `field byAddr of server gets an entry for every accepted connection and never loses one`
		s.mu.Unlock()
		go serve(conn)
	}
}

// badSet: the connection is the key. What removes it runs at shutdown.
func (s *server) badSet() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.conns[conn] = struct{}{} // want `field conns of server gets an entry for every accepted connection and loses none while the server runs: it is only emptied at shutdown \(line \d+\)`
		go serve(conn)
	}
}

func (s *server) Shutdown(ctx context.Context) error {
	err := s.ln.Close()
	s.closeIdle()
	return err
}

func (s *server) closeIdle() {
	for c := range s.conns {
		c.Close()
		delete(s.conns, c)
	}
}

// badSyncMap: in the handler.
func (s *server) badSyncMap() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go s.handleLive(conn)
	}
}

func (s *server) handleLive(conn net.Conn) {
	s.live.Store(conn.RemoteAddr(), conn) // want `field live of server gets an entry`
	serve(conn)
}

// badList: a container/list.
func (s *server) badList() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.order.PushBack(conn) // want `field order of server gets an entry`
		go serve(conn)
	}
}

// badCallee: in a helper; the report stands where the entry is inserted.
func (s *server) badCallee() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := newClient(s, conn)
		s.track(c)
		go c.run()
	}
}

func newClient(s *server, conn net.Conn) *client { return &client{conn: conn, srv: s} }

func (s *server) track(c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tracked[c] = true // want `field tracked of server gets an entry`
}

// badCallback: a function literal keeps the connection.
func (s *server) badCallback() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.hooks = append(s.hooks, func() { conn.Close() }) // want `field hooks of server gets an entry`
		go serve(conn)
	}
}

var all = map[int]net.Conn{}

var next int

// badPackageVariable: a registry for the whole program.
func badPackageVariable(ln net.Listener, ids chan<- int) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		next++
		ids <- next
		all[next] = conn // want `package variable all gets an entry`
	}
}

// badLocal: a variable of the function.
func badLocal(ln net.Listener) error {
	var conns []net.Conn
	defer func() {
		for _, c := range conns {
			c.Close()
		}
	}()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		conns = append(conns, conn) // want `conns gets an entry`
		go serve(conn)
	}
}

// badCapturedLocal: the loop is in a goroutine, the map around it.
func badCapturedLocal(ln net.Listener) func() int {
	conns := make(map[string]net.Conn)
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			conns[conn.RemoteAddr().String()] = conn // want `conns gets an entry`
			go serve(conn)
		}
	}()
	return func() int { return len(conns) }
}

// badAfterLoop: emptied when it is all over.
func (s *server) badAfterLoop() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			break
		}
		s.peers = append(s.peers, conn) // want `field peers of server gets an entry for every accepted connection and loses none while the server runs`
		go serve(conn)
	}
	for _, c := range s.peers {
		c.Close()
	}
	s.peers = nil
}

// goodPerConnection: the object ends with its connection.
type session struct {
	conn    net.Conn
	streams map[int]*stream
	parts   *parts
}

type stream struct{ conn net.Conn }

type parts struct{ readers []*bufio.Reader }

func (s *server) goodPerConnection() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		ses := &session{conn: conn, streams: make(map[int]*stream), parts: new(parts)}
		go ses.run()
	}
}

func (s *session) run() {
	for i := 0; ; i++ {
		s.streams[i] = &stream{conn: s.conn}
		s.parts.readers = append(s.parts.readers, bufio.NewReader(s.conn))
		if _, err := s.conn.Write(nil); err != nil {
			return
		}
	}
}

// goodCounted: so many and no more.
func goodCounted(ln net.Listener, n int) ([]net.Conn, error) {
	var conns []net.Conn
	for i := 0; i < n; i++ {
		conn, err := ln.Accept()
		if err != nil {
			return nil, err
		}
		conns = append(conns, conn)
	}
	return conns, nil
}

// goodCounter: a number for each address.
func goodCounter(ln net.Listener) error {
	seen := make(map[string]int)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		seen[conn.RemoteAddr().String()]++
		go serve(conn)
	}
}

// goodSlot: one slot for the newest.
func goodSlot(ln net.Listener) error {
	slots := make(map[string]net.Conn)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if old := slots["newest"]; old != nil {
			old.Close()
		}
		slots["newest"] = conn
	}
}

type registry struct {
	ln   net.Listener
	list []net.Conn
}

// badSearchedFirst: looking for an old entry is no bound.
func (r *registry) badSearchedFirst() error {
	for {
		conn, err := r.ln.Accept()
		if err != nil {
			return err
		}
		r.add(conn)
		go serve(conn)
	}
}

func (r *registry) add(conn net.Conn) {
	for _, c := range r.list {
		if c == conn {
			return
		}
	}
	r.list = append(r.list, conn) // want `field list of registry gets an entry`
}
