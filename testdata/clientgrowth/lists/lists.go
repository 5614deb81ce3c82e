// Package lists has registries of other shapes that lose what they get.
package lists

import (
	"bufio"
	"container/list"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

type conn struct {
	net.Conn
	id     string
	mu     sync.Mutex
	closed bool
	elem   *list.Element
}

func (c *conn) serve() { io.Copy(io.Discard, c) }

// -- lists and slices --

type listed struct {
	mu sync.Mutex
	l  *list.List
}

// goodElement: by its element.
func (s *listed) goodElement(ln net.Listener) error {
	for {
		nc, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &conn{Conn: nc}
		s.mu.Lock()
		c.elem = s.l.PushBack(c)
		s.mu.Unlock()
		go func() {
			c.serve()
			s.mu.Lock()
			s.l.Remove(c.elem)
			s.mu.Unlock()
		}()
	}
}

type indexed struct {
	mu    sync.Mutex
	conns []*conn
}

// goodIndex: by its index.
func (s *indexed) goodIndex(ln net.Listener) error {
	for {
		nc, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &conn{Conn: nc}
		s.mu.Lock()
		s.conns = append(s.conns, c)
		s.mu.Unlock()
		go s.run(c)
	}
}

func (s *indexed) run(c *conn) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if i := slices.Index(s.conns, c); i >= 0 {
			s.conns = slices.Delete(s.conns, i, i+1)
		}
	}()
	c.serve()
}

type rebuilt struct {
	mu    sync.Mutex
	conns []*conn
}

// goodRebuilt: a new slice without it.
func (s *rebuilt) goodRebuilt(ln net.Listener) error {
	for {
		nc, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &conn{Conn: nc}
		s.mu.Lock()
		s.conns = append(s.conns, c)
		s.mu.Unlock()
		go func() {
			c.serve()
			s.without(c)
		}()
	}
}

func (s *rebuilt) without(gone *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var left []*conn
	for _, c := range s.conns {
		if c != gone {
			left = append(left, c)
		}
	}
	s.conns = left
}

type marked struct {
	mu    sync.Mutex
	conns []*conn
}

// goodMarked: those that are marked are dropped when the next comes.
func (s *marked) goodMarked(ln net.Listener) error {
	for {
		nc, err := ln.Accept()
		if err != nil {
			return err
		}
		s.add(&conn{Conn: nc})
	}
}

func (s *marked) add(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	alive := s.conns[:0]
	for _, o := range s.conns {
		if !o.closed {
			alive = append(alive, o)
		}
	}
	s.conns = append(alive, c)
	go func() {
		c.serve()
		c.closed = true
	}()
}

// -- keys --

type keyed struct {
	mu    sync.Mutex
	conns map[string]*conn
	names map[string]string
}

// goodLogin: the key is what the client has said, and it is kept in the object.
func (s *keyed) goodLogin(nc net.Conn) {
	defer nc.Close()
	name, err := bufio.NewReader(nc).ReadString('\n')
	if err != nil {
		return
	}
	c := &conn{Conn: nc, id: strings.TrimSpace(name)}
	s.mu.Lock()
	s.conns[c.id] = c
	s.mu.Unlock()
	defer s.forget(c)
	c.serve()
}

func (s *keyed) forget(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns[c.id] == c {
		delete(s.conns, c.id)
	}
}

// goodKicked: an older one of the same name is replaced, and each removes itself.
func (s *keyed) goodKicked(nc net.Conn, name string) {
	c := &conn{Conn: nc, id: name}
	s.mu.Lock()
	if old, ok := s.conns[name]; ok {
		old.Close()
	}
	s.conns[name] = c
	s.mu.Unlock()
	c.serve()
	s.mu.Lock()
	if cur, ok := s.conns[name]; ok && cur == c {
		delete(s.conns, name)
	}
	s.mu.Unlock()
}

// serve accepts for them.
func (s *keyed) serve(ln net.Listener) error {
	for {
		nc, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.goodLogin(nc)
		go s.goodKicked(nc, nc.RemoteAddr().String())
	}
}

// -- two goroutines --

type pumps struct {
	mu    sync.Mutex
	conns map[*conn]chan []byte
}

// goodPumps: the reader removes, the writer ends with it.
func (s *pumps) goodPumps(ln net.Listener) error {
	for {
		nc, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &conn{Conn: nc}
		out := make(chan []byte, 16)
		s.mu.Lock()
		s.conns[c] = out
		s.mu.Unlock()
		go s.read(c)
		go s.write(c, out)
	}
}

func (s *pumps) read(c *conn) {
	defer s.drop(c)
	buf := make([]byte, 1024)
	for {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

func (s *pumps) write(c *conn, out <-chan []byte) {
	for b := range out {
		if _, err := c.Write(b); err != nil {
			c.Close()
			return
		}
	}
}

func (s *pumps) drop(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if out, ok := s.conns[c]; ok {
		delete(s.conns, c)
		close(out)
	}
	c.Close()
}

type group struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// goodErrgroup: when both of its goroutines have ended.
func (s *group) goodErrgroup(ctx context.Context, ln net.Listener) error {
	for {
		nc, err := ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.conns[nc] = struct{}{}
		s.mu.Unlock()
		go func() {
			g, ctx := errgroup.WithContext(ctx)
			g.Go(func() error { _, err := io.Copy(io.Discard, nc); return err })
			g.Go(func() error { <-ctx.Done(); return nc.Close() })
			err := g.Wait()
			s.mu.Lock()
			delete(s.conns, nc)
			s.mu.Unlock()
			if err != nil && !errors.Is(err, io.EOF) {
				return
			}
		}()
	}
}

// -- hooks of http.Server --

type tracker struct {
	mu    sync.Mutex
	conns map[net.Conn]time.Time
}

// server tracks its connections.
func (t *tracker) server() *http.Server { return &http.Server{ConnState: t.goodState} }

// goodState: closed and hijacked ones are removed.
func (t *tracker) goodState(c net.Conn, state http.ConnState) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch state {
	case http.StateNew, http.StateActive:
		t.conns[c] = time.Now()
	case http.StateHijacked, http.StateClosed:
		delete(t.conns, c)
	}
}

// -- an owner of another type --

type room struct {
	mu      sync.Mutex
	members map[string]*conn
	on      events
}

type events struct{ left func(string) }

// join adds one.
func (r *room) join(c *conn) {
	r.mu.Lock()
	r.members[c.id] = c
	r.mu.Unlock()
}

type lobby struct{ rooms []*room }

// goodLobby: whoever owns the room removes it there.
func (l *lobby) goodLobby(ln net.Listener) error {
	for _, r := range l.rooms {
		r.on.left = func(id string) {
			r.mu.Lock()
			delete(r.members, id)
			r.mu.Unlock()
		}
	}
	for {
		nc, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &conn{Conn: nc, id: nc.RemoteAddr().String()}
		r := l.rooms[0]
		r.join(c)
		go func() {
			defer r.on.left(c.id)
			c.serve()
		}()
	}
}
