//go:build unix

package analyzers_test

import (
	"flag"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/tools/go/analysis/checker"

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
	{"switch", 1500, 16, hugeSwitch},
	{"recursion", 200, 10, mutualRecursion},
}

// TestGiants demands that the time for all checks does not grow with the square
// of the size of a function, which would be sixteen times for four times the
// size. For a switch the SSA form alone comes near to that. Obligations times
// blocks are not held to it: each obligation is a walk of its own. Only ratios are looked at, each of the shortest
// of some runs, since machines differ and are busy.
func TestGiants(t *testing.T) {
	for _, g := range giantShapes {
		t.Run(g.name, func(t *testing.T) {
			small, large := g.size**giants, 4*g.size**giants
			a, b := g.time(t, small), g.time(t, large)
			t.Logf("size %d: %v, size %d: %v, ratio %.1f", small, a, large, b, float64(b)/float64(a))
			if b > g.limit*a && b > time.Second/5 {
				t.Errorf("time grows faster than size")
			}
		})
	}
}

func (g giant) time(t *testing.T, n int) time.Duration {
	t.Helper()
	best := time.Hour
	for range 2 {
		l, err := oracle.Load(oracle.Program{Main: g.write(n)})
		if err != nil {
			t.Fatal(err)
		}
		start := cpu(t)
		graph, err := checker.Analyze(analyzers.Suite(), l.Pkgs, &checker.Options{Sequential: true})
		best = min(best, cpu(t)-start)
		if err != nil {
			t.Fatal(err)
		}
		for _, act := range graph.Roots {
			if act.Err != nil {
				t.Fatal(act.Err)
			}
		}
	}
	return best
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
