//go:build unix

package analyzers_test

import (
	"flag"
	"fmt"
	"go/types"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers"
	"github.com/sockvet/sockvet/analyzers/internal/oracle"
)

var giants = flag.Int("giants", 1, "factor by which the synthetic giants grow")

// giant writes a program of size n.
type giant struct {
	name  string
	size  int           // of the smallest
	limit time.Duration // of the time for four times the size, in times
	write func(n int) string
}

// giantShapes are what generated code makes large.
var giantShapes = []giant{
	{"statements", 5000, 10, manyStatements},
	{"nesting", 200, 10, deepNesting},
	{"switch", 750, 10, hugeSwitch},
	{"recursion", 200, 10, mutualRecursion},
	{"closed", 250, 10, closedInTurn},
	{"deferred", 250, 10, deferredCloses},
	{"kept", 250, 10, keptInTurn},
	{"leaked", 250, 10, leakedInTurn},
	{"values", 250, 10, valuesOfAMachine},
}

// TestGiants demands that the time for all checks does not grow with the square
// of the size of a function, which would be sixteen times for four times the
// size. What the SSA form alone takes is left out: its builder compares each
// variable with each block. Only ratios are looked at, each of the shortest of
// some runs, since machines differ and are busy.
func TestGiants(t *testing.T) {
	if *plot != "" {
		plotGiants(t, *plot)
		return
	}
	for _, g := range giantShapes {
		t.Run(g.name, func(t *testing.T) {
			small, large := g.size**giants, 4*g.size**giants
			a, b := g.time(t, small), g.time(t, large)
			t.Logf("size %d: %v, size %d: %v, ratio %.1f", small, a.checks, large, b.checks, float64(b.checks)/float64(a.checks))
			if b.checks > g.limit*a.checks && b.checks > time.Second/2 {
				t.Errorf("time grows faster than size")
			}
		})
	}
}

// cost is what a giant takes.
type cost struct {
	checks time.Duration // without the SSA form
	ssa    time.Duration
}

func (g giant) time(t *testing.T, n int) cost {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // its collector runs when it likes
	best := cost{time.Hour, time.Hour}
	for range 2 {
		runtime.GC()
		l, err := oracle.Load(oracle.Program{Main: g.write(n)})
		if err != nil {
			t.Fatal(err)
		}
		best.ssa = min(best.ssa, timeSSA(t, l.Pkgs))
		start := cpu(t)
		graph, err := checker.Analyze(analyzers.Suite(), l.Pkgs, &checker.Options{Sequential: true})
		all := cpu(t) - start
		if err != nil {
			t.Fatal(err)
		}
		best.checks = min(best.checks, max(all-best.ssa, time.Millisecond))
		for _, act := range graph.Roots {
			if act.Err != nil {
				t.Fatal(act.Err)
			}
		}
	}
	return best
}

// timeSSA builds the SSA form of the packages, as the checks do.
func timeSSA(t *testing.T, pkgs []*packages.Package) time.Duration {
	t.Helper()
	var took time.Duration
	for _, p := range pkgs {
		prog := ssa.NewProgram(p.Fset, ssa.BuilderMode(0))
		seen := map[*types.Package]bool{}
		var imported func([]*types.Package)
		imported = func(all []*types.Package) {
			for _, q := range all {
				if !seen[q] {
					seen[q] = true
					prog.CreatePackage(q, nil, nil, true)
					imported(q.Imports())
				}
			}
		}
		imported(p.Types.Imports())
		start := cpu(t)
		prog.CreatePackage(p.Types, p.Syntax, p.TypesInfo, false).Build()
		took += cpu(t) - start
	}
	return took
}

// cpu is the time that the process has had of all processors: others do not
// count.
func cpu(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

const head = `
func big(l net.Listener) error {
	c, err := l.Accept()
	if err != nil {
		return err
	}
	defer c.Close()
`

func manyStatements(n int) string {
	var b strings.Builder
	b.WriteString(head + "\tn := 0\n")
	for i := range n {
		if i%10 == 0 {
			b.WriteString("\tif n > env.Num() {\n\t\treturn nil\n\t}\n")
		} else {
			b.WriteString("\tn += env.Num()\n")
		}
	}
	return b.String() + "\treturn env.Use(c)\n}\n"
}

func deepNesting(n int) string {
	return head + strings.Repeat("if env.Ask() {\nfor env.Ask() {\n", n) + "env.Use(c)\n" + strings.Repeat("}\n}\n", n) + "\treturn nil\n}\n"
}

func hugeSwitch(n int) string {
	var b strings.Builder
	b.WriteString(head + "\tswitch env.Num() {\n")
	for i := range n {
		fmt.Fprintf(&b, "\tcase %d:\n\t\tenv.Use(c)\n", i)
	}
	return b.String() + "\t}\n\treturn nil\n}\n"
}

func mutualRecursion(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `
func r%d(c net.Conn, n int) error {
	if n > env.Num() {
		return r%d(c, n)
	}
	if err := env.Use(c); err != nil {
		c.Close()
		return err
	}
	return r%d(c, n)
}
`, i, (i+7)%n, (i+1)%n)
	}
	return b.String()
}

func closedInTurn(n int) string {
	return repeat(n, `
	c%d, err := net.Dial("tcp", env.Net())
	if err != nil {
		return err
	}
	if err := env.Use(c%[1]d); err != nil {
		c%[1]d.Close()
		return err
	}
	c%[1]d.Close()
`)
}

func deferredCloses(n int) string {
	return repeat(n, `
	c%d, err := net.Dial("tcp", env.Net())
	if err != nil {
		return err
	}
	defer c%[1]d.Close()
	if err := env.Use(c%[1]d); err != nil {
		return err
	}
`)
}

func keptInTurn(n int) string {
	return repeat(n, `
	c%d, err := net.Dial("tcp", env.Net())
	if err != nil {
		return err
	}
	if err := env.Use(c%[1]d); err != nil {
		c%[1]d.Close()
		return err
	}
	env.Keep(c%[1]d)
`)
}

// leakedInTurn has a finding, and a fix, for each of its connections.
func leakedInTurn(n int) string {
	return repeat(n, `
	c%d, err := net.Dial("tcp", env.Net())
	if err != nil {
		return err
	}
	if err := env.Use(c%[1]d); err != nil {
		return err
	}
	c%[1]d.Close()
`)
}

// valuesOfAMachine has a field that each instruction of an interpreter loads from one
// object and stores in another.
func valuesOfAMachine(n int) string {
	var b strings.Builder
	b.WriteString(`
type value interface {
	Read([]byte) (int, error)
	Close() error
}

type machine struct{ top value }

func run(l net.Listener, m *machine) error {
	c, err := l.Accept()
	if err != nil {
		return err
	}
	m.top = c
	return nil
}
`)
	for i := range n {
		fmt.Fprintf(&b, `
func (m *machine) op%d(from *machine) error {
	if _, err := m.top.Read(nil); err != nil {
		return err
	}
	m.top = from.top
	return m.top.Close()
}
`, i)
	}
	return b.String()
}

func repeat(n int, format string) string {
	var b strings.Builder
	b.WriteString("\nfunc big() error {\n")
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String() + "\treturn nil\n}\n"
}
