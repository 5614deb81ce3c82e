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
	"github.com/sockvet/sockvet/integration/tidy"
)

// The size of TestScale; README.md has the command for the large one.
var (
	scaleStalled = flag.Int("stalled", 1000, "clients of TestScale that connect and say nothing")
	scaleLive    = flag.Int("live", 200, "clients of TestScale that have joined")
	scaleGood    = flag.Int("good", 30, "clients of TestScale that come, get an answer and go, one after the other")
	scaleTimeout = flag.Duration("handshake-timeout", 6*time.Second, "the server's handshake timeout in TestScale")
)

const (
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
	t.Parallel()
	if testing.Short() {
		t.Skip("-short")
	}
	needFiles(t, uint64(*scaleStalled+*scaleLive+200))
	lab, err := rig.NewLab()
	if err != nil {
		t.Fatal(err)
	}
	var m scaleRun
	m.measureIdle(t, lab)
	// The silent clients must still be there when the last of the good ones was served, which takes longer on a busy
	// machine.
	total := time.Duration(0)
	for _, took := range m.idle {
		total += took
	}
	for m.timeout = max(*scaleTimeout, 2*total+2*time.Second); !m.measure(t, lab); m.timeout *= 2 {
		t.Logf("a handshake timeout of %v is over before the measurement", m.timeout)
		if m.timeout > time.Minute {
			t.Fatal("the measurement takes too long")
		}
	}
	m.judge(t)
}

// A scaleRun is one measurement.
type scaleRun struct {
	timeout      time.Duration   // of handshakes
	idle, loaded []time.Duration // how long good clients took
	empty, full  observe.Process // the server without clients, and with all of them
	drained      time.Duration   // when the last silent client was seen, from when the last had come
}

// measureIdle serves good clients when there are no others.
func (m *scaleRun) measureIdle(t *testing.T, lab *rig.Lab) {
	t.Helper()
	s, err := lab.Start("tak/fixed", rig.Limits{HandshakeTimeout: testLimit})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	m.idle = serveInTurn(t.Context(), t, s, *scaleGood)
	m.empty = resources(t, s)
}

// measure starts a server and measures. It reports whether all silent clients were there while the good ones came.
func (m *scaleRun) measure(t *testing.T, lab *rig.Lab) bool {
	t.Helper()
	s, err := lab.Start("tak/fixed", rig.Limits{HandshakeTimeout: m.timeout})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), m.timeout+5*time.Minute)
	defer cancel()

	live, leave := goLive(ctx, t, s, *scaleLive)
	defer leave()
	h, err := faults.Stalled(ctx, s.Addr, *scaleStalled)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	const attempts = 50 // the last may still be on their way through the server's system
	for i := 0; connections(t, s) < *scaleStalled+*scaleLive; i++ {
		if i == attempts {
			return false
		}
		time.Sleep(20 * time.Millisecond)
	}
	began := time.Now()
	m.loaded = serveInTurn(ctx, t, s, *scaleGood)
	m.full = resources(t, s)
	if connections(t, s) < *scaleStalled+*scaleLive {
		return false
	}
	m.drained = drain(ctx, t, s, began, m.timeout)
	pingAll(ctx, t, live)
	return true
}

// resources is what the server's process uses.
func resources(t *testing.T, s *rig.Server) observe.Process {
	t.Helper()
	p, err := s.Process()
	if err != nil {
		tidy.Skip(t, err)
	}
	return p
}

// connections is how many the server has.
func connections(t *testing.T, s *rig.Server) int {
	t.Helper()
	st, err := s.States()
	if err != nil {
		tidy.Skip(t, err)
	}
	return st[observe.Established]
}

// needFiles skips the test where this process may not have n descriptors.
func needFiles(t *testing.T, n uint64) {
	t.Helper()
	limit, err := rig.FileLimit()
	if err == nil && limit < n {
		err = fmt.Errorf("%d descriptors are needed and %d allowed", n, limit)
	}
	if err != nil {
		tidy.Skip(t, err)
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

// goLive connects n clients that stay until they are told to leave.
func goLive(ctx context.Context, t *testing.T, s *rig.Server, n int) (live []*client.Client, leave func()) {
	t.Helper()
	live = make([]*client.Client, n)
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
	leave = func() {
		for _, c := range live {
			if c != nil {
				c.Close()
			}
		}
	}
	if err != nil {
		leave()
		t.Fatal(err)
	}
	return live, leave
}

// drain waits until only the live clients are left and returns when there still were others, from began, without the
// time in which the server would have gone on if the machine had not had something else to do after the handshake
// timeout.
func drain(ctx context.Context, t *testing.T, s *rig.Server, began time.Time, timeout time.Duration) time.Duration {
	t.Helper()
	select {
	case <-time.After(time.Until(began.Add(timeout))):
	case <-ctx.Done():
	}
	before := resources(t, s)
	still := timeout
	for looked := time.Since(began); connections(t, s) > *scaleLive; looked = time.Since(began) {
		still = looked
		if ctx.Err() != nil {
			t.Fatalf("%d of the server's connections are left", connections(t, s))
		}
		time.Sleep(20 * time.Millisecond)
	}
	return still - (resources(t, s).Starved - before.Starved)
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

func (m scaleRun) judge(t *testing.T) {
	t.Helper()
	if len(m.idle) == 0 || len(m.loaded) == 0 {
		t.Fatal(errors.New("nobody was served"))
	}
	limit := looseP99
	if *scaleGood >= strictSamples {
		limit = strictP99
	}
	limit = max(limit, strictRatio*quantile(m.idle, 0.99))
	if p99 := quantile(m.loaded, 0.99); p99 > limit {
		t.Errorf("p99 is %v, more than %v", p99, limit)
	}
	if limit := memoryLimit(*scaleStalled, *scaleLive); !raceDetector && m.full.RSS-m.empty.RSS > limit {
		t.Errorf("the clients take %d MB of the server, more than %d", (m.full.RSS-m.empty.RSS)>>20, limit>>20)
	}
	if late := m.drained - m.timeout; late > drainSlack {
		t.Errorf("there are silent clients %v after the handshake timeout", late)
	}
	t.Logf("| stalled | live | good served | p50 idle | p99 idle | p50 | p99 | max | server memory | idle | last stalled seen (timeout) |")
	t.Logf("| %d | %d | %d of %d | %s | %s | %s | %s | %s | %d MB | %d MB | %.1f s (%v) |",
		*scaleStalled, *scaleLive, len(m.loaded), *scaleGood, millis(quantile(m.idle, 0.5)), millis(quantile(m.idle, 0.99)),
		millis(quantile(m.loaded, 0.5)), millis(quantile(m.loaded, 0.99)), millis(slices.Max(m.loaded)),
		m.full.RSS>>20, m.empty.RSS>>20, m.drained.Seconds(), m.timeout)
}

// memoryLimit is what clients may take of the server's memory: half as much again as they were found to take.
func memoryLimit(stalled, live int) int64 {
	const perStalled, perLive, unavoidable = 12 << 10, 75 << 10, 16 << 20
	return int64(stalled*perStalled+live*perLive) + unavoidable
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1000) }

// quantile is by nearest rank.
func quantile(d []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}
