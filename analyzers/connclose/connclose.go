package connclose

import (
	_ "embed"
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
	"github.com/sockvet/sockvet/analyzers/internal/own"
	"github.com/sockvet/sockvet/analyzers/internal/report"
	"github.com/sockvet/sockvet/analyzers/internal/summary"
)

//go:embed doc.go
var doc string

// Analyzer reports connections that some path does not close.
var Analyzer = new(settings).analyzer()

// settings are the flags of the check.
type settings struct{ tests, certain bool }

func (set *settings) analyzer() *analysis.Analyzer {
	a := &analysis.Analyzer{
		Name:     "connclose",
		Doc:      report.Doc(doc),
		URL:      report.URL("connclose"),
		Requires: []*analysis.Analyzer{irx.Analyzer, summary.Analyzer},
		Run:      report.Guard(set.run),
	}
	irx.AddFlags(&a.Flags)
	report.AddFlags(&a.Flags)
	a.Flags.BoolVar(&set.certain, "certain-only", false, "report only what is certain, not what is likely")
	irx.AddTests(&a.Flags, &set.tests)
	return a
}

func (set *settings) run(pass *analysis.Pass) (any, error) {
	res := pass.ResultOf[summary.Analyzer].(*summary.Result)
	if res.Engine == nil {
		return nil, nil
	}
	c := &checker{settings: set, pass: pass, res: res, syntax: irx.NewSyntax(pass.Files), out: report.New(pass, set.tests)}
	c.owners = c.findOwners()
	for _, fn := range res.Funcs() {
		c.confine(fn, func() {
			for _, o := range res.Engine.Outcomes(fn) {
				c.check(fn, o)
			}
		})
	}
	c.addFixed()
	c.out.Flush()
	if report.Debug(pass) {
		c.reportUndecided()
		c.reportWithheld()
	}
	return nil, nil
}

// confine confines a panic of the check to the function that it looks at.
func (c *checker) confine(fn *ssa.Function, look func()) {
	c.res.Pkg.Confine(c.pass.Analyzer.Name, fn, look)
}

// reportUndecided tells how many functions that hold an obligation were not
// decided, and where. The category keeps it apart from findings.
func (c *checker) reportUndecided() {
	for _, s := range c.suspects {
		if s.why != "" {
			c.pass.Report(analysis.Diagnostic{Pos: s.finding.Pos, Category: report.DebugCategory, Message: "no fix: " + s.why})
		}
	}
	holding, undecided := c.res.Undecided()
	for _, fn := range undecided {
		c.pass.Report(analysis.Diagnostic{Pos: fn.Pos(), Category: report.DebugCategory, Message: "undecided: " + fn.String()})
	}
	if holding > 0 && len(c.pass.Files) > 0 {
		msg := fmt.Sprintf("%d of %d functions with an obligation undecided", len(undecided), holding)
		c.pass.Report(analysis.Diagnostic{Pos: c.pass.Files[0].Package, Category: report.DebugCategory, Message: msg})
	}
}

// reportWithheld tells how many leaks the setting certain-only leaves out.
func (c *checker) reportWithheld() {
	if c.withheld > 0 {
		msg := fmt.Sprintf("%d likely leaks not reported (certain-only)", c.withheld)
		c.pass.Report(analysis.Diagnostic{Pos: c.pass.Files[0].Package, Category: report.DebugCategory, Message: msg})
	}
}

// checker decides which outcomes are worth a report.
type checker struct {
	*settings
	pass   *analysis.Pass
	res    *summary.Result
	syntax *irx.Syntax
	out    *report.Reporter
	owners map[ownerKey]bool
	// suspects are the findings, before fixes are sought.
	suspects []suspect
	// withheld counts those that are only likely.
	withheld int
}

func (c *checker) check(fn *ssa.Function, o *own.Outcome) {
	leaks := c.relevant(fn, o)
	if len(leaks) == 0 {
		return
	}
	if o.Call == nil && !c.isObligation(fn, o, leaks) {
		return
	}
	if o.Call != nil {
		leaks = slices.DeleteFunc(leaks, func(l own.Leak) bool { return c.blamed(fn, o, l) })
		if len(leaks) == 0 || c.blameCallee(o, leaks) {
			return
		}
	}
	if leaks = c.besidesSession(fn, o, leaks); len(leaks) == 0 {
		return
	}
	if o.Kind == netmodel.Stream && !slices.ContainsFunc(leaks, func(l own.Leak) bool { return l.Lent == nil }) {
		return // a goroutine uses it as long as its session lives
	}
	shown := leaks
	if c.settings.certain {
		if shown = c.certain(fn, o, leaks); len(shown) == 0 {
			c.withheld++
			return
		}
	}
	if !c.joined(fn, o, leaks, shown) {
		c.suspects = append(c.suspects, suspect{fn: fn, o: o, leaks: leaks, shown: shown, finding: c.finding(fn, o, shown)})
	}
}

// relevant drops ends that do not matter: what main itself leaves open is closed
// by the end of the process, as is what the last function that it calls does, and
// what is open where a failure ends it, unless another failure closes it; and what
// is served all the while.
func (c *checker) relevant(fn *ssa.Function, o *own.Outcome) []own.Leak {
	if len(o.Leaks) == 0 {
		return nil
	}
	main := c.res.Engine.IsMain(fn) || isInit(fn)
	if !main && c.res.Engine.EndsProcess(fn) {
		return nil
	}
	leaks := slices.DeleteFunc(slices.Clone(o.Leaks), func(l own.Leak) bool {
		return main && l.At.Parent() == fn && l.Kind != own.AtLoop && l.Kind != own.Overwritten || c.serves(fn, o, l) || c.endsWithMain(fn, o, l)
	})
	if o.ClosedOnFail && o.ClosesItself(fn) {
		return leaks
	}
	return slices.DeleteFunc(leaks, func(l own.Leak) bool {
		ret, ok := l.At.(*ssa.Return)
		return ok && l.Kind == own.AtReturn && ret.Parent() == fn && c.res.Engine.EndsAfter(ret, l.Failed)
	})
}

// isInit reports whether fn initializes a command: what it opens lasts as long as
// the process.
func isInit(fn *ssa.Function) bool {
	return fn.Pkg != nil && fn.Pkg.Pkg.Name() == "main" && fn.Parent() == nil && fn.Signature.Recv() == nil && fn.Name() == "init"
}
