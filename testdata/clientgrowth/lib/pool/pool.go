// Package pool holds collections for other packages.
package pool

import (
	"net"
	"sync"
	"time"
)

// Conns is a slice with methods.
type Conns []net.Conn

// Add adds a connection.
func (p *Conns) Add(c net.Conn) { // want Add:`keeps operand 1 in operand 0`
	*p = append(*p, c)
}

// Remove removes one.
func (p *Conns) Remove(c net.Conn) { // want Remove:`removes from operand 0`
	for i, o := range *p {
		if o == c {
			*p = append((*p)[:i], (*p)[i+1:]...)
			return
		}
	}
}

// Session is somebody's.
type Session struct {
	ID   string
	Conn net.Conn
}

// Manager keeps sessions.
type Manager struct {
	mu       sync.Mutex
	sessions map[string]*Session
}

// NewManager makes an empty one.
func NewManager() *Manager { return &Manager{sessions: make(map[string]*Session)} }

// Add keeps a session until Remove.
func (m *Manager) Add(s *Session) { // want Add:`keeps operand 1 in operand 0`
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[s.ID] = s
}

// Remove forgets one.
func (m *Manager) Remove(id string) { // want Remove:`removes from operand 0`
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, id)
}

// Get finds one.
func (m *Manager) Get(id string) *Session { return m.sessions[id] }

// Log keeps everything.
type Log struct{ conns []net.Conn }

// Keep keeps a connection for ever.
func (l *Log) Keep(c net.Conn) { // want Keep:`keeps operand 1 in operand 0`
	l.conns = append(l.conns, c)
}

// Expiring looks after itself.
type Expiring struct{ conns map[net.Conn]time.Time }

// NewExpiring starts its janitor.
func NewExpiring() *Expiring {
	e := &Expiring{conns: make(map[net.Conn]time.Time)}
	go e.expire()
	return e
}

// Add adds a connection for a while.
func (e *Expiring) Add(c net.Conn) { e.conns[c] = time.Now() }

func (e *Expiring) expire() {
	for now := range time.Tick(time.Minute) {
		for c, t := range e.conns {
			if now.Sub(t) > time.Hour {
				delete(e.conns, c)
			}
		}
	}
}

// Close closes all.
func (m *Manager) Close() error {
	for _, s := range m.sessions {
		s.Conn.Close()
	}
	return nil
}

// ServeSession serves one and forgets it.
func ServeSession(m *Manager, s *Session) {
	defer m.Remove(s.ID)
	buf := make([]byte, 512)
	for {
		if _, err := s.Conn.Read(buf); err != nil {
			return
		}
	}
}
