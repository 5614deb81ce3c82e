package connclose

import (
	_ "embed"
	"fmt"
	"go/types"
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
var Analyzer = newAnalyzer()

// settings are the flags of the check.
type settings struct{ tests bool }

func newAnalyzer() *analysis.Analyzer {
	set := new(settings)
	a := &analysis.Analyzer{
		Name:     "connclose",
		Doc:      report.Doc(doc),
		URL:      report.URL("connclose"),
		Requires: []*analysis.Analyzer{irx.Analyzer, summary.Analyzer},
		Run:      report.Guard(set.run),
	}
	irx.AddFlags(&a.Flags)
	report.AddFlags(&a.Flags)
	irx.AddTests(&a.Flags, &set.tests)
	return a
}

func (set *settings) run(pass *analysis.Pass) (any, error) {
	res := pass.ResultOf[summary.Analyzer].(*summary.Result)
	if res.Engine == nil {
		return nil, nil
	}
	c := &checker{pass: pass, res: res, syntax: irx.NewSyntax(pass.Files), out: report.New(pass, set.tests)}
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

// checker decides which outcomes are worth a report.
type checker struct {
	pass   *analysis.Pass
	res    *summary.Result
	syntax *irx.Syntax
	out    *report.Reporter
	owners map[ownerKey]bool
	// suspects are the findings, before fixes are sought.
	suspects []suspect
}

// ownerKey is a parameter of a function that ends a connection's life.
type ownerKey struct {
	fn    *ssa.Function
	param int
}

func (c *checker) check(fn *ssa.Function, o *own.Outcome) {
	leaks := c.relevant(fn, o)
	if len(leaks) == 0 {
		return
	}
	if o.Call == nil && !c.isObligation(fn, o, leaks) {
		return
	}
	if o.Call != nil && c.blameCallee(o, leaks) {
		return
	}
	if o.Kind == netmodel.Stream && !slices.ContainsFunc(leaks, func(l own.Leak) bool { return l.Lent == nil }) {
		return // a goroutine uses it as long as its session lives
	}
	if o.Call != nil { // a literal may leave it open, and so may the function around
		for i := range c.suspects {
			if s := &c.suspects[i]; s.o.Call == o.Call && s.o.Result == o.Result && s.o.Path == o.Path {
				s.leaks = append(slices.Clip(s.leaks), leaks...)
				s.finding = c.finding(fn, o, s.leaks)
				return
			}
		}
	}
	c.suspects = append(c.suspects, suspect{fn: fn, o: o, leaks: leaks, finding: c.finding(fn, o, leaks)})
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
		return main && l.At.Parent() == fn && l.Kind != own.AtLoop && l.Kind != own.Overwritten || c.serves(fn, o, l)
	})
	failed := func(l own.Leak) bool { return l.Failed && l.At.Parent() == fn }
	if !o.ClosedOnFail && slices.ContainsFunc(leaks, failed) && c.res.Engine.FailureEndsProcess(fn) {
		leaks = slices.DeleteFunc(leaks, failed)
	}
	return leaks
}

// isInit reports whether fn initializes a command: what it opens lasts as long as
// the process.
func isInit(fn *ssa.Function) bool {
	return fn.Pkg != nil && fn.Pkg.Pkg.Name() == "main" && fn.Parent() == nil && fn.Signature.Recv() == nil && fn.Name() == "init"
}

// isObligation reports whether the function is the one that has to close its
// parameter: it is started as a goroutine on a connection that nobody else
// closes, or it closes the parameter on another path that fails in the same way.
func (c *checker) isObligation(fn *ssa.Function, o *own.Outcome, leaks []own.Leak) bool {
	if o.Path != 0 || o.Variable || fn.Signature.Recv() != nil && o.Param == 0 {
		return false // a method does not own its receiver, nor anybody what is in a variable of the caller
	}
	if t := fn.Params[o.Param].Type(); !isResource(t) {
		return false
	}
	if leaks[0].Kind == own.Never {
		return true
	}
	if own.RunElsewhere(fn) || c.res.Engine.HeldByCaller(fn, o.Param) {
		return false
	}
	if c.owners[ownerKey{fn, o.Param}] {
		return !o.Released || o.Unforced()
	}
	if (o.OK|o.Fail)&own.Closed == 0 {
		return false
	}
	return o.Disagrees() && !c.res.Engine.OnlyStarted(fn) && !c.res.Engine.CallersRelease(fn, o.Param)
}

// isResource reports whether a parameter of type t is a connection, listener or
// descriptor: files, timers and whatever else has a Close are not our business.
func isResource(t types.Type) bool {
	if b, ok := t.Underlying().(*types.Basic); ok {
		return b.Info()&types.IsInteger != 0
	}
	_, ok := irx.ResourceKind(t)
	return ok
}

// findOwners collects the functions of this package that are started as
// goroutines and own a parameter: they close it on some paths, or the starter
// leaves it to them.
func (c *checker) findOwners() map[ownerKey]bool {
	owners := map[ownerKey]bool{}
	add := func(s own.Spawn) {
		if callee := irx.CalleeOf(s.Go.Common()); callee.Body != nil {
			owners[ownerKey{callee.Body, s.Operand}] = true
		}
	}
	for _, fn := range c.res.Funcs() {
		c.confine(fn, func() {
			for _, o := range c.res.Engine.Outcomes(fn) {
				for _, s := range o.Shared {
					add(s)
				}
				for _, l := range o.Leaks {
					if o.Call != nil && l.Lent != nil && !c.serves(fn, o, l) {
						add(*l.Lent)
					}
				}
			}
		})
	}
	return owners
}

// blameCallee reports whether the leak is one of a goroutine whose function is
// declared in this package: it is reported there, at its parameter.
func (c *checker) blameCallee(o *own.Outcome, leaks []own.Leak) bool {
	for _, l := range leaks {
		if l.Lent == nil {
			return false
		}
		callee := irx.CalleeOf(l.Lent.Go.Common())
		if callee.Body == nil || !c.leaks(ownerKey{callee.Body, l.Lent.Operand}) {
			return false
		}
	}
	return true
}

// leaks reports whether a parameter was followed and is left open: one that the
// function never touches is not, and none is the function's that another caller
// still has.
func (c *checker) leaks(k ownerKey) bool {
	return slices.ContainsFunc(c.res.Engine.Outcomes(k.fn), func(o *own.Outcome) bool {
		return o.Call == nil && o.Path == 0 && !o.Variable && o.Param == k.param && len(o.Leaks) > 0
	}) && !c.res.Engine.HeldByCaller(k.fn, k.param)
}
