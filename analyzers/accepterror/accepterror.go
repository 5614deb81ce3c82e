package accepterror

import (
	_ "embed"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/connclose"
	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/errpath"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
	"github.com/sockvet/sockvet/analyzers/internal/report"
	"github.com/sockvet/sockvet/analyzers/internal/summary"
)

//go:embed doc.go
var doc string

// Analyzer reports accept loops that mishandle an error of Accept.
var Analyzer = newAnalyzer()

// checker holds the settings.
type checker struct {
	returns bool
	tests   bool
}

func newAnalyzer() *analysis.Analyzer {
	c := new(checker)
	a := &analysis.Analyzer{
		Name:     "accepterror",
		Doc:      report.Doc(doc),
		URL:      report.URL("accepterror"),
		Run:      report.Guard(c.run),
		Requires: []*analysis.Analyzer{irx.Analyzer, acceptloop.Analyzer, errpath.Analyzer, summary.Analyzer},
	}
	irx.AddFlags(&a.Flags)
	report.AddFlags(&a.Flags)
	a.Flags.BoolVar(&c.returns, "report-return", false, "report loops that return the error to their caller, too")
	irx.AddTests(&a.Flags, &c.tests)
	return a
}

func (c *checker) run(pass *analysis.Pass) (any, error) {
	accepts := pass.ResultOf[acceptloop.Analyzer].(*acceptloop.Result)
	loops := accepts.Loops
	if len(loops) == 0 {
		return nil, nil
	}
	j := &judge{
		checker: c,
		accepts: accepts,
		pass:    pass,
		paths:   pass.ResultOf[errpath.Analyzer].(*errpath.Result),
		loops:   make(map[ssa.Instruction]*acceptloop.Loop, len(loops)),
		syntax:  irx.NewSyntax(pass.Files),
		src:     repair.NewSource(pass),
	}
	for _, l := range loops {
		j.loops[l.Call] = l
	}
	r := report.New(pass, c.tests)
	r.Also(connclose.Analyzer)
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	for _, l := range loops {
		pkg.Confine(pass.Analyzer.Name, l.Fn, func() {
			if f, ok := j.loop(l); ok {
				f.Fix = j.fix(l)
				r.Add(f)
			}
			if f, ok := j.wrapper(l); ok {
				r.Add(f)
			}
		})
	}
	r.Flush()
	return nil, nil
}
