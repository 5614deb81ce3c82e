// Package registries holds registries as real servers have them.
package registries

import (
	"bufio"
	"container/list"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
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

type s2 struct {
	add, del chan net.Conn
	conns    map[net.Conn]bool
}

func (s *s2) manage(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case c := <-s.add:
			s.conns[c] = true
		case c := <-s.del:
			delete(s.conns, c)
		}
	}
}

// goodManager: by a channel to the goroutine that owns the map.
func (s *s2) goodManager(ctx context.Context, ln net.Listener) error {
	go s.manage(ctx)
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s.add <- c
		go func() {
			defer func() { s.del <- c }()
			serve(c)
		}()
	}
}

type entry struct {
	conn    net.Conn
	onClose func()
}
type s3 struct {
	mu sync.Mutex
	m  map[*entry]struct{}
}

// goodClosure: by a function kept in the entry.
func (s *s3) goodClosure(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		e := &entry{conn: c}
		e.onClose = func() {
			s.mu.Lock()
			delete(s.m, e)
			s.mu.Unlock()
		}
		s.mu.Lock()
		s.m[e] = struct{}{}
		s.mu.Unlock()
		go e.run()
	}
}

func (e *entry) run() {
	serve(e.conn)
	if e.onClose != nil {
		e.onClose()
	}
}

type s4 struct {
	max int
	l   *list.List
	m   map[string]*list.Element
}

func (s *s4) put(id string, c net.Conn) {
	s.m[id] = s.l.PushFront(c)
	for s.l.Len() > s.max {
		s.evict()
	}
}
func (s *s4) evict() {
	e := s.l.Back()
	s.l.Remove(e)
	for k, v := range s.m {
		if v == e {
			delete(s.m, k)
		}
	}
}

// goodLRU: the oldest goes when there are too many.
func (s *s4) goodLRU(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s.put(c.RemoteAddr().String(), c)
		go serve(c)
	}
}

type s5 struct {
	mu   sync.Mutex
	last map[string]net.Conn
	seen map[string]time.Time
}

func (s *s5) sweep() {
	s.mu.Lock()
	for id, t := range s.seen {
		if time.Since(t) > time.Minute {
			delete(s.last, id)
			delete(s.seen, id)
		}
	}
	s.mu.Unlock()
	time.AfterFunc(time.Minute, s.sweep)
}

// goodSweep: what has not been seen for a while goes.
func (s *s5) goodSweep(ln net.Listener) error {
	s.sweep()
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.last[c.RemoteAddr().String()] = c
		s.mu.Unlock()
		go serve(c)
	}
}

type s6 struct {
	mu sync.Mutex
	m  map[net.Conn]bool
}

// goodAfterFunc: when its context ends.
func (s *s6) goodAfterFunc(ctx context.Context, ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(ctx)
		s.m[c] = true
		context.AfterFunc(ctx, func() {
			s.mu.Lock()
			delete(s.m, c)
			s.mu.Unlock()
		})
		go func() {
			defer cancel()
			serve(c)
		}()
	}
}

type s7 struct{ m sync.Map }

// goodCleanup: when nothing refers to it any more.
func (s *s7) goodCleanup(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		e := &entry{conn: c}
		id := c.RemoteAddr().String()
		s.m.Store(id, c)
		runtime.AddCleanup(e, func(id string) { s.m.Delete(id) }, id)
		go e.run()
	}
}

type s8 struct {
	mu    sync.Mutex
	conns map[*wrapped]struct{}
}
type wrapped struct {
	net.Conn
	once sync.Once
	s    *s8
}

func (w *wrapped) Close() error {
	w.once.Do(func() { w.s.track(w, false) })
	return w.Conn.Close()
}
func (s *s8) track(w *wrapped, add bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if add {
		s.conns[w] = struct{}{}
	} else {
		delete(s.conns, w)
	}
}

// goodOwnClose: the Close of a wrapper, through a method that adds and removes.
func (s *s8) goodOwnClose(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		w := &wrapped{Conn: c, s: s}
		s.track(w, true)
		go serve(w)
	}
}

type s9 struct {
	mu sync.Mutex
	l  []net.Conn
}

func (s *s9) add(c net.Conn) func() {
	s.mu.Lock()
	s.l = append(s.l, c)
	s.mu.Unlock()
	return func() {
		s.mu.Lock()
		if i := slices.Index(s.l, c); i >= 0 {
			s.l = slices.Delete(s.l, i, i+1)
		}
		s.mu.Unlock()
	}
}

// goodUndo: what is returned by the insertion.
func (s *s9) goodUndo(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		done := s.add(c)
		go func() {
			defer done()
			serve(c)
		}()
	}
}

