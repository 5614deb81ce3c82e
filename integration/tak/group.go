package tak

import (
	"sync"
	"time"
)

// group counts goroutines. Unlike sync.WaitGroup it can be entered while another goroutine waits, and then refuses.
type group struct {
	mu      sync.Mutex
	n       int
	closing bool
	empty   chan struct{}
}

// enter adds a goroutine unless the group is being waited for.
func (g *group) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closing {
		return false
	}
	g.n++
	return true
}

// leave removes a goroutine that entered.
func (g *group) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n--
	if g.closing && g.n == 0 {
		close(g.empty)
	}
}

// wait closes the group and reports whether all goroutines left within limit.
func (g *group) wait(limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-g.closed():
		return true
	case <-timer.C:
		return false
	}
}

// closed closes the group and returns a channel that is closed when the last goroutine has left.
func (g *group) closed() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closing {
		g.closing = true
		g.empty = make(chan struct{})
		if g.n == 0 {
			close(g.empty)
		}
	}
	return g.empty
}
