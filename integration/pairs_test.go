package integration

import (
	"errors"
	"os"
	"strconv"
	"testing"

	"github.com/sockvet/sockvet/integration/rig"
)

// noSkip turns skips into failures, for machines on which nothing must be skipped.
const noSkip = "SOCKVET_RIG_NOSKIP"

// skip says why a test cannot run here.
func skip(t *testing.T, why error) {
	t.Helper()
	if on, _ := strconv.ParseBool(os.Getenv(noSkip)); on {
		t.Fatalf("%s is set, and cannot run here: %v", noSkip, why)
	}
	t.Skipf("cannot run here: %v", why)
}

// TestPairs plays each scenario to the server with the bug, which must fail, and to the fixed one, which must hold. The
// linter must report the one, with the one check that is about its bug, and not the other.
func TestPairs(t *testing.T) {
	lab, err := rig.NewLab()
	if err != nil {
		t.Fatal(err)
	}
	lint := newLinter(t)
	for _, sc := range rig.Scenarios() {
		t.Run(sc.Name, func(t *testing.T) {
			t.Parallel()
			t.Run("lint", func(t *testing.T) {
				lint.checkVerdict(t, sc.Buggy)
				lint.checkVerdict(t, sc.Fixed)
			})
			if sc.NoResets {
				if err := rig.Namespace(); err != nil {
					skip(t, err)
				}
			}
			t.Run(sc.Buggy, func(t *testing.T) {
				t.Parallel()
				if out := play(t, lab, sc, sc.Buggy); !out.Failed() {
					t.Errorf("%s should fail and does not:\n%v", sc.Buggy, out)
				}
			})
			t.Run(sc.Fixed, func(t *testing.T) {
				t.Parallel()
				if out := play(t, lab, sc, sc.Fixed); !out.Held() {
					t.Errorf("%s should hold and does not:\n%v", sc.Fixed, out)
				}
			})
		})
	}
}

func play(t *testing.T, lab *rig.Lab, sc rig.Scenario, pkg string) rig.Outcome {
	t.Helper()
	out, err := lab.Play(t.Context(), sc, pkg)
	if errors.Is(err, errors.ErrUnsupported) {
		skip(t, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%v", out)
	return out
}
