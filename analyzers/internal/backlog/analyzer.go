// Package backlog follows the number that becomes the backlog of listen(2)
// backwards, from the call that listens to every constant that can get there.
//
// A place that ends in listen(2) is called a sink. The first sinks are the
// operands that the model names. What reaches a sink is looked up through
// locals, phis, conversions, captured variables and results of the package's own
// functions. A parameter that reaches one makes the same argument of every
// caller a sink, and a struct field every statement that fills it; both are
// facts, so that this goes on in other packages.
//
// The search asks what may arrive: one feasible incoming value that is too
// small is enough. It never guesses: a value that is not a constant is no
// value, and one that is compared with a constant on the way and replaced
// counts only within the range that gets through (see [Range]).
//
// Ignored: arithmetic, maps and slices of options, function values.
package backlog

import (
	"go/token"
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// Analyzer finds the constants that reach listen(2) and makes the facts. Its
// result is a *[Result].
var Analyzer = &analysis.Analyzer{
	Name:       "sockvet_backlog",
	Doc:        "finds the values that become the backlog of listen(2) (used by listenbacklog)",
	Run:        irx.Guard(run, func(*irx.Package) any { return new(Result) }),
	Requires:   []*analysis.Analyzer{irx.Analyzer},
	ResultType: reflect.TypeFor[*Result](),
	FactTypes:  []analysis.Fact{new(FuncFact), new(FieldFact)},
}

// Result holds what the package passes to listen(2).
type Result struct{ Values []Value }

// Value is one constant that reaches listen(2).
type Value struct {
	// Pos and End are the argument, assignment or literal that holds it.
	Pos, End token.Pos
	// Int is the backlog.
	Int int64
	// Omitted is the field that a composite literal leaves out, or "".
	Omitted string
	// Via names what takes the value: a function or a field.
	Via string
	// Steps lead from the value to the call that listens, in this package.
	Steps []Step
}

// Step is one hop of a value.
type Step struct {
	Pos  token.Pos
	Text string
}

func run(pass *analysis.Pass) (any, error) {
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	pkg.KeepFacts(pass)
	res := new(Result)
	if !pkg.Relevant() || !mentioned(pass, pkg) {
		return res, nil
	}
	pkg.Build(pkg.NoReturn)
	s := newSolver(pass, pkg)
	s.solve()
	s.export()
	res.Values = s.values
	return res, nil
}

// mentioned reports whether the package names anything that ends in listen(2).
// Nearly no package does, and then its SSA form is not needed.
func mentioned(pass *analysis.Pass, pkg *irx.Package) bool {
	seen := make(map[types.Object]bool)
	for _, obj := range pass.TypesInfo.Uses {
		if seen[obj] {
			continue
		}
		seen[obj] = true
		if isSource(pass, pkg, obj) {
			return true
		}
	}
	return false
}

func isSource(pass *analysis.Pass, pkg *irx.Package, obj types.Object) bool {
	switch obj := obj.(type) {
	case *types.Func:
		return listens(pass, pkg, obj)
	case *types.Var:
		return obj.IsField() && obj.Pkg() != pass.Pkg && fieldSink(pass, pkg, obj) != nil
	case *types.TypeName:
		return obj.Pkg() != pass.Pkg && hasFieldSink(pass, pkg, obj.Type())
	case *types.Const:
		return isListenNumber(obj)
	}
	return false
}

// listens reports whether an operand of fn is known to end in listen(2).
func listens(pass *analysis.Pass, pkg *irx.Package, fn *types.Func) bool {
	if spec := pkg.Model.Of(fn); spec != nil && spec.Backlog != nil {
		return true
	}
	return fn.Pkg() != pass.Pkg && pass.ImportObjectFact(fn.Origin(), new(FuncFact))
}

// fieldSink returns the range of values of a field of another package that
// reach listen(2), or nil when it is not known to be a backlog.
func fieldSink(pass *analysis.Pass, pkg *irx.Package, v *types.Var) *Range {
	if f := pkg.Model.OfField(v); f != nil && f.Backlog {
		r := whole()
		if f.ZeroIsDefault {
			r = r.where(token.NEQ, 0)
		}
		return &r
	}
	var fact FieldFact
	if v.Pkg() != nil && v.Pkg() != pass.Pkg && pass.ImportObjectFact(v.Origin(), &fact) {
		return &fact.Range
	}
	return nil
}

func hasFieldSink(pass *analysis.Pass, pkg *irx.Package, t types.Type) bool {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if fieldSink(pass, pkg, f) != nil {
			return true
		}
	}
	return false
}

// isListenNumber reports whether a constant is the number of the system call
// listen in one of the packages that make raw system calls.
func isListenNumber(c *types.Const) bool {
	if c.Pkg() == nil || c.Name() != "SYS_LISTEN" {
		return false
	}
	return c.Pkg().Path() == "syscall" || c.Pkg().Path() == "golang.org/x/sys/unix"
}
