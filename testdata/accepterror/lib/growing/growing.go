// Package growing waits longer each time, and knows nothing of connections.
package growing

import "time"

// Wait sleeps twice as long as the last time, and returns how long.
func Wait(last time.Duration) time.Duration { // want Wait:`delays`
	last = min(max(2*last, 5*time.Millisecond), time.Second)
	time.Sleep(last)
	return last
}

// Backoff keeps the delay.
type Backoff struct{ delay time.Duration }

// Pause sleeps twice as long as the last time.
func (b *Backoff) Pause() { // want Pause:`delays`
	b.delay = min(max(2*b.delay, 5*time.Millisecond), time.Second)
	t := time.NewTimer(b.delay)
	<-t.C
}

// Reset starts all over.
func (b *Backoff) Reset() { b.delay = 0 }
