package analyzers_test

import (
	"bytes"
	"encoding/gob"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"sort"
	"testing"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/sockvet/sockvet/analyzers"
	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

var determinismRuns = flag.Int("runs", 6, "how often the same packages are analyzed")

// TestDeterminism demands the same diagnostics and the same facts, byte for byte,
// of every run: on one processor and on many, and in any order of the files.
func TestDeterminism(t *testing.T) {
	cfg := &packages.Config{Mode: packages.LoadAllSyntax | packages.NeedModule, Dir: antest.Data(t), Env: append(os.Environ(), "GOWORK=off")}
	pkgs, err := packages.Load(cfg, "./connclose/closures", "./connclose/crosspkg/...", "./connclose/goroutines", "./connclose/errpaths")
	if err != nil || packages.PrintErrors(pkgs) > 0 {
		t.Fatal("the test data cannot be loaded: ", err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first string
	for run := range *determinismRuns {
		runtime.GOMAXPROCS(1 + run%2*7)
		r := rand.New(rand.NewSource(int64(run)))
		packages.Visit(pkgs, nil, func(p *packages.Package) {
			r.Shuffle(len(p.Syntax), func(i, j int) { p.Syntax[i], p.Syntax[j] = p.Syntax[j], p.Syntax[i] })
		})
		said := saidOf(t, pkgs)
		if run == 0 {
			first = said
		} else if said != first {
			t.Fatalf("run %d differs:\n%s\n\nthe first was\n%s", run, said, first)
		}
	}
	if len(first) < 1000 {
		t.Error("nothing was reported")
	}
}

// saidOf runs all checks and writes down their diagnostics and facts. Actions
// are sorted, what one of them says is not.
func saidOf(t *testing.T, pkgs []*packages.Package) string {
	t.Helper()
	graph, err := checker.Analyze(analyzers.Suite(), pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for act := range graph.All() {
		var b bytes.Buffer
		fmt.Fprintln(&b, act)
		for _, d := range act.Diagnostics {
			fmt.Fprintln(&b, act.Package.Fset.Position(d.Pos), d.Message, len(d.SuggestedFixes))
			for _, rel := range d.Related {
				fmt.Fprintln(&b, "\t", act.Package.Fset.Position(rel.Pos), rel.Message)
			}
		}
		b.WriteString(factsOf(t, act))
		said = append(said, b.String())
	}
	sort.Strings(said)
	return fmt.Sprint(said)
}

func factsOf(t *testing.T, act *checker.Action) string {
	t.Helper()
	var facts []string
	for _, f := range act.AllObjectFacts() {
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(f.Fact); err != nil {
			t.Fatal(err)
		}
		facts = append(facts, fmt.Sprintf("%v %v %x\n", f.Object, f.Fact, b.Bytes()))
	}
	sort.Strings(facts) // they are kept in a map
	return fmt.Sprint(facts)
}
