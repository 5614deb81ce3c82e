// Package peerio tells which calls wait for the peer behind a connection, on
// the caller's goroutine or on one that they start, through which calls, and
// what bounds the wait.
//
// # Theory
//
// The question is asked of places: a place is a value and a path of struct
// fields in it ([Ref]). An operand of a call that waits is traced backwards
// through conversions, cells, fields of objects made here, and calls whose result
// stands for an operand, to the places it comes from: parameters, captured
// variables, results of other calls. What a function does to its parameters is
// its summary; summaries are inferred bottom-up over the call graph, component by
// component to a fixed point, and exported as facts.
//
// That a call waits is a may-statement: on some path, for some origin of its
// operand. That a deadline bounds it is a must-statement: on every path from the
// entry of the function to the wait, a deadline that includes reads has been set
// on that place, and not been removed again; one that a callee sets counts when
// it does so on every path on which it succeeds. A wait is unbounded when no path
// sets one, or only under a test of a configured time against zero (`if d > 0`:
// zero is for ever). In between, on some path and not on another, it is unknown.
// What a caller has set is the caller's knowledge: a summary says "not here".
//
// Contexts are traced in the same way to where they are made. One that comes
// from nowhere known may have a deadline: then the wait is neither bounded nor
// unbounded ([Unknown]), and no check may claim either.
//
// Ignored: what other goroutines do to a place, aliases between parameters,
// waits inside functions of which nothing is known. Each of them hides a wait,
// none makes one up.
package peerio

import (
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

const name = "sockvet_peerio"

// Analyzer infers the summaries of a package and exports them as facts. Its
// result is a *[Result].
var Analyzer = &analysis.Analyzer{
	Name:       name,
	Doc:        "infers which calls wait for the peer of a connection (used by the sockvet checks)",
	Requires:   []*analysis.Analyzer{irx.Analyzer},
	Run:        irx.Guard(run, func(pkg *irx.Package) any { return &Result{Pkg: pkg} }),
	FactTypes:  []analysis.Fact{new(Fact), new(Default)},
	ResultType: reflect.TypeFor[*Result](),
}

// Result answers questions about the functions of a package.
type Result struct {
	// Pkg is the package.
	Pkg    *irx.Package
	engine *engine
}

func run(pass *analysis.Pass) (any, error) {
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	pkg.KeepFacts(pass)
	res := &Result{Pkg: pkg}
	given := findSettings(pass, pkg)
	if !pkg.Relevant() {
		return res, nil
	}
	pkg.Build(pkg.NoReturn)
	res.engine = newEngine(pkg, func(fn *types.Func) *Fact {
		var f Fact
		if pass.ImportObjectFact(fn, &f) {
			return &f
		}
		return nil
	}, given.has)
	if !res.engine.infer() {
		res.engine = nil // which deadlines the function sets that failed is not known
		return res, nil
	}
	for _, fn := range pkg.Funcs() {
		obj, ok := fn.Object().(*types.Func)
		if !ok || obj.Pkg() != pass.Pkg {
			continue
		}
		if f := res.engine.sums[fn].fact(); f != nil {
			pass.ExportObjectFact(obj, f)
		}
	}
	return res, nil
}

// Sites returns the calls in fn that wait for the peer, or start something
// that does, in order of position.
func (r *Result) Sites(fn *ssa.Function) []Site {
	if r.engine == nil {
		return nil
	}
	return r.engine.sites[fn]
}

// SitesOf returns the sites in fn whose wait is on v, or on something that holds
// v or is made of it.
func (r *Result) SitesOf(fn *ssa.Function, v ssa.Value) []Site {
	var out []Site
	for _, s := range r.Sites(fn) {
		if s.Ref.Base == v {
			out = append(out, s)
		}
	}
	return out
}
