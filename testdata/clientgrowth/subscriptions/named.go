package subscriptions

import (
	"net"
	"sync"
)

type named struct {
	mu   sync.Mutex
	subs map[net.Conn]bool
}

// subscribe returns a named result in a function that defers: the result is
// stored in itself.
func (h *named) subscribe(c net.Conn) (cancel func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.subs[c] = true
	cancel = func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.subs, c)
	}
	return cancel
}

// goodNamed: the function that subscribe returns is called.
func (h *named) goodNamed(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			cancel := h.subscribe(c)
			defer cancel()
			var b [1]byte
			_, _ = c.Read(b[:])
		}()
	}
}
