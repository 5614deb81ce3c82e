package analyzers_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers"
	"github.com/sockvet/sockvet/analyzers/internal/antest"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// panicSubjects are packages in which each check finds something. A function of
// the first is broken.
var panicSubjects = []string{"./tak/locksup", "./acceptblock/callees"}

func loadSubject(t *testing.T) []*packages.Package {
	t.Helper()
	cfg := &packages.Config{Mode: packages.LoadAllSyntax | packages.NeedModule, Dir: antest.Data(t), Env: append(os.Environ(), "GOWORK=off")}
	pkgs, err := packages.Load(cfg, panicSubjects...)
	if err != nil || packages.PrintErrors(pkgs) > 0 {
		t.Fatal("the test data cannot be loaded: ", err)
	}
	return pkgs
}

// told runs all checks and returns what each says, and what has failed in the
// packages named on the command line.
func told(t *testing.T, pkgs []*packages.Package) (found map[string][]string, failed []irx.Failure) {
	t.Helper()
	graph, err := checker.Analyze(append(analyzers.Suite(), irx.Analyzer), pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	found = map[string][]string{}
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Errorf("%s: %v", act.Analyzer, act.Err)
		}
		if pkg, ok := act.Result.(*irx.Package); ok {
			failed = append(failed, pkg.Failures()...)
		}
		for _, d := range act.Diagnostics {
			found[act.Analyzer.Name] = append(found[act.Analyzer.Name], act.Package.Fset.Position(d.Pos).String()+" "+d.Category+" "+d.Message)
		}
	}
	return found, failed
}

// instead replaces the Run function of an analyzer until the test ends.
func instead(t *testing.T, a *analysis.Analyzer, run func(orig func(*analysis.Pass) (any, error), pass *analysis.Pass) (any, error)) {
	orig := a.Run
	t.Cleanup(func() { a.Run = orig })
	a.Run = func(pass *analysis.Pass) (any, error) { return run(orig, pass) }
}

// TestPanicInCheck lets each check panic in turn: the others find what they found,
// the failure is noted, and no driver sees it.
func TestPanicInCheck(t *testing.T) {
	pkgs := loadSubject(t)
	want, failed := told(t, pkgs)
	if len(failed) > 0 {
		t.Fatal(failed)
	}
	for _, broken := range analyzers.Suite() {
		if len(want[broken.Name]) == 0 {
			t.Errorf("%s finds nothing in %s", broken.Name, panicSubjects)
			continue
		}
		t.Run(broken.Name, func(t *testing.T) {
			instead(t, broken, func(orig func(*analysis.Pass) (any, error), pass *analysis.Pass) (any, error) {
				p := *pass
				p.Report = func(analysis.Diagnostic) { panic("asked for") }
				return orig(&p)
			})
			got, failed := told(t, pkgs)
			for name := range want {
				if name != broken.Name && !slices.Equal(got[name], want[name]) {
					t.Errorf("%s says %q, and %q before", name, got[name], want[name])
				}
			}
			if len(failed) == 0 {
				t.Error("no failure")
			}
			for _, f := range failed { // one in each package
				if f.Analyzer != broken.Name || !strings.HasPrefix(f.Panic, "asked for (panic_test.go:") {
					t.Error(f)
				}
			}
		})
	}
}

// TestPanicInFunction gives the checks a function that none can look at: what they
// find in others is still found where it does not depend on that one, nothing new
// is, and the flag "debug" tells of the failure.
func TestPanicInFunction(t *testing.T) {
	pkgs := loadSubject(t)
	want, _ := told(t, pkgs)
	broken := ""
	instead(t, irx.Analyzer, func(orig func(*analysis.Pass) (any, error), pass *analysis.Pass) (any, error) {
		res, err := orig(pass)
		if !strings.HasSuffix(pass.Pkg.Path(), strings.TrimPrefix(panicSubjects[0], ".")) || err != nil {
			return res, err
		}
		pkg := res.(*irx.Package)
		pkg.Build(pkg.NoReturn)
		fn := pkg.Funcs()[0]
		fn.Blocks[0].Instrs = append([]ssa.Instruction{(*ssa.Call)(nil)}, fn.Blocks[0].Instrs...)
		broken = fn.String()
		return res, nil
	})
	for _, a := range analyzers.Suite() {
		switchOn(t, &a.Flags, "debug")
	}
	got, failed := told(t, pkgs)
	if !slices.ContainsFunc(failed, func(f irx.Failure) bool { return f.Func == broken }) {
		t.Errorf("no failure in %s: %v", broken, failed)
	}
	if len(got["connclose"]) < 2 {
		t.Errorf("connclose says %q, and %q with all functions", got["connclose"], want["connclose"])
	}
	for name, said := range got {
		debug := 0
		for _, d := range said {
			if strings.Contains(d, " debug ") {
				debug++
			} else if !slices.Contains(want[name], d) {
				t.Errorf("%s says what it did not say before: %s", name, d)
			}
		}
		if debug == 0 {
			t.Errorf("%s does not tell of the failure", name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d checks tell of the failure", len(got))
	}
}
