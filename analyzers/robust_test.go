//go:build unix

package analyzers_test

import (
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/sockvet/sockvet/analyzers"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

var (
	subjects = flag.String("subjects", "net/rpc,net/smtp,log/syslog", "packages to analyze, separated by commas (std for all of the standard library)")
	dir      = flag.String("dir", ".", "directory of the module that the packages are seen from")
)

// perPackage is the most that one package may take. A test machine may be slow,
// so the bound is generous; the test prints what was measured.
const perPackage = 10 * time.Second

// TestSubjects demands that no check fails, that no panic is confined, that no
// package takes long, and that next to nothing is left undecided. The
// standard library is analyzed from source here, although the checks rely on the
// model for it otherwise.
//
//	go test ./analyzers -subjects std -timeout 30m -v
func TestSubjects(t *testing.T) {
	suite := analyzers.Suite()
	for _, a := range suite {
		switchOn(t, &a.Flags, "std")
		switchOn(t, &a.Flags, "debug")
	}
	cfg := &packages.Config{Mode: packages.LoadAllSyntax | packages.NeedModule, Dir: *dir, Env: append(os.Environ(), "CGO_ENABLED=0")}
	pkgs, err := packages.Load(cfg, strings.Split(*subjects, ",")...)
	if err != nil {
		t.Fatal(err)
	}
	share := processorShare(t)
	graph, err := checker.Analyze(append(suite, irx.Analyzer), pkgs, &checker.Options{Sequential: true}) // one at a time, to know what each takes
	if err != nil {
		t.Fatal(err)
	}
	for _, act := range graph.Roots {
		if act.Err != nil && !act.Package.IllTyped {
			t.Errorf("%s on %s: %v", act.Analyzer, act.Package, act.Err)
		}
	}
	durations(t, graph, share())
	decided(t, graph)
}

// switchOn sets a flag, if there is one of the name, until the test ends: the
// analyzers are those of all tests.
func switchOn(t *testing.T, fs *flag.FlagSet, name string) {
	if fs.Lookup(name) == nil {
		return
	}
	if err := fs.Set(name, "true"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = fs.Set(name, "false") })
}

// processorShare begins to measure which part of the time that passes the process
// has a processor, at most all of it. On a busy machine it is small.
func processorShare(t *testing.T) func() float64 {
	wall, busy := time.Now(), cpu(t)
	return func() float64 { return min(1, float64(cpu(t)-busy)/float64(time.Since(wall))) }
}

// durations checks the time that each package took, all analyzers together: what
// passed on the clock, times the share of it that the process had a processor.
func durations(t *testing.T, graph *checker.Graph, share float64) {
	took := map[string]time.Duration{}
	for act := range graph.All() {
		took[act.Package.PkgPath] += time.Duration(float64(act.Duration) * share)
	}
	paths := make([]string, 0, len(took))
	for p := range took {
		paths = append(paths, p)
	}
	sort.Slice(paths, func(i, j int) bool { return took[paths[i]] > took[paths[j]] })
	for i, p := range paths {
		if took[p] > perPackage {
			t.Errorf("%s took %v", p, took[p])
		}
		if i < 5 {
			t.Logf("%v %s", took[p].Round(time.Millisecond), p)
		}
	}
	t.Logf("%d packages", len(paths))
}

// decided counts the functions with an obligation that the engine gave up on, as
// connclose's debug flag tells them.
func decided(t *testing.T, graph *checker.Graph) {
	var holding, undecided int
	for _, act := range graph.Roots {
		for _, d := range act.Diagnostics {
			var u, h int
			if _, err := fmt.Sscanf(d.Message, "%d of %d functions with an obligation undecided", &u, &h); err == nil {
				undecided, holding = undecided+u, holding+h
			} else if d.Category == "debug" {
				t.Log(d.Message)
			}
		}
	}
	t.Logf("%d of %d functions with an obligation undecided", undecided, holding)
	if holding == 0 || undecided*50 > holding {
		t.Errorf("more than 2 %% undecided: %d of %d", undecided, holding)
	}
	for _, act := range graph.Roots {
		if pkg, ok := act.Result.(*irx.Package); ok {
			for _, f := range pkg.Failures() {
				t.Error(f)
			}
		}
	}
}
