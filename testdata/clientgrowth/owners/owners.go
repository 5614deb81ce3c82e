// Package owners has connections that are removed by callbacks, by what owns them,
// and through containers.
package owners

import (
	"io"
	"maps"
	"net"
	"sync"
	"sync/atomic"
)

// -- callbacks --

type client struct {
	net.Conn
	id      uint64
	onClose func()
	owner   owner
	gone    func(*client)
}

type owner interface{ left(*client) }

func (c *client) run() {
	defer c.onClose()
	io.Copy(io.Discard, c)
}

func (c *client) runOwned() {
	defer c.owner.left(c)
	io.Copy(io.Discard, c)
}

func (c *client) runGone() {
	io.Copy(io.Discard, c)
	c.Close()
	if c.gone != nil {
		c.gone(c)
	}
}

// Close tells once.
func (c *client) Close() error { return c.Conn.Close() }

type server struct {
	mu      sync.Mutex
	clients map[uint64]*client
	next    uint64
}

// goodCallback: a literal in a field.
func (s *server) goodCallback(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.next++
		id := s.next
		c := &client{Conn: conn, id: id}
		c.onClose = func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.clients, id)
		}
		s.mu.Lock()
		s.clients[id] = c
		s.mu.Unlock()
		go c.run()
	}
}

type owning struct {
	mu      sync.Mutex
	clients map[uint64]*client
	next    uint64
}

// goodOwner: whoever owns it is an interface.
func (s *owning) goodOwner(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.next++
		c := &client{Conn: conn, id: s.next, owner: s}
		s.mu.Lock()
		s.clients[c.id] = c
		s.mu.Unlock()
		go c.runOwned()
	}
}

func (s *owning) left(c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c.id)
}

type method struct {
	mu      sync.Mutex
	clients map[*client]struct{}
}

// goodMethodValue: a method is given.
func (s *method) goodMethodValue(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &client{Conn: conn, gone: s.remove}
		s.mu.Lock()
		s.clients[c] = struct{}{}
		s.mu.Unlock()
		go c.runGone()
	}
}

func (s *method) remove(c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c)
}

type undone struct {
	mu    sync.Mutex
	conns map[net.Conn]bool
}

// goodUndo: what track returns removes it.
func (s *undone) goodUndo(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer s.track(conn)()
			io.Copy(io.Discard, conn)
		}()
	}
}

func (s *undone) track(c net.Conn) func() {
	s.mu.Lock()
	s.conns[c] = true
	s.mu.Unlock()
	return func() {
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
	}
}

// tracked removes itself when it is closed.
type tracked struct {
	net.Conn
	once sync.Once
	from *closers
}

func (t *tracked) Close() error {
	t.once.Do(func() { t.from.conns.Delete(t) })
	return t.Conn.Close()
}

type closers struct{ conns sync.Map }

// goodCloses: its own Close removes it.
func (s *closers) goodCloses(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		t := &tracked{Conn: conn, from: s}
		s.conns.Store(t, true)
		go func(c net.Conn) {
			defer c.Close()
			io.Copy(io.Discard, c)
		}(t)
	}
}

// -- containers --

type registry[K comparable, V any] struct {
	mu sync.RWMutex
	m  map[K]V
}

func (r *registry[K, V]) add(k K, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.m[k] = v
}

func (r *registry[K, V]) remove(k K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.m, k)
}

type generic struct{ conns registry[string, net.Conn] }

// goodGeneric: a container of any type.
func (s *generic) goodGeneric(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		key := conn.RemoteAddr().String()
		s.conns.add(key, conn)
		go func() {
			defer s.conns.remove(key)
			io.Copy(io.Discard, conn)
		}()
	}
}

// keeper is what the server keeps clients in.
type keeper interface {
	Add(*client)
	Remove(*client)
}

type byID struct {
	mu sync.Mutex
	m  map[uint64]*client
}

func (k *byID) Add(c *client) {
	k.mu.Lock()
	k.m[c.id] = c
	k.mu.Unlock()
}

func (k *byID) Remove(c *client) {
	k.mu.Lock()
	delete(k.m, c.id)
	k.mu.Unlock()
}

type keeping struct{ keeper keeper }

func newKeeping() *keeping { return &keeping{&byID{m: map[uint64]*client{}}} }

// goodKeeper: behind an interface.
func (s *keeping) goodKeeper(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &client{Conn: conn}
		s.keeper.Add(c)
		go func() {
			defer s.keeper.Remove(c)
			io.Copy(io.Discard, c)
		}()
	}
}

type copied struct {
	mu sync.Mutex
	m  atomic.Pointer[map[string]net.Conn]
}

// goodCopied: a new map each time.
func (s *copied) goodCopied(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		key := conn.RemoteAddr().String()
		s.update(func(m map[string]net.Conn) { m[key] = conn })
		go func() {
			defer s.update(func(m map[string]net.Conn) { delete(m, key) })
			io.Copy(io.Discard, conn)
		}()
	}
}

func (s *copied) update(f func(map[string]net.Conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := maps.Clone(*s.m.Load())
	f(m)
	s.m.Store(&m)
}

type nested struct {
	mu    sync.Mutex
	rooms map[string]map[uint64]*client
}

// goodNested: in a map in a map.
func (s *nested) goodNested(ln net.Listener) error {
	for id := uint64(0); ; id++ {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &client{Conn: conn, id: id}
		s.join("lobby", c)
		go func() {
			defer s.leave("lobby", c)
			io.Copy(io.Discard, c)
		}()
	}
}

func (s *nested) join(room string, c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.rooms[room]
	if in == nil {
		in = make(map[uint64]*client)
		s.rooms[room] = in
	}
	in[c.id] = c
}

func (s *nested) leave(room string, c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.rooms[room]
	delete(in, c.id)
	if len(in) == 0 {
		delete(s.rooms, room)
	}
}

type bag[V any] struct{ items []V }

func (b *bag[V]) add(v V) { b.items = append(b.items, v) } // want `gets an entry for every accepted connection`

type forgetful struct{ conns bag[net.Conn] }

// badGeneric: nothing removes it.
func (s *forgetful) badGeneric(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.conns.add(conn)
		go serve(conn)
	}
}

func serve(c net.Conn) { c.Close() }

// Links are those of a library's user.
type Links struct {
	mu    sync.Mutex
	conns map[string]net.Conn
}

// badTold: nobody learns when to tell it which one to remove.
func (l *Links) badTold(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		l.conns[conn.RemoteAddr().String()] = conn // want `\(\*Links\).Forget, which removes it, is not called when a connection ends`
		go serve(conn)
	}
}

// Forget removes one.
func (l *Links) Forget(addr string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, addr)
}
