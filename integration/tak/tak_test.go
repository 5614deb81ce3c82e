package tak

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"github.com/sockvet/sockvet/integration/tidy"
)

func TestMain(m *testing.M) { os.Exit(tidy.Main(m)) }

func TestBackoffGrowsToItsLimit(t *testing.T) {
	done, cancel := context.WithCancel(context.Background())
	cancel() // Wait returns at once, and the delays can be looked at
	var b Backoff
	for want := minDelay; want < maxDelay; want *= 2 {
		if b.Wait(done); b.delay != want {
			t.Fatalf("delay %v, want %v", b.delay, want)
		}
	}
	for range 3 {
		if b.Wait(done); b.delay != maxDelay {
			t.Errorf("delay %v, want %v", b.delay, maxDelay)
		}
	}
	b.Reset()
	if b.Wait(done); b.delay != minDelay {
		t.Errorf("after Reset the delay is %v, want %v", b.delay, minDelay)
	}
}

func TestBackoffWaits(t *testing.T) {
	var b Backoff
	began := time.Now()
	b.Wait(context.Background())
	if took := time.Since(began); took < minDelay {
		t.Errorf("waited %v, want %v", took, minDelay)
	}
}

func TestGroup(t *testing.T) {
	var g group
	if !g.enter() || !g.enter() {
		t.Fatal("an open group refuses")
	}
	g.leave()
	if g.wait(10 * time.Millisecond) {
		t.Error("the wait is over while one is inside")
	}
	if g.enter() {
		t.Error("a closed group is entered")
	}
	g.leave()
	if !g.wait(time.Second) {
		t.Error("the wait is not over when all have left")
	}
	if empty := new(group); !empty.wait(time.Second) || empty.enter() {
		t.Error("an empty group is not closed at once")
	}
}

func TestCore(t *testing.T) {
	ln, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := NewCore(Config{}, ln)
	c.CountAcceptError()
	c.CountRejected()
	if !c.Enter() {
		t.Fatal("refused")
	}
	c.Leave()
	if got, want := c.Stats(), (Stats{Accepted: 1, AcceptErrors: 1, Rejected: 1}); got != want {
		t.Errorf("counters %+v, want %+v", got, want)
	}
	for range 2 { // the second time nothing is left to close
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if c.Context().Err() == nil || c.Enter() {
		t.Error("a closed core goes on")
	}
	if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener says %v, want net.ErrClosed", err)
	}
}
