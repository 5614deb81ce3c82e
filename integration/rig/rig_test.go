package rig

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// TestMain lets the test binary be a server process too.
func TestMain(m *testing.M) {
	if code, child := Main(); child {
		os.Exit(code)
	}
	os.Exit(m.Run())
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
	for pkg, left := range map[string]int{"tak/untilgc": 0, "tak/connclose": leakers} {
		t.Run(pkg, func(t *testing.T) {
			s, err := lab.Start(pkg, Limits{HandshakeTimeout: patient, NoGC: true})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			play := garbage
			if pkg == "tak/connclose" {
				play = impostors
			}
			if _, err := play(t.Context(), s); errors.Is(err, errors.ErrUnsupported) {
				t.Skip(err)
			} else if err != nil {
				t.Fatal(err)
			}
			if _, err := s.GC(); err != nil {
				t.Fatal(err)
			}
			got, err := closeWaits(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if got < left || left == 0 && got > 0 {
				t.Errorf("%d connections in CLOSE-WAIT after a garbage collection, want %d", got, left)
			}
		})
	}
}
