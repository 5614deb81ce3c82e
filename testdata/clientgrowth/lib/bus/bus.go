// Package bus tells subscribers of events, until they take back what they said.
package bus

import (
	"net"
	"sync"
)

// A Bus has subscribers.
type Bus struct {
	mu   sync.Mutex
	next int
	subs map[int]func(string)
}

// Feed publishes what comes from a connection.
func (b *Bus) Feed(conn net.Conn) error {
	buf := make([]byte, 512)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return err
		}
		b.Publish(string(buf[:n]))
	}
}

// Cancel ends a subscription.
type Cancel func()

// Subscribe calls f for each event until its result is called.
func (b *Bus) Subscribe(f func(string)) Cancel { // want Subscribe:`keeps operand 1 in operand 0, result 0 removes again`
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next++
	id := b.next
	b.subs[id] = f
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.subs, id)
	}
}

// Publish tells everybody.
func (b *Bus) Publish(event string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.subs {
		f(event)
	}
}
