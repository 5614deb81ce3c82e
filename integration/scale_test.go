package integration

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sockvet/sockvet/integration/client"
	"github.com/sockvet/sockvet/integration/faults"
	"github.com/sockvet/sockvet/integration/observe"
	"github.com/sockvet/sockvet/integration/rig"
)

// The size of TestScale; README.md has the command for the large one.
var (
	scaleStalled = flag.Int("stalled", 1000, "clients of TestScale that connect and say nothing")
	scaleLive    = flag.Int("live", 200, "clients of TestScale that have joined")
	scaleGood    = flag.Int("good", 100, "clients of TestScale that come, get an answer and go, one after the other")
	scaleTimeout = flag.Duration("handshake-timeout", 6*time.Second, "the server's handshake timeout in TestScale")
)

const (
	// memoryLimit is what the server may take with 10,000 silent and 5,000 live clients.
	memoryLimit = 450 << 20
	// drainSlack is how much later than the handshake timeout the last silent client may be gone.
	drainSlack = time.Second
	// looseP99 is the bound for few samples, on a machine that does other things too: whoever waits longer had a
	// SYN lost.
	looseP99 = 900 * time.Millisecond
	// strictP99 and strictRatio are the bounds when there are enough samples to speak of a 99th percentile: that
	// many times what it is on the idle server, or the absolute value.
	strictP99, strictRatio, strictSamples = 50 * time.Millisecond, 5, 1000
)

// TestScale serves good clients while many say nothing and many are connected.
func TestScale(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	needFiles(t, uint64(*scaleStalled+*scaleLive+200))
	lab, err := rig.NewLab()
	if err != nil {
		t.Fatal(err)
	}
	s, err := lab.Start("tak/fixed", rig.Limits{HandshakeTimeout: *scaleTimeout})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), *scaleTimeout+2*time.Minute)
	defer cancel()

	idle := serveInTurn(ctx, t, s, *scaleGood)
	live := goLive(ctx, t, s, *scaleLive)
	h, err := faults.Stalled(ctx, s.Addr, *scaleStalled)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	full := established(ctx, t, s, func(n int) bool { return n >= *scaleStalled+*scaleLive })
	began := time.Now()
	loaded := serveInTurn(ctx, t, s, *scaleGood)
	during, err := s.Process()
	if err != nil {
		skip(t, err)
	}
	if n := established(ctx, t, s, func(int) bool { return true }); n < full {
		t.Errorf("only %d of %d clients are left when the measurement ends: the handshake timeout is too short for it", n, full)
	}
	drained := drain(ctx, t, s, began)
	pingAll(ctx, t, live)
	judgeScale(t, idle, loaded, during.RSS, drained)
}

// needFiles skips the test where this process may not have n descriptors.
func needFiles(t *testing.T, n uint64) {
	t.Helper()
	limit, err := rig.FileLimit()
	if err == nil && limit < n {
		err = fmt.Errorf("%d descriptors are needed and %d allowed", n, limit)
	}
	if err != nil {
		skip(t, err)
	}
}

// serveInTurn serves n good clients one after the other and returns how long each took.
func serveInTurn(ctx context.Context, t *testing.T, s *rig.Server, n int) []time.Duration {
	t.Helper()
	var took []time.Duration
	for i := range n {
		began := time.Now()
		if err := visit(ctx, s); err != nil {
			t.Errorf("good client %d: %v", i, err)
			continue
		}
		took = append(took, time.Since(began))
	}
	return took
}

// visit is a client that comes, gets an answer and goes. It does not tell all others where it is, since here it is the
// server's readiness that is measured and not its fan-out.
func visit(ctx context.Context, s *rig.Server) error {
	ctx, cancel := context.WithTimeout(ctx, testLimit)
	defer cancel()
	c, err := client.DialQuiet(ctx, s.Addr, s.Good, rig.Good)
	if err != nil {
		return err
	}
	return c.Close()
}

