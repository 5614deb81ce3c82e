package own_test

import (
	"go/types"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/antest"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/own"
)

// peekAnalyzer reports, at each call of peek.Peek, the states of its operand.
// It tests the engine itself, whatever a check makes of it.
var peekAnalyzer = &analysis.Analyzer{
	Name:     "peek",
	Doc:      "reports the states of the operands of peek.Peek",
	Requires: []*analysis.Analyzer{irx.Analyzer},
	Run:      runPeek,
}

func runPeek(pass *analysis.Pass) (any, error) {
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	peek := findPeek(pass.Pkg)
	if peek == nil || !pkg.Relevant() {
		return nil, nil
	}
	pkg.Build(pkg.NoReturn)
	e := &own.Engine{Pkg: pkg, Peek: peek, Imported: func(fn *types.Func) *own.Contract {
		if pkg.Standard(fn.Pkg()) {
			return nil
		}
		return &own.Contract{}
	}}
	e.Infer()
	states := map[ssa.CallInstruction]uint8{}
	for _, fn := range pkg.Funcs() {
		for _, o := range e.Outcomes(fn) {
			if o.Undecided {
				pass.Reportf(fn.Pos(), "undecided")
			}
			for call, set := range o.Peeks {
				states[call] |= set
			}
		}
	}
	for call, set := range states {
		pass.Reportf(call.Pos(), "%s", own.PeekString(set))
	}
	return nil, nil
}

func findPeek(pkg *types.Package) *types.Func {
	for _, imp := range pkg.Imports() {
		if imp.Name() == "peek" {
			return imp.Scope().Lookup("Peek").(*types.Func)
		}
	}
	return nil
}

func TestPeek(t *testing.T) {
	antest.Run(t, peekAnalyzer, "./engine/...")
}
