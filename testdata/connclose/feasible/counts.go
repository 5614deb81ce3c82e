package feasible

import (
	"net"
	"sync"
)

// A shared listener counts its users.
type shared struct {
	ln    net.Listener
	users int
}

func add(ln net.Listener, user string) (net.Listener, error) {
	if user == ln.Addr().String() {
		return nil, errCounts
	}
	return ln, nil
}

var errCounts = net.ErrClosed

type listeners struct {
	mu sync.Mutex
	by map[string]shared
}

// goodShared: a listener that is new has no users yet.
func (l *listeners) goodShared(addr, user string) (net.Listener, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry, ok := l.by[addr]
	if !ok {
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			return nil, err
		}
		entry = shared{ln: ln}
	}
	got, err := add(entry.ln, user)
	if err != nil {
		if entry.users <= 0 {
			entry.ln.Close()
		}
		return nil, err
	}
	entry.users++
	l.by[addr] = entry
	return got, nil
}

// badShared: it has been counted before.
func (l *listeners) badShared(addr, user string) (net.Listener, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry, ok := l.by[addr]
	if !ok {
		ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed"
		if err != nil {
			return nil, err
		}
		entry = shared{ln: ln, users: 1}
	}
	got, err := add(entry.ln, user)
	if err != nil {
		if entry.users <= 0 {
			entry.ln.Close()
		}
		return nil, err
	}
	l.by[addr] = entry
	return got, nil
}
