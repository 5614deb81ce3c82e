package errpath

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- callers that go on --

// Resumed reports whether the package calls the function in loops only, itself
// or through a function that is given it: whoever does takes the return for the
// sign to listen anew. May: a caller in another package is not seen, and then
// the error is one of silence.
func (r *Result) Resumed(fn *ssa.Function) bool {
	f, ok := fn.Object().(*types.Func)
	if !ok {
		return false // a literal
	}
	found := false
	for _, caller := range r.pkg.Funcs() {
		for _, b := range caller.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				used, resumed := resumes(call, f)
				if used && !resumed {
					return false
				}
				found = found || used
			}
		}
	}
	return found
}

// resumes reports whether the call uses f, and whether it is in a loop or its
// callee calls f in one.
func resumes(call ssa.CallInstruction, f *types.Func) (used, resumed bool) {
	callee := irx.CalleeOf(call.Common())
	if callee.Func == f && !callee.Dynamic {
		return true, loops(call)
	}
	for i, arg := range call.Common().Args {
		if isFunc(arg, f) {
			return true, callee.Body != nil && i < len(callee.Body.Params) && calledInLoop(callee.Body.Params[i])
		}
	}
	return false, false
}

// isFunc reports whether v is the function or a method value of it.
func isFunc(v ssa.Value, f *types.Func) bool {
	switch v := v.(type) {
	case *ssa.ChangeType:
		return isFunc(v.X, f)
	case *ssa.MakeClosure:
		return v.Fn.(*ssa.Function).Object() == f
	case *ssa.Function:
		return v.Object() == f
	}
	return false
}

// calledInLoop reports whether a function value is called in loops, and nothing
// else is done with it.
func calledInLoop(p *ssa.Parameter) bool {
	found := false
	for _, ref := range *p.Referrers() {
		call, ok := ref.(ssa.CallInstruction)
		if !ok || call.Common().Value != ssa.Value(p) || !loops(call) {
			return false
		}
		found = true
	}
	return found
}

// loops reports whether the call, which is waited for, can be made again.
func loops(call ssa.CallInstruction) bool {
	if _, ok := call.(*ssa.Call); !ok {
		return false
	}
	from := call.Block()
	seen := make([]bool, len(from.Parent().Blocks))
	work := append([]*ssa.BasicBlock(nil), from.Succs...)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if b == from {
			return true
		}
		if !seen[b.Index] {
			seen[b.Index] = true
			work = append(work, b.Succs...)
		}
	}
	return false
}
