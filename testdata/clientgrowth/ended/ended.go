// Package ended holds Close methods that end one connection, and such that end
// the server.
package ended

import (
	"bufio"
	"context"
	"io"
	"net"
	"sync"
	"time"

	"github.com/hashicorp/yamux"
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

// conns is a set of connections.
type conns struct {
	mu sync.Mutex
	m  map[net.Conn]struct{}
}

func (s *conns) Add(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[c] = struct{}{}
}

// Close ends one of them.
func (s *conns) Close(c net.Conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.m, c)
	return c.Close()
}

type server struct {
	ln    net.Listener
	conns conns
}

// goodClosesOne: the Close of the set is told which one.
func (s *server) goodClosesOne() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go s.handle(conn)
	}
}

func (s *server) handle(conn net.Conn) {
	s.conns.Add(conn)
	defer func() { s.conns.Close(conn) }()
	serve(conn)
}

// ids is a set of connections by number.
type ids struct {
	mu   sync.Mutex
	m    map[uint64]net.Conn
	next uint64
}

func (s *ids) open(c net.Conn) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	s.m[s.next] = c
	return s.next
}

func (s *ids) stop(id uint64) { s.forget(id) }

func (s *ids) forget(id uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.m, id)
}

// goodStopsOne: by its number, further down.
func goodStopsOne(ln net.Listener, s *ids) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		id := s.open(conn)
		go func() {
			defer s.stop(id)
			serve(conn)
		}()
	}
}

// all can only be closed as a whole.
type all struct {
	mu sync.Mutex
	m  map[net.Conn]bool
}

// Close is told how long it may take.
func (s *all) Close(ctx context.Context, wait time.Duration, hard bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.m {
		c.Close()
		delete(s.m, c)
	}
}

func badClosesAll(ln net.Listener, s *all) error {
	defer s.Close(context.Background(), time.Second, true)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.m[conn] = true // want `loses none while the server runs: it is only emptied at shutdown`
		s.mu.Unlock()
		go serve(conn)
	}
}

// peer is in a set of its hub, and has one of its own streams.
type peer struct {
	conn    net.Conn
	hub     *hub
	streams map[string]net.Conn
}

type hub struct {
	mu    sync.Mutex
	peers map[*peer]bool
}

// Close ends one peer.
func (p *peer) Close() error {
	p.hub.mu.Lock()
	delete(p.hub.peers, p)
	p.hub.mu.Unlock()
	for name, s := range p.streams {
		s.Close()
		delete(p.streams, name)
	}
	return p.conn.Close()
}

// goodPeer: its Close takes it out.
func (h *hub) goodPeer(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		p := &peer{conn: conn, hub: h, streams: make(map[string]net.Conn)}
		h.mu.Lock()
		h.peers[p] = true
		h.mu.Unlock()
		go p.run()
	}
}

func (p *peer) run() {
	defer p.Close()
	serve(p.conn)
}

// sessions are looked up by the name of the client.
type sessions struct {
	mu sync.Mutex
	m  map[string]*yamux.Session
}

// goodSession: the session that is closed is one client's.
func (s *sessions) goodSession(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.control(conn)
	}
}

func (s *sessions) control(conn net.Conn) {
	session, err := yamux.Server(conn, nil)
	if err != nil {
		conn.Close()
		return
	}
	name := conn.RemoteAddr().String()
	s.mu.Lock()
	s.m[name] = session
	s.mu.Unlock()
	defer s.drop(name)
	for {
		stream, err := session.Accept()
		if err != nil {
			return
		}
		stream.Close()
	}
}

func (s *sessions) drop(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if session, ok := s.m[name]; ok {
		session.Close()
	}
	delete(s.m, name)
}

// files hands out connections that somebody else opens and closes by number.
type files struct {
	mu       sync.Mutex
	conns    map[uint64]net.Conn
	incoming chan net.Conn
}

// Open is called by a protocol server of another package.
func (f *files) Open(fid uint64) error {
	a, b := net.Pipe()
	f.mu.Lock()
	f.conns[fid] = a
	f.mu.Unlock()
	f.incoming <- b
	return nil
}

// Close is, too, for that one file: good.
func (f *files) Close(fid uint64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	conn := f.conns[fid]
	delete(f.conns, fid)
	return conn.Close()
}

// Accept hands the next one out.
func (f *files) Accept() (net.Conn, error) {
	conn, ok := <-f.incoming
	if !ok {
		return nil, io.EOF
	}
	return conn, nil
}

// echo forgets clients that say goodbye.
type echo struct {
	active sync.Map
}

type echoClient struct{ conn net.Conn }

func (h *echo) goodbye(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go h.badOtherErrors(conn)
	}
}

// badOtherErrors: and keeps those that are cut off.
func (h *echo) badOtherErrors(conn net.Conn) {
	c := &echoClient{conn}
	h.active.Store(c, struct{}{}) // want `does not lose it when \(\*bufio.Reader\).ReadString fails \(returns at line \d+\)`
	r := bufio.NewReader(conn)
	for {
		msg, err := r.ReadString('\n')
		if err != nil {
			if err == io.EOF {
				h.active.Delete(c)
			}
			return
		}
		conn.Write([]byte(msg))
	}
}

// goodOtherErrors: both are forgotten; the test is for the log.
func (h *echo) goodOtherErrors(conn net.Conn) {
	c := &echoClient{conn}
	h.active.Store(c, struct{}{})
	r := bufio.NewReader(conn)
	for {
		msg, err := r.ReadString('\n')
		if err == io.EOF {
			h.active.Delete(c)
			return
		}
		if err != nil {
			h.active.Delete(c)
			return
		}
		conn.Write([]byte(msg))
	}
}

// watched has a channel that is closed when its connection has ended.
type watched struct {
	net.Conn
	gone chan struct{}
}

func (w *watched) Gone() <-chan struct{} { return w.gone }

type watchers struct {
	ln   net.Listener
	quit chan struct{}
	mu   sync.Mutex
	all  map[*watched]struct{}
}

// goodWaitsForIts: a goroutine of each connection waits for its end.
func (s *watchers) goodWaitsForIts() (*watched, error) {
	conn, err := s.ln.Accept()
	if err != nil {
		return nil, err
	}
	w := &watched{Conn: conn, gone: make(chan struct{})}
	s.mu.Lock()
	s.all[w] = struct{}{}
	s.mu.Unlock()
	go func() {
		<-w.Gone()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.all, w)
	}()
	go func() {
		serve(w)
		close(w.gone)
	}()
	return w, nil
}

type quitters struct {
	ln   net.Listener
	quit chan struct{}
	mu   sync.Mutex
	all  map[*watched]struct{}
}

// badWaitsForAll: they wait for the end of the server.
func (s *quitters) badWaitsForAll() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		w := &watched{Conn: conn, gone: make(chan struct{})}
		s.mu.Lock()
		s.all[w] = struct{}{} // want `field all of quitters gets an entry for every accepted connection`
		s.mu.Unlock()
		go func() {
			<-s.quit
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.all, w)
		}()
		go serve(w)
	}
}
