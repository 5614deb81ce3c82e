// Package periodic has collections out of which entries go by the clock, or at
// other events than the end of their connection.
package periodic

import (
	"container/heap"
	"container/list"
	"context"
	"maps"
	"net"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

func serve(c net.Conn) { c.Close() }

// link is a connection that gives out streams.
type link interface {
	Accept() (net.Conn, error)
	Addr() net.Addr
	Close() error
	Done() <-chan struct{}
	Idle() bool
}

type tunnel struct {
	net.Conn
	done chan struct{}
}

func (t *tunnel) Accept() (net.Conn, error) { <-t.done; return nil, net.ErrClosed }
func (t *tunnel) Addr() net.Addr            { return t.LocalAddr() }
func (t *tunnel) Done() <-chan struct{}     { return t.done }
func (t *tunnel) Idle() bool                { return false }

type mux struct {
	mu    sync.Mutex
	ln    net.Listener
	links []link
	done  chan struct{}
}

// goodFiltered: those that are over are filtered out in place; each is something
// that accepts, too, and closing one is no shutdown.
func (m *mux) goodFiltered() error {
	go m.maintain()
	for {
		conn, err := m.ln.Accept()
		if err != nil {
			return err
		}
		m.mu.Lock()
		m.links = append(m.links, &tunnel{Conn: conn, done: make(chan struct{})})
		m.clean()
		m.mu.Unlock()
	}
}

func (m *mux) maintain() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			m.mu.Lock()
			m.clean()
			m.mu.Unlock()
		case <-m.done:
			return
		}
	}
}

func (m *mux) clean() {
	n := 0
	for _, l := range m.links {
		select {
		case <-l.Done():
		default:
			if l.Idle() {
				l.Close()
				continue
			}
			m.links[n] = l
			n++
		}
	}
	m.links = m.links[:n]
}

// Close closes all.
func (m *mux) Close() error {
	close(m.done)
	for _, l := range m.links {
		l.Close()
	}
	m.links = nil
	return m.ln.Close()
}

type closing struct {
	ln    net.Listener
	links map[string]link
}

// badOnlyAtClose: they are closed and forgotten with the server.
func (m *closing) badOnlyAtClose() error {
	for {
		conn, err := m.ln.Accept()
		if err != nil {
			return err
		}
		m.links[conn.RemoteAddr().String()] = &tunnel{Conn: conn} // want `loses none while the server runs: it is only emptied at shutdown`
	}
}

func (m *closing) end() {
	m.ln.Close()
	for k, l := range m.links {
		l.Close()
		delete(m.links, k)
	}
}

type session struct {
	net.Conn
	seen  atomic.Int64
	index int
}

type reaped struct {
	mu       sync.Mutex
	sessions map[uint64]*session
	next     uint64
}

// goodReaped: a goroutine removes those that are idle.
func (r *reaped) goodReaped(ln net.Listener) error {
	go func() {
		for range time.Tick(time.Minute) {
			r.reap(time.Now().Unix())
		}
	}()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		r.mu.Lock()
		r.next++
		r.sessions[r.next] = &session{Conn: conn}
		r.mu.Unlock()
		go serve(conn)
	}
}

func (r *reaped) reap(now int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var old []uint64
	for id, s := range r.sessions {
		if now-s.seen.Load() > 60 {
			old = append(old, id)
		}
	}
	for _, id := range old {
		r.sessions[id].Close()
		delete(r.sessions, id)
	}
}

type swept struct {
	mu    sync.Mutex
	conns []*session
	byKey map[string]*session
}

// goodDeleteFunc: by a function of the standard library.
func (s *swept) goodDeleteFunc(ln net.Listener) error {
	go func() {
		for range time.Tick(time.Minute) {
			s.mu.Lock()
			s.conns = slices.DeleteFunc(s.conns, func(c *session) bool { return c.seen.Load() == 0 })
			maps.DeleteFunc(s.byKey, func(_ string, c *session) bool { return c.seen.Load() == 0 })
			s.mu.Unlock()
		}
	}()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &session{Conn: conn}
		s.mu.Lock()
		s.conns = append(s.conns, c)
		s.byKey[conn.RemoteAddr().String()] = c
		s.mu.Unlock()
	}
}

type renewed struct {
	mu    sync.Mutex
	conns map[string]net.Conn
}