type s10 struct {
	conns sync.Map
	n     atomic.Int64
}

func (s *s10) handle(c net.Conn) (err error) {
	key := s.n.Add(1)
	s.conns.Store(key, c)
	defer func() {
		s.conns.Delete(key)
		c.Close()
		if r := recover(); r != nil {
			err = errors.New("panic")
		}
	}()
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadString('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if line == "quit\n" {
			return nil
		}
	}
}

// goodRecovered: with a named result and a recover.
func (s *s10) goodRecovered(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.handle(c)
	}
}

type s11 struct {
	mu sync.Mutex
	m  map[net.Conn]http.ConnState
}

func (s *s11) state(c net.Conn, st http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch st {
	case http.StateClosed, http.StateHijacked:
		delete(s.m, c)
	default:
		s.m[c] = st
	}
}

// goodState: as net/http tells.
func (s *s11) goodState(ln net.Listener) error {
	return (&http.Server{ConnState: s.state}).Serve(ln)
}

type safeMap[K comparable, V any] struct {
	mu sync.RWMutex
	m  map[K]V
}

func (s *safeMap[K, V]) Set(k K, v V) { s.mu.Lock(); s.m[k] = v; s.mu.Unlock() }
func (s *safeMap[K, V]) Del(k K)      { s.mu.Lock(); delete(s.m, k); s.mu.Unlock() }

type s12 struct{ clients *safeMap[string, *session] }
type session struct {
	id   string
	conn net.Conn
	srv  *s12
}

func (s *session) loop() {
	defer s.stop()
	serve(s.conn)
}
func (s *session) stop() { s.srv.clients.Del(s.id) }

// goodGeneric: from a map of any type.
func (s *s12) goodGeneric(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		se := &session{c.RemoteAddr().String(), c, s}
		s.clients.Set(se.id, se)
		go se.loop()
	}
}

// Manager keeps sessions.
type Manager interface {
	Add(c *session)
	Remove(c *session)
}
type mgr struct {
	mu sync.Mutex
	m  map[string]*session
}

// NewManager makes an empty one.
func NewManager() Manager        { return &mgr{m: map[string]*session{}} }
func (m *mgr) Add(c *session)    { m.mu.Lock(); m.m[c.id] = c; m.mu.Unlock() }
func (m *mgr) Remove(c *session) { m.mu.Lock(); delete(m.m, c.id); m.mu.Unlock() }

type s13 struct{ mgr Manager }

// goodInterface: through an interface of this package.
func (s *s13) goodInterface(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		se := &session{id: c.RemoteAddr().String(), conn: c}
		s.mgr.Add(se)
		go func() {
			serve(c)
			s.mgr.Remove(se)
		}()
	}
}

type s14 struct {
	mu sync.Mutex
	m  map[int]*worker
	n  int
}
type worker struct {
	id    int
	conn  net.Conn
	owner *s14
}

// Stop ends one.
func (w *worker) Stop() {
	w.owner.mu.Lock()
	delete(w.owner.m, w.id)
	w.owner.mu.Unlock()
	w.conn.Close()
}
func (w *worker) run() {
	defer w.Stop()
	serve(w.conn)
}

// Stop ends all.
func (s *s14) Stop() {
	s.mu.Lock()
	ws := make([]*worker, 0, len(s.m))
	for _, w := range s.m {
		ws = append(ws, w)
	}
	s.mu.Unlock()
	for _, w := range ws {
		w.Stop()
	}
}

// goodStop: the Stop of the entry; the Stop of the server stops all.
func (s *s14) goodStop(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.n++
		w := &worker{s.n, c, s}
		s.m[s.n] = w
		s.mu.Unlock()
		go w.run()
	}
}

type b1 struct {
	mu sync.Mutex
	m  map[int]net.Conn
	n  int
}

func (s *b1) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, c := range s.m {
		c.Close()
		delete(s.m, i)
	}
	return nil
}

// badCloseAll: Close empties it, and nothing else does.
func (s *b1) badCloseAll(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.n++
		s.m[s.n] = c // want `it is only emptied at shutdown`
		s.mu.Unlock()
		go serve(c)
	}
}

type b2 struct{ m sync.Map }

// badReadFails: a first read that fails leaves the entry.
func (s *b2) badReadFails(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.handle(c)
	}
}
func (s *b2) handle(c net.Conn) {
	s.m.Store(c, true) // want `does not lose it when io.ReadFull fails`
	buf := make([]byte, 10)
	if _, err := io.ReadFull(c, buf); err != nil {
		return
	}
	serve(c)
	s.m.Delete(c)
}
