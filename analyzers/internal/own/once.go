package own

import (
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- functions that run once --

// RunsOnce reports whether fn belongs to the start of a command: main.main runs
// it at most once, itself or by other functions that run once. What such a
// function opens to serve lives as long as the process.
//
// It must be used at one place, which no loop comes back to: called, deferred,
// started as a goroutine, or a literal that is given to a callee that the model
// knows to run or start it.
func (e *Engine) RunsOnce(fn *ssa.Function) bool {
	for range maxOnce {
		if fn.Pkg == nil || fn.Pkg.Pkg.Name() != "main" {
			return false
		}
		if fn.Parent() == nil && fn.Signature.Recv() == nil && fn.Name() == "main" {
			return true
		}
		use := e.onlyUse(fn)
		if use == nil || e.shape(use.Parent()).inLoop(use.Block()) {
			return false
		}
		fn = use.Parent()
	}
	return false
}

// maxOnce bounds the calls between main.main and a function.
const maxOnce = 16

// onlyUse returns the call that runs fn, when nothing else can run it, or nil.
func (e *Engine) onlyUse(fn *ssa.Function) ssa.CallInstruction {
	call, v := e.onlyCall(fn)
	if call != nil && (call.Common().Value == v || e.runsOperand(call.Common(), v)) {
		return call
	}
	return nil
}

// onlyCall returns the call that fn is used in, when that is the only use of it,
// and what fn is there; or nil.
func (e *Engine) onlyCall(fn *ssa.Function) (ssa.CallInstruction, ssa.Value) {
	uses := e.Pkg.Uses(fn)
	if len(uses) != 1 {
		return nil, nil
	}
	use := uses[0]
	v := ssa.Value(fn)
	if mc, ok := use.(*ssa.MakeClosure); ok {
		refs := *mc.Referrers()
		if len(refs) != 1 {
			return nil, nil
		}
		v, use = mc, refs[0]
	}
	call, _ := use.(ssa.CallInstruction)
	return call, v
}

// runsOperand reports whether the model says that a call runs or starts v.
func (e *Engine) runsOperand(c *ssa.CallCommon, v ssa.Value) bool {
	spec := e.Pkg.Model.Of(irx.CalleeOf(c).Func)
	if spec == nil {
		return false
	}
	for i, op := range irx.Operands(c) {
		if op == v && (spec.Runs != nil && *spec.Runs == i || spec.Spawns != nil && *spec.Spawns == i) {
			return true
		}
	}
	return false
}
