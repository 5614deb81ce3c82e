// Package summary runs the ownership engine over a package and exports what it
// learns of each function as a fact, so that callers in other packages know
// what becomes of a connection that they pass or are given.
package summary

import (
	"go/types"
	"os"
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/own"
)

// Fact is the contract of a function. A function without a fact, in a package
// that is [Analyzed], borrows its operands and owns no result.
type Fact struct{ own.Contract }

// AFact marks Fact as a fact.
func (*Fact) AFact() {}

func (f *Fact) String() string { return f.Contract.String() }

// Analyzed marks a package whose functions have been analyzed: those without a
// fact borrow. Of a package in which no connection can appear nothing is known;
// it may still run a closure or keep what it is given as any.
type Analyzed struct{}

// AFact marks Analyzed as a fact.
func (*Analyzed) AFact() {}

func (*Analyzed) String() string { return "analyzed" }

// Result is the engine of a package after inference; nil Engine means that no
// connection can appear in the package.
type Result struct {
	Engine *own.Engine
	Pkg    *irx.Package
}

// Analyzer infers contracts and exports them.
var Analyzer = &analysis.Analyzer{
	Name:       own.Name,
	Doc:        "infers who closes a connection (used by the sockvet checks)",
	Requires:   []*analysis.Analyzer{irx.Analyzer},
	Run:        irx.Guard(run, func(pkg *irx.Package) any { return &Result{Pkg: pkg} }),
	FactTypes:  []analysis.Fact{new(Fact), new(Analyzed)},
	ResultType: reflect.TypeFor[*Result](),
}

func run(pass *analysis.Pass) (any, error) {
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	pkg.KeepFacts(pass)
	res := &Result{Pkg: pkg}
	if !pkg.Relevant() {
		return res, nil
	}
	imp := importer{pass, pkg}
	pkg.Build(pkg.NoReturn)
	res.Engine = &own.Engine{Pkg: pkg, Imported: imp.contract}
	res.Engine.Infer()
	dump(res)
	export(pass, res)
	return res, nil
}

// dump prints the function that SOCKVET_DUMP names. It is for those who mend the
// engine: it changes no diagnostic, so it need not be a flag.
func dump(res *Result) {
	name := os.Getenv("SOCKVET_DUMP")
	if name == "" {
		return
	}
	for _, fn := range res.Funcs() {
		if fn.String() == name || fn.Name() == name {
			res.Engine.Dump(os.Stderr, fn)
		}
	}
}

// importer finds the contracts of imported functions.
type importer struct {
	pass *analysis.Pass
	pkg  *irx.Package
}

func (im importer) contract(fn *types.Func) *own.Contract {
	var f Fact
	if im.pass.ImportObjectFact(fn, &f) {
		return &f.Contract
	}
	if im.pkg.Standard(fn.Pkg()) || !im.pass.ImportPackageFact(fn.Pkg(), new(Analyzed)) {
		return nil
	}
	return &own.Contract{}
}

// export attaches a fact to each declared function whose contract says more
// than the default.
func export(pass *analysis.Pass, res *Result) {
	pass.ExportPackageFact(new(Analyzed))
	for _, fn := range res.Pkg.Funcs() {
		obj, ok := fn.Object().(*types.Func)
		if !ok || obj.Pkg() != pass.Pkg {
			continue
		}
		if c := res.Engine.Contract(fn); c != nil && !c.IsZero() {
			pass.ExportObjectFact(obj, &Fact{*c})
		}
	}
}

// Funcs returns the functions of the package, or none when it is not relevant.
func (r *Result) Funcs() []*ssa.Function {
	if r.Engine == nil {
		return nil
	}
	return r.Pkg.Funcs()
}

// Undecided counts the functions that hold an obligation of their own making,
// and lists those of them that the engine could not decide.
func (r *Result) Undecided() (holding int, undecided []*ssa.Function) {
	for _, fn := range r.Funcs() {
		holds, over := false, false
		for _, o := range r.Engine.Outcomes(fn) {
			holds = holds || o.Call != nil
			over = over || o.Call != nil && o.Undecided
		}
		if holds {
			holding++
		}
		if over {
			undecided = append(undecided, fn)
		}
	}
	return holding, undecided
}
