package mutation

import (
	"flag"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

var (
	dir  = flag.String("dir", "", "module to mutate instead of the test data")
	pkgs = flag.String("packages", "./connclose/basic,./connclose/errpaths,./connclose/closures,./connclose/loops", "patterns of its packages, with commas")
)

// minimum is the share of changes that must be noticed where the engine decides,
// in percent.
const minimum = 95

// TestMutants demands that most changes of right functions are noticed. The rest
// is listed (-v).
func TestMutants(t *testing.T) {
	from := *dir
	if from == "" {
		from = antest.Data(t)
	}
	ms, err := Run(from, strings.Split(*pkgs, ",")...)
	if err != nil {
		t.Fatal(err)
	}
	count := map[Verdict]int{}
	funcs := map[string]bool{}
	for _, m := range ms {
		funcs[m.File+m.Func] = true
		count[m.Verdict]++
		if m.Verdict != Noticed {
			t.Log(m)
		}
	}
	for _, v := range []Verdict{Noticed, AtCallers, AtGoroutine, Missed, StillRight, HandedOver, ClosedBefore, NotReached} {
		if count[v] > 0 {
			t.Logf("%s: %d", v, count[v])
		}
	}
	noticed := count[Noticed] + count[AtCallers] + count[AtGoroutine]
	t.Logf("%d functions, %d changes, %d where the engine decides, %d noticed", len(funcs), len(ms), noticed+count[Missed], noticed)
	if *dir == "" && (noticed == 0 || noticed*100 < (noticed+count[Missed])*minimum) {
		t.Errorf("%d noticed, %d missed, want %d %%", noticed, count[Missed], minimum)
	}
}
