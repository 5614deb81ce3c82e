package tak

import (
	"context"
	"time"
)

// The delays after failed accepts, as in net/http: out of descriptors, a server that tries again at once only burns
// the processor that would free them.
const (
	minDelay = 5 * time.Millisecond
	maxDelay = time.Second
)

// A Backoff is a delay that doubles. The zero value is ready.
type Backoff struct {
	delay time.Duration
}

// Wait waits for the next delay, or until ctx ends.
func (b *Backoff) Wait(ctx context.Context) {
	b.delay = min(max(2*b.delay, minDelay), maxDelay)
	timer := time.NewTimer(b.delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Reset makes the next delay the shortest.
func (b *Backoff) Reset() { b.delay = 0 }
