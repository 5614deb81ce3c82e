// Package delay tells, for each function, whether a call of it takes time (it
// sleeps, or waits on a timer or a limiter), whether it ends the process, and
// whether it hands an error on to somebody.
//
// A delay is a call that the model names, a receive from a channel of times, a
// select that waits for one, or a call of a function that has one of these in its
// own body; a delay further down counts only when every way through the callers
// meets it, since nearly everything may wait somewhere deep inside. A clock or a
// limiter behind an interface is known by the duration that it is given or by
// its name.
//
// A function ends the process when no way through it returns. A panic counts:
// where it is not recovered, it does.
package delay

import (
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

const name = "sockvet_delay"

// Analyzer makes the facts. Its result is a *[Result].
var Analyzer = &analysis.Analyzer{
	Name:       name,
	Doc:        "finds functions that sleep, end the process or hand an error on (used by accepterror)",
	Run:        irx.Guard(run, func(pkg *irx.Package) any { return &Result{pkg: pkg} }),
	Requires:   []*analysis.Analyzer{irx.Analyzer},
	ResultType: reflect.TypeFor[*Result](),
	FactTypes:  []analysis.Fact{new(Fact)},
}

// Result answers for the functions that a package can call. It may be used by
// one goroutine at a time.
type Result struct {
	pass  *analysis.Pass
	pkg   *irx.Package
	facts map[*ssa.Function]*Fact
}

func run(pass *analysis.Pass) (any, error) {
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	pkg.KeepFacts(pass)
	r := &Result{pass: pass, pkg: pkg, facts: make(map[*ssa.Function]*Fact)}
	if !pkg.Relevant() && !pkg.ChecksErrors() && !pkg.Waits() {
		return r, nil
	}
	pkg.Build(pkg.NoReturn)
	for _, component := range pkg.BottomUp() {
		// Twice, for functions that call each other; a longer chain through a
		// cycle is cut, on the side of less known.
		for range min(len(component), 2) {
			for _, fn := range component {
				if !pkg.Confine(name, fn, func() { r.facts[fn] = r.infer(fn) }) {
					r.facts[fn] = harmless(fn)
				}
			}
		}
	}
	r.export()
	return r, nil
}

func (r *Result) export() {
	for _, fn := range r.pkg.Funcs() {
		obj, ok := fn.Object().(*types.Func)
		if f := r.facts[fn]; ok && obj.Pkg() == r.pass.Pkg && obj.Exported() && !f.empty() {
			r.pass.ExportObjectFact(obj, f)
		}
	}
}

// harmless is what is supposed of a function that cannot be looked at: nothing that
// could be held against its callers.
func harmless(fn *ssa.Function) *Fact {
	f := &Fact{Delays: true}
	for i, p := range fn.Params {
		if irx.IsError(p.Type()) {
			f.Tells = append(f.Tells, i)
		}
	}
	return f
}

// none is what is known of a function of which nothing is.
var none Fact

// OfCall returns what is known of the target of a call, never nil.
func (r *Result) OfCall(call *ssa.CallCommon) *Fact {
	c := irx.CalleeOf(call)
	if c.Body != nil {
		if f := r.facts[c.Body]; f != nil {
			return f
		}
		return &none
	}
	if c.Func == nil {
		return &none
	}
	if spec := r.pkg.Model.Of(c.Func); spec != nil {
		return &Fact{Delays: spec.Delays, Exits: spec.Exits}
	}
	if c.Dynamic {
		return r.ofImplementations(c.Func)
	}
	var f Fact
	if c.Func.Pkg() != nil && c.Func.Pkg() != r.pass.Pkg && r.pass.ImportObjectFact(c.Func.Origin(), &f) {
		return &f
	}
	return &none
}

// ofImplementations joins the facts of the methods that an interface method of
// this package stands for.
func (r *Result) ofImplementations(m *types.Func) *Fact {
	out := new(Fact)
	for _, fn := range r.pkg.Implementations(m) {
		if f := r.facts[fn]; f != nil {
			out.Delays = out.Delays || f.Delays
			out.Tells = append(out.Tells, f.Tells...)
		}
	}
	return out
}
