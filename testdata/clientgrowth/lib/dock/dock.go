// Package dock hands out sessions that it keeps.
package dock

import (
	"net"
	"net/http"
	"sync"

	"sockvet.test/clientgrowth/lib/pool"
)

// A Session is a connection with a name.
type Session struct {
	net.Conn
	id string
}

// ID is its name.
func (s *Session) ID() string { return s.id }

// A Server keeps its sessions until its user removes them.
type Server struct {
	mu       sync.Mutex
	sessions map[string]*Session
	queue    chan net.Conn
}

// NewServer makes one.
func NewServer() *Server {
	return &Server{sessions: make(map[string]*Session), queue: make(chan net.Conn)}
}

// ServeHTTP makes a session of a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	s.open(conn, r.URL.Path)
}

func (s *Server) open(conn net.Conn, id string) {
	session := &Session{conn, id}
	go func(session *Session) {
		s.mu.Lock()
		s.sessions[session.ID()] = session
		s.mu.Unlock()
		s.queue <- session
	}(session)
}

// Accept waits for the next session.
func (s *Server) Accept() (net.Conn, error) { // want Accept:`operand 0 keeps result 0`
	c := <-s.queue
	if c == nil {
		return nil, net.ErrClosed
	}
	return c, nil
}

// Addr makes it a listener.
func (s *Server) Addr() net.Addr { return nil }

// Close ends it.
func (s *Server) Close() error {
	close(s.queue)
	return nil
}

// Remove forgets a session.
func (s *Server) Remove(id string) { // want Remove:`removes from operand 0`
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, id)
}

// A Pooled server keeps them in a collection of another package.
type Pooled struct {
	sessions *pool.Manager
	queue    chan net.Conn
}

// Take takes a connection.
func (p *Pooled) Take(conn net.Conn) {
	s := &pool.Session{ID: conn.RemoteAddr().String(), Conn: conn}
	p.sessions.Add(s)
	p.queue <- conn
}

// TakeSession takes a connection and hands out what it keeps.
func (p *Pooled) TakeSession(s *Named) {
	p.sessions.Add(&s.Session)
	p.queue <- s
}

// Named is a session.
type Named struct {
	pool.Session
	net.Conn
}

// Accept waits for the next connection: it is not the one that is kept.
func (p *Pooled) Accept() (net.Conn, error) {
	return <-p.queue, nil
}

// Remove forgets a session.
func (p *Pooled) Remove(id string) { p.sessions.Remove(id) } // want Remove:`removes from operand 0`

// A Tidy server removes a session that is closed.
type Tidy struct {
	mu       sync.Mutex
	sessions map[net.Conn]bool
	queue    chan net.Conn
}

type tidySession struct {
	net.Conn
	of *Tidy
}

// Close closes it and forgets it.
func (s *tidySession) Close() error {
	s.of.Remove(s)
	return s.Conn.Close()
}

// Take takes a connection.
func (t *Tidy) Take(conn net.Conn) {
	s := &tidySession{conn, t}
	t.mu.Lock()
	t.sessions[s] = true
	t.mu.Unlock()
	t.queue <- s
}

// Accept waits for the next connection.
func (t *Tidy) Accept() (net.Conn, error) { return <-t.queue, nil }

// Remove forgets a connection.
func (t *Tidy) Remove(c net.Conn) { // want Remove:`removes from operand 0`
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.sessions, c)
}