// goLive connects n clients that stay.
func goLive(ctx context.Context, t *testing.T, s *rig.Server, n int) []*client.Client {
	t.Helper()
	live := make([]*client.Client, n)
	var g errgroup.Group
	g.SetLimit(16)
	for i := range live {
		g.Go(func() error {
			var err error
			live[i], err = client.DialQuiet(ctx, s.Addr, s.Good, fmt.Sprintf("%s/%d", rig.Good, i))
			return err
		})
	}
	err := g.Wait()
	t.Cleanup(func() {
		for _, c := range live {
			if c != nil {
				c.Close()
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return live
}

// established waits until the number of the server's connections is as wanted, and returns it.
func established(ctx context.Context, t *testing.T, s *rig.Server, wanted func(int) bool) int {
	t.Helper()
	for {
		st, err := s.States()
		if err != nil {
			skip(t, err)
		}
		if n := st[observe.Established]; wanted(n) {
			return n
		}
		if ctx.Err() != nil {
			t.Fatalf("the server's connections: %v", st)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// drain waits until only the live clients are left and returns how long that took from began, without the time in
// which the server would have gone on if the machine had not had something else to do after the handshake timeout.
func drain(ctx context.Context, t *testing.T, s *rig.Server, began time.Time) time.Duration {
	t.Helper()
	select {
	case <-time.After(time.Until(began.Add(*scaleTimeout))):
	case <-ctx.Done():
	}
	before, err := s.Process()
	if err != nil {
		skip(t, err)
	}
	established(ctx, t, s, func(n int) bool { return n <= *scaleLive })
	took := time.Since(began)
	after, err := s.Process()
	if err != nil {
		skip(t, err)
	}
	return took - (after.Starved - before.Starved)
}

// pingAll has all live clients ask for an answer.
func pingAll(ctx context.Context, t *testing.T, live []*client.Client) {
	t.Helper()
	var mu sync.Mutex
	var errs []error
	var g errgroup.Group
	g.SetLimit(16)
	for _, c := range live {
		g.Go(func() error {
			if err := c.Ping(ctx); err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			}
			return nil
		})
	}
	_ = g.Wait() // the errors are in errs
	if len(errs) > 0 {
		t.Errorf("%d of %d live clients got no answer in the end; the first: %v", len(errs), len(live), errs[0])
	}
}

func judgeScale(t *testing.T, idle, loaded []time.Duration, rss int64, drained time.Duration) {
	t.Helper()
	if len(idle) == 0 || len(loaded) == 0 {
		t.Fatal(errors.New("nobody was served"))
	}
	limit := looseP99
	if *scaleGood >= strictSamples {
		limit = max(strictP99, strictRatio*quantile(idle, 0.99))
	}
	if p99 := quantile(loaded, 0.99); p99 > limit {
		t.Errorf("p99 is %v, more than %v", p99, limit)
	}
	if rss > memoryLimit {
		t.Errorf("the server takes %d MB, more than %d", rss>>20, memoryLimit>>20)
	}
	if late := drained - *scaleTimeout; late > drainSlack {
		t.Errorf("the last silent client is gone %v after the handshake timeout", late)
	}
	t.Logf("| stalled | live | good served | p50 idle | p99 idle | p50 | p99 | max | server memory | stalled gone after (timeout) |")
	t.Logf("| %d | %d | %d of %d | %s | %s | %s | %s | %s | %.0f MB | %.1f s (%v) |",
		*scaleStalled, *scaleLive, len(loaded), *scaleGood, millis(quantile(idle, 0.5)), millis(quantile(idle, 0.99)),
		millis(quantile(loaded, 0.5)), millis(quantile(loaded, 0.99)), millis(slices.Max(loaded)),
		float64(rss)/(1<<20), drained.Seconds(), *scaleTimeout)
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1000) }

// quantile is by nearest rank.
func quantile(d []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}
