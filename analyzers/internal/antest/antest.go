// Package antest finds the test data of the checks and runs analyzers on it.
package antest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// Data returns the directory of the testdata module, with the modules that it
// needs downloaded, so that `go test ./...` works on a fresh machine.
func Data(t testing.TB) string {
	t.Helper()
	dir := root(t)
	cmd := exec.Command("go", "mod", "download")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go mod download in testdata: %v\n%s", err, out)
	}
	return dir
}

func root(t testing.TB) string {
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("antest: no caller information")
	}
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "testdata")
}

// Run runs the analyzer on packages of the testdata module and checks the
// `// want` comments in them.
func Run(t *testing.T, a *analysis.Analyzer, patterns ...string) []*analysistest.Result {
	t.Helper()
	return analysistest.Run(t, Data(t), unbroken(t, a), patterns...)
}

// RunFixes runs the analyzer like [Run] and compares the sources, with the
// suggested fixes applied, to the .golden files beside them. Files without one
// must have no fix.
func RunFixes(t *testing.T, a *analysis.Analyzer, patterns ...string) []*analysistest.Result {
	t.Helper()
	return analysistest.RunWithSuggestedFixes(t, Data(t), unbroken(t, a), patterns...)
}

// unbroken returns the analyzer, with the test failing for each panic that it, or
// what it requires, has confined.
func unbroken(t testing.TB, a *analysis.Analyzer) *analysis.Analyzer {
	b := *a
	b.Run = func(pass *analysis.Pass) (any, error) {
		result, err := a.Run(pass)
		if pkg, ok := pass.ResultOf[irx.Analyzer].(*irx.Package); ok {
			for _, f := range pkg.Failures() {
				t.Error(f)
			}
		}
		return result, err
	}
	return &b
}

// Analyze runs an analyzer on packages of the testdata module and returns what
// it did, without looking at `// want` comments.
func Analyze(t testing.TB, a *analysis.Analyzer, patterns ...string) *checker.Graph {
	t.Helper()
	return AnalyzeAll(t, []*analysis.Analyzer{a}, patterns...)
}

// AnalyzeAll is Analyze for several analyzers together.
func AnalyzeAll(t testing.TB, as []*analysis.Analyzer, patterns ...string) *checker.Graph {
	t.Helper()
	cfg := &packages.Config{Mode: packages.LoadAllSyntax | packages.NeedModule, Dir: Data(t), Env: append(os.Environ(), "GOWORK=off")}
	pkgs, err := packages.Load(cfg, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(pkgs) > 0 {
		t.Fatal("the test data does not compile")
	}
	graph, err := checker.Analyze(as, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	return graph
}
