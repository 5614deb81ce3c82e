// Package callbacks holds subscriptions that are made for a connection.
package callbacks

import (
	"io"
	"net"
	"sync"

	"sockvet.test/clientgrowth/lib/bus"
)

type server struct {
	bus *bus.Bus
}

// badDropped: nobody can cancel the subscription any more.
func (s *server) badDropped(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			_ = s.bus.Subscribe(func(event string) { io.WriteString(conn, event) }) // want `field bus of server gets an entry for every accepted connection and never loses one: what \(\*bus.Bus\).Subscribe returns to remove it is dropped`
			io.Copy(io.Discard, conn)
		}()
	}
}

type other struct {
	bus *bus.Bus
}

// goodCancelled: it ends with the connection.
func (s *other) goodCancelled(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			defer s.bus.Subscribe(func(event string) { io.WriteString(conn, event) })()
			io.Copy(io.Discard, conn)
		}()
	}
}

type hooks struct {
	mu   sync.Mutex
	next int
	stop map[int]func()
}

func (h *hooks) onStop(f func()) (off func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next++
	id := h.next
	h.stop[id] = f
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.stop, id)
	}
}

// badDroppedHere: the same in one package.
func (h *hooks) badDroppedHere(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		h.onStop(func() { conn.Close() }) // want `field stop of hooks gets an entry for every accepted connection and never loses one: what \(\*hooks\).onStop returns to remove it is dropped`
		go io.Copy(io.Discard, conn)
	}
}

type ends struct {
	mu   sync.Mutex
	next int
	stop map[int]func()
}

func (e *ends) onStop(f func()) (off func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.next++
	id := e.next
	e.stop[id] = f
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.stop, id)
	}
}

// goodKept: called at the end.
func (e *ends) goodKept(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		off := e.onStop(func() { conn.Close() })
		go func() {
			defer off()
			io.Copy(io.Discard, conn)
		}()
	}
}