// goodRenewed: the whole map is replaced now and then.
func (s *renewed) goodRenewed(ln net.Listener) error {
	time.AfterFunc(time.Minute, s.renew)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.conns[conn.RemoteAddr().String()] = conn
		s.mu.Unlock()
	}
}

func (s *renewed) renew() {
	s.mu.Lock()
	old := s.conns
	s.conns = make(map[string]net.Conn)
	s.mu.Unlock()
	for _, c := range old {
		c.Close()
	}
	time.AfterFunc(time.Minute, s.renew)
}

type timed struct {
	mu    sync.Mutex
	conns map[string]net.Conn
}

// goodTimed: each has a timer of its own.
func (s *timed) goodTimed(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		key := conn.RemoteAddr().String()
		s.mu.Lock()
		s.conns[key] = conn
		s.mu.Unlock()
		time.AfterFunc(time.Hour, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.conns, key)
			conn.Close()
		})
	}
}

// goodContext: its context ends.
func (s *timed) goodContext(ctx context.Context, ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		key := conn.RemoteAddr().String()
		ctx, cancel := context.WithTimeout(ctx, time.Hour)
		s.mu.Lock()
		s.conns[key] = conn
		s.mu.Unlock()
		context.AfterFunc(ctx, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.conns, key)
		})
		go func() {
			defer cancel()
			serve(conn)
		}()
	}
}

type collected struct{ conns sync.Map }

// goodCollected: the garbage collector tells.
func (s *collected) goodCollected(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &session{Conn: conn}
		key := conn.RemoteAddr().String()
		s.conns.Store(key, conn)
		runtime.SetFinalizer(c, func(*session) { s.conns.Delete(key) })
		go serve(c)
	}
}

// queue is a heap of sessions.
type queue []*session

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].seen.Load() < q[j].seen.Load() }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(*session)) }
func (q *queue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

type scheduled struct {
	mu sync.Mutex
	q  queue
}

// goodHeap: the oldest is taken out.
func (s *scheduled) goodHeap(ln net.Listener) error {
	go func() {
		for range time.Tick(time.Second) {
			s.mu.Lock()
			if s.q.Len() > 0 {
				heap.Pop(&s.q).(*session).Close()
			}
			s.mu.Unlock()
		}
	}()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		heap.Push(&s.q, &session{Conn: conn})
		s.mu.Unlock()
	}
}

type recent struct {
	mu    sync.Mutex
	conns []net.Conn
	order *list.List
	byKey map[string]*list.Element
}

// goodRecent: the last hundred.
func (s *recent) goodRecent(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.conns = append(s.conns, conn)
		if len(s.conns) > 100 {
			s.conns = s.conns[1:]
		}
		s.mu.Unlock()
	}
}

// goodLRU: the least recently used goes when there are too many.
func (s *recent) goodLRU(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		s.add(conn.RemoteAddr().String(), conn)
	}
}

type entry struct {
	key  string
	conn net.Conn
}

func (s *recent) add(key string, conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byKey[key] = s.order.PushFront(&entry{key, conn})
	if s.order.Len() > 100 {
		s.evict()
	}
}

func (s *recent) evict() {
	last := s.order.Back()
	s.order.Remove(last)
	delete(s.byKey, last.Value.(*entry).key)
}

type pool struct {
	mu   sync.Mutex
	idle []net.Conn
}

// goodPool: who wants one takes it out.
func (p *pool) goodPool(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		p.mu.Lock()
		p.idle = append(p.idle, conn)
		p.mu.Unlock()
	}
}

// Take takes the last one.
func (p *pool) Take() net.Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if n == 0 {
		return nil
	}
	conn := p.idle[n-1]
	p.idle = p.idle[:n-1]
	return conn
}

type broadcast struct {
	mu    sync.Mutex
	conns []net.Conn
}

// goodBroadcast: a client that cannot be written to is taken out.
func (b *broadcast) goodBroadcast(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		b.mu.Lock()
		b.conns = append(b.conns, conn)
		b.mu.Unlock()
	}
}

// Send writes to all.
func (b *broadcast) Send(text []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := len(b.conns) - 1; i >= 0; i-- {
		if _, err := b.conns[i].Write(text); err != nil {
			b.conns[i].Close()
			b.conns[i] = b.conns[len(b.conns)-1]
			b.conns = b.conns[:len(b.conns)-1]
		}
	}
}
