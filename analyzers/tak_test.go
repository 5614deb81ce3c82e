package analyzers_test

import (
	"fmt"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/checker"

	"github.com/sockvet/sockvet/analyzers"
	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

// TestTAK runs all checks together on a server with every bug of its first
// version, and on the same server without them. The first must be reported
// exactly where its comments say so, the second nowhere.
func TestTAK(t *testing.T) {
	for pkg, want := range map[string]int{"./tak/locksup": 7, "./tak/holds": 0} {
		graph := antest.AnalyzeAll(t, analyzers.Suite(), pkg)
		wants, got := expected(t, graph), reports(graph)
		if len(wants) != want {
			t.Errorf("%s expects %d reports, want %d", pkg, len(wants), want)
		}
		for _, w := range wants {
			i := slices.IndexFunc(got, w.fits)
			if i < 0 {
				t.Errorf("%s: %s does not report %q", w.at, w.check, w.message)
				continue
			}
			got = slices.Delete(got, i, i+1)
		}
		for _, r := range got {
			t.Errorf("%s: unexpected report of %s: %s", r.at, r.check, r.text)
		}
	}
}

type reported struct{ at, check, text string }

type expectation struct {
	at, check string
	message   *regexp.Regexp
}

func (e expectation) fits(r reported) bool {
	return r.at == e.at && r.check == e.check && e.message.MatchString(r.text)
}

func line(fset *token.FileSet, pos token.Pos) string {
	p := fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

func reports(graph *checker.Graph) []reported {
	var out []reported
	for _, act := range graph.Roots {
		for _, d := range act.Diagnostics {
			out = append(out, reported{line(act.Package.Fset, d.Pos), act.Analyzer.Name, d.Message})
		}
	}
	return out
}

var oneReport = regexp.MustCompile(`(\w+) "([^"]*)"`)

// expected reads the comments `// want check "message" check "message"`.
func expected(t *testing.T, graph *checker.Graph) []expectation {
	t.Helper()
	var out []expectation
	pkg := graph.Roots[0].Package
	for _, f := range pkg.Syntax {
		for _, group := range f.Comments {
			for _, c := range group.List {
				text, ok := strings.CutPrefix(c.Text, "// want ")
				if !ok {
					continue
				}
				for _, m := range oneReport.FindAllStringSubmatch(text, -1) {
					out = append(out, expectation{line(pkg.Fset, c.Pos()), m[1], regexp.MustCompile(m[2])})
				}
			}
		}
	}
	return out
}
