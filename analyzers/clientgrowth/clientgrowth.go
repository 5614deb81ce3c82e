package clientgrowth

import (
	_ "embed"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/growth"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

//go:embed doc.go
var doc string

// Analyzer reports collections that keep every connection for ever.
var Analyzer = newAnalyzer()

// checker holds the settings.
type checker struct{ tests bool }

func newAnalyzer() *analysis.Analyzer {
	c := new(checker)
	a := &analysis.Analyzer{
		Name:     "clientgrowth",
		Doc:      report.Doc(doc),
		URL:      report.URL("clientgrowth"),
		Run:      report.Guard(c.run),
		Requires: []*analysis.Analyzer{irx.Analyzer, growth.Analyzer},
	}
	irx.AddFlags(&a.Flags)
	report.AddFlags(&a.Flags)
	irx.AddTests(&a.Flags, &c.tests)
	return a
}

func (c *checker) run(pass *analysis.Pass) (any, error) {
	found := pass.ResultOf[growth.Analyzer].(*growth.Result).Growths
	if len(found) == 0 {
		return nil, nil
	}
	w := &writer{pass: pass, syntax: irx.NewSyntax(pass.Files)}
	r := report.New(pass, c.tests)
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	fix := &fixer{pass: pass, pkg: pkg, src: repair.NewSource(pass)}
	for _, g := range found {
		pkg.Confine(pass.Analyzer.Name, g.Insert.Fn(), func() {
			found := w.finding(g)
			found.Fix = fix.fix(g)
			r.Add(found)
		})
	}
	r.Flush()
	return nil, nil
}
