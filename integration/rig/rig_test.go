package rig

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sockvet/sockvet/integration/tidy"
)

// TestMain lets the test binary be a server process too.
func TestMain(m *testing.M) {
	if code, child := Main(); child {
		os.Exit(code)
	}
	os.Exit(tidy.Main(m))
}

func TestOutcome(t *testing.T) {
	var none, mixed, failed, held Outcome
	none.note("n", "%d", 1)
	mixed.judge(true, "a", "1")
	mixed.judge(false, "b", "2")
	failed.judge(true, "a", "1")
	failed.note("n", "1")
	held.judge(false, "a", "1")
	for name, c := range map[string]struct {
		out          Outcome
		failed, held bool
	}{
		"nothing judged": {none, false, false},
		"mixed":          {mixed, false, false},
		"failed":         {failed, true, false},
		"held":           {held, false, true},
	} {
		if c.out.Failed() != c.failed || c.out.Held() != c.held {
			t.Errorf("%s: Failed %t, Held %t", name, c.out.Failed(), c.out.Held())
		}
	}
	if got, want := failed.String(), "BAD   a: 1\nnote  n: 1\n"; got != want {
		t.Errorf("String is %q, want %q", got, want)
	}
}

func TestNoSuchPackage(t *testing.T) {
	lab, err := NewLab()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lab.Start("tak/nonsense", Limits{}); err == nil || !strings.Contains(err.Error(), "tak/nonsense") {
		t.Errorf("got %v", err)
	}
	if _, err := ScenarioNamed("nonsense"); err == nil {
		t.Error("there is a scenario called nonsense")
	}
}

// TestUntilGC holds the message "until a GC" to its word: what nothing refers to is closed by a garbage collection, and
// what a goroutine holds is not.
func TestUntilGC(t *testing.T) {
	lab, err := NewLab()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		pkg   string
		fault func(context.Context, *Server) error
		left  int
	}{
		{"tak/untilgc", brokenHandshakes, 0},
		{"tak/connclose", turnedAway, leakers},
	} {
		t.Run(c.pkg, func(t *testing.T) {
			t.Parallel()
			s, err := lab.Start(c.pkg, Limits{HandshakeTimeout: patient, NoGC: true})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := c.fault(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			before, err := closeWaits(t.Context(), s)
			if errors.Is(err, errors.ErrUnsupported) {
				tidy.Skip(t, err)
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.GC(); err != nil {
				t.Fatal(err)
			}
			after, err := closeWaits(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if before != leakers || after != c.left {
				t.Errorf("%d connections in CLOSE-WAIT, %d after a garbage collection; want %d and %d", before, after, leakers, c.left)
			}
		})
	}
}

// TestTurns has a server that is stopped for a while: that time does not count.
func TestTurns(t *testing.T) {
	t.Parallel()
	lab, err := NewLab()
	if err != nil {
		t.Fatal(err)
	}
	s, err := lab.Start("tak/fixed", Limits{HandshakeTimeout: patient})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	resume, err := s.Pause(t.Context())
	if errors.Is(err, errors.ErrUnsupported) {
		tidy.Skip(t, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	const turns = 10
	stopped := time.AfterFunc(5*turns*turnPause, func() {
		if err := resume(); err != nil {
			t.Error(err)
		}
	})
	defer stopped.Stop()
	var out Outcome
	if err := out.served(t.Context(), s, turns, "a good client"); err != nil || !out.Held() {
		t.Errorf("%v%v", out, err)
	}
	never := func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) }
	if n, ok, err := s.during(t.Context(), turns, never); ok || n != turns || err != nil {
		t.Errorf("what never comes: %v after %d turns, %v", ok, n, err)
	}
	asked := 0
	if ok, err := s.poll(t.Context(), turns, func() (bool, error) { asked++; return false, nil }); ok || err != nil || asked != turns+1 {
		t.Errorf("poll asks %d times and says %v, %v", asked, ok, err)
	}
}
