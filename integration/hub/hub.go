// Package hub fans events out to the connected clients.
//
// A client that does not read must not hold up the others, so every subscriber has a queue of its own, and an event
// for which it has no room is dropped and counted.
package hub

import (
	"sync"
	"sync/atomic"
)

// queueLen is how many events a slow reader may lag behind.
const queueLen = 64

// A Hub knows the subscribers of one server.
type Hub struct {
	mu      sync.Mutex
	subs    map[*Subscriber]struct{}
	joined  atomic.Uint64
	dropped atomic.Uint64
}

// New returns an empty hub.
func New() *Hub {
	return &Hub{subs: make(map[*Subscriber]struct{})}
}

// A Subscriber is one client's place in the hub.
type Subscriber struct {
	queue chan []byte
	done  chan struct{}
	once  sync.Once
}

// NewSubscriber returns a subscriber that has not joined.
func NewSubscriber() *Subscriber {
	return &Subscriber{queue: make(chan []byte, queueLen), done: make(chan struct{})}
}

// Queue delivers the events for this subscriber. It is never closed; see Done.
func (s *Subscriber) Queue() <-chan []byte { return s.queue }

// Done is closed by Stop.
func (s *Subscriber) Done() <-chan struct{} { return s.done }

// Stop ends the subscription: what is queued may still be taken, nothing is added. It may be called repeatedly.
func (s *Subscriber) Stop() { s.once.Do(func() { close(s.done) }) }

// Offer queues msg and reports whether there was room.
func (s *Subscriber) Offer(msg []byte) bool {
	select {
	case <-s.done:
		return false
	default:
	}
	select {
	case s.queue <- msg:
		return true
	default:
		return false
	}
}

// Join adds s.
func (h *Hub) Join(s *Subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.subs[s] = struct{}{}
	h.joined.Add(1)
}

// Leave removes s, whether or not it joined.
func (h *Hub) Leave(s *Subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subs, s)
}

// Len is the number of subscribers.
func (h *Hub) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.subs)
}

// Joined is the number of subscribers that ever joined.
func (h *Hub) Joined() uint64 { return h.joined.Load() }

// Dropped is the number of events that found no room.
func (h *Hub) Dropped() uint64 { return h.dropped.Load() }

// Broadcast offers msg to all subscribers but from.
func (h *Hub) Broadcast(from *Subscriber, msg []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subs {
		if s != from && !s.Offer(msg) {
			h.dropped.Add(1)
		}
	}
}
