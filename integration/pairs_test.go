package integration

import (
	"errors"
	"sync"
	"testing"

	"github.com/sockvet/sockvet/integration/rig"
	"github.com/sockvet/sockvet/integration/tidy"
)

// TestPairs plays each scenario to the server with the bug, which must fail, and to the fixed one in its place, which must
// hold. The linter must report the one, with the one check that is about its bug, and not the other.
func TestPairs(t *testing.T) {
	t.Parallel()
	lab, err := rig.NewLab()
	if err != nil {
		t.Fatal(err)
	}
	for _, sc := range rig.Scenarios() {
		t.Run(sc.Name, func(t *testing.T) {
			t.Parallel()
			t.Run(sc.Buggy, func(t *testing.T) {
				t.Parallel()
				defer checkVerdict(t, sc.Buggy) // also of what cannot be played here
				if out := play(t, lab, sc, sc.Buggy); !out.Failed() {
					t.Errorf("%s should fail and does not:\n%v", sc.Buggy, out)
				}
			})
			t.Run(sc.Fixed, func(t *testing.T) {
				t.Parallel()
				defer checkVerdict(t, sc.Fixed)
				if out := play(t, lab, sc, sc.Fixed); !out.Held() {
					t.Errorf("%s should hold and does not:\n%v", sc.Fixed, out)
				}
			})
		})
	}
}

// namespace tells what is in the way of a network without resets.
var namespace = sync.OnceValue(rig.Namespace)

func play(t *testing.T, lab *rig.Lab, sc rig.Scenario, pkg string) rig.Outcome {
	t.Helper()
	if sc.NoResets {
		if err := namespace(); err != nil {
			tidy.Skip(t, err)
		}
	}
	out, err := lab.Play(t.Context(), sc, pkg)
	if errors.Is(err, errors.ErrUnsupported) {
		tidy.Skip(t, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%v", out)
	return out
}
