package connclose

import (
	_ "embed"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/own"
	"github.com/sockvet/sockvet/analyzers/internal/report"
	"github.com/sockvet/sockvet/analyzers/internal/summary"
)

//go:embed doc.go
var doc string

// Analyzer reports connections that some path does not close.
var Analyzer = &analysis.Analyzer{
	Name:     "connclose",
	Doc:      report.Doc(doc),
	URL:      report.URL("connclose"),
	Requires: []*analysis.Analyzer{summary.Analyzer},
	Run:      run,
}

var settings struct{ tests bool }

// The flags are declared with the analyzer; they are only read when it runs.
var _ = addFlags()

func addFlags() bool {
	Analyzer.Flags.BoolVar(&settings.tests, "tests", false, "report findings in _test.go files too")
	irx.AddFlags(&Analyzer.Flags)
	return true
}

func run(pass *analysis.Pass) (any, error) {
	res := pass.ResultOf[summary.Analyzer].(*summary.Result)
	if res.Engine == nil {
		return nil, nil
	}
	c := &checker{pass: pass, res: res, syntax: irx.NewSyntax(pass.Files), out: report.New(pass, settings.tests)}
	c.owners = c.findOwners()
	for _, fn := range res.Funcs() {
		for _, o := range res.Engine.Outcomes(fn) {
			c.check(fn, o)
		}
	}
	c.out.Flush()
	return nil, nil
}

// checker decides which outcomes are worth a report.
type checker struct {
	pass   *analysis.Pass
	res    *summary.Result
	syntax *irx.Syntax
	out    *report.Reporter
	owners map[ownerKey]bool
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
	c.out.Add(c.finding(fn, o, leaks))
}

// relevant drops ends that do not matter: what main itself leaves open is closed
// by the end of the process.
func (c *checker) relevant(fn *ssa.Function, o *own.Outcome) []own.Leak {
	if !isMain(fn) {
		return o.Leaks
	}
	var out []own.Leak
	for _, l := range o.Leaks {
		if l.Kind == own.AtLoop || l.Kind == own.Overwritten || l.At.Parent() != fn {
			out = append(out, l)
		}
	}
	return out
}

func isMain(fn *ssa.Function) bool {
	return fn.Pkg != nil && fn.Pkg.Pkg.Name() == "main" && fn.Parent() == nil && fn.Signature.Recv() == nil && (fn.Name() == "main" || fn.Name() == "init")
}

// isObligation reports whether the function is the one that has to close its
// parameter: it is started as a goroutine on a connection that nobody else
// closes, or it closes the parameter on another path that fails in the same way.
func (c *checker) isObligation(fn *ssa.Function, o *own.Outcome, leaks []own.Leak) bool {
	if o.Path != 0 || fn.Signature.Recv() != nil && o.Param == 0 {
		return false // a method does not own its receiver
	}
	if leaks[0].Kind == own.Never {
		return true
	}
	if c.owners[ownerKey{fn, o.Param}] {
		return true
	}
	if (o.OK|o.Fail)&own.Closed == 0 {
		return false
	}
	return o.Disagrees()
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
		for _, o := range c.res.Engine.Outcomes(fn) {
			for _, s := range o.Shared {
				add(s)
			}
			for _, l := range o.Leaks {
				if o.Call != nil && l.Lent != nil {
					add(*l.Lent)
				}
			}
		}
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
		if callee.Body == nil || callee.Body.Parent() != nil {
			return false
		}
	}
	return true
}
