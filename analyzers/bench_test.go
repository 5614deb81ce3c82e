package analyzers_test

import (
	"os"
	"runtime"
	"testing"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/sockvet/sockvet/analyzers"
	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

// benched are packages that are analyzed whole: code made to be hard, servers,
// and a package without any connection, of which little has to be said.
//
// The budget is what all checks may allocate for a line of source, dependencies
// outside the standard library included. Memory is what a benchmark can demand on
// any machine; time is printed for benchstat to compare.
var benched = []struct {
	name   string
	dir    func(testing.TB) string
	path   string
	budget float64 // bytes a line
}{
	{"errpaths", antest.Data, "./connclose/errpaths", 48 << 10},
	{"closures", antest.Data, "./connclose/closures", 32 << 10},
	{"server", here, "github.com/sockvet/sockvet/integration/tak/fixed", 20 << 10},
	{"lab", here, "github.com/sockvet/sockvet/integration/rig", 20 << 10},
	{"unconcerned", here, "github.com/sockvet/sockvet/integration/cot", 16 << 10},
}

func here(testing.TB) string { return "." }

// BenchmarkChecks takes all checks over a package:
//
//	go test ./analyzers -run '^$' -bench Checks -count 10 | tee new.txt
//	benchstat old.txt new.txt
func BenchmarkChecks(b *testing.B) {
	for _, p := range benched {
		b.Run(p.name, func(b *testing.B) {
			cfg := &packages.Config{Mode: packages.LoadAllSyntax | packages.NeedModule, Dir: p.dir(b), Env: append(os.Environ(), "GOWORK=off")}
			pkgs, err := packages.Load(cfg, p.path)
			if err != nil || packages.PrintErrors(pkgs) > 0 {
				b.Fatal("cannot be loaded: ", err)
			}
			lines := linesOf(pkgs)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := checker.Analyze(analyzers.Suite(), pkgs, nil); err != nil {
					b.Fatal(err)
				}
			}
			runtime.ReadMemStats(&after)
			perLine := float64(after.TotalAlloc-before.TotalAlloc) / float64(b.N) / float64(lines)
			b.ReportMetric(perLine, "B/line")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(lines), "ns/line")
			if perLine > p.budget {
				b.Errorf("%.0f bytes a line, more than the budget of %.0f", perLine, p.budget)
			}
		})
	}
}

// linesOf counts the lines of the packages and their dependencies outside the
// standard library, which the checks pass over.
func linesOf(pkgs []*packages.Package) (n int) {
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		if p.Module == nil {
			return
		}
		for _, f := range p.Syntax {
			n += p.Fset.File(f.FileStart).LineCount()
		}
	})
	return n
}
