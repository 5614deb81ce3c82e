package listenbacklog

import (
	_ "embed"
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/backlog"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

//go:embed doc.go
var doc string

// Analyzer reports a backlog below the setting min-backlog.
var Analyzer = newAnalyzer()

// checker holds the settings.
type checker struct {
	min   int64
	tests bool
}

func newAnalyzer() *analysis.Analyzer {
	c := new(checker)
	a := &analysis.Analyzer{
		Name:     "listenbacklog",
		Doc:      report.Doc(doc),
		URL:      report.URL("listenbacklog"),
		Run:      report.Guard(c.run),
		Requires: []*analysis.Analyzer{irx.Analyzer, backlog.Analyzer},
	}
	irx.AddFlags(&a.Flags)
	report.AddFlags(&a.Flags)
	a.Flags.Int64Var(&c.min, "min-backlog", 128, "smallest backlog that is not reported")
	irx.AddTests(&a.Flags, &c.tests)
	return a
}

func (c *checker) run(pass *analysis.Pass) (any, error) {
	found := pass.ResultOf[backlog.Analyzer].(*backlog.Result)
	r := report.New(pass, c.tests)
	f := &fixer{checker: c, pass: pass, src: repair.NewSource(pass)}
	for _, v := range found.Values {
		if 0 <= v.Int && v.Int < c.min {
			r.Add(report.Finding{Pos: v.Pos, End: v.End, Message: c.message(v), Steps: steps(v), Fix: f.fix(v)})
		}
	}
	r.Flush()
	return nil, nil
}

func (c *checker) message(v backlog.Value) string {
	what := fmt.Sprintf("listen backlog %d", v.Int)
	if v.Omitted != "" {
		what += fmt.Sprintf(" (field %s is left out)", v.Omitted)
	}
	fit := fmt.Sprintf("only %d clients fit", v.Int+1)
	if v.Int == 0 {
		fit = "only 1 client fits"
	}
	return fmt.Sprintf("%s is below %d: %s in the accept queue and a burst of reconnects times out (reaches listen(2) through %s)", what, c.min, fit, v.Via)
}

func steps(v backlog.Value) []report.Step {
	out := make([]report.Step, len(v.Steps))
	for i, s := range v.Steps {
		out[i] = report.Step{Pos: s.Pos, End: s.Pos, Message: s.Text}
	}
	return out
}
