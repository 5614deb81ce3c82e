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
	noticed, all := map[Op]int{}, map[Op]int{}
	funcs := map[string]bool{}
	total := 0
	for _, m := range ms {
		funcs[m.File+m.Func] = true
		all[m.Op]++
		if m.Noticed {
			noticed[m.Op]++
			total++
		} else {
			t.Log("not noticed: ", m)
		}
	}
	for _, op := range []Op{NoClose, NoDefer, Negated} {
		t.Logf("%s: %d of %d noticed", op, noticed[op], all[op])
	}
	t.Logf("%d functions, %d changes, %d noticed", len(funcs), len(ms), total)
	if len(ms) == 0 || *dir == "" && total*100 < len(ms)*minimum {
		t.Errorf("%d of %d changes noticed, want %d %%", total, len(ms), minimum)
	}
}

// minimum is the share of changes of the test data that must be noticed, in
// percent. Of the rest most leave the function right: it gives its caller what it
// closed before, together with the error.
const minimum = 85
