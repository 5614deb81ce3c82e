package own

import (
	"slices"

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
	return runsInMain(fn, e.onlyUse, func(use ssa.CallInstruction) bool { return e.inLoop(use) })
}

// RunsInMain is [Engine.RunsOnce] for one of several services, which main starts in a
// loop over what has an end, fixed, or calls by an interface.
func (e *Engine) RunsInMain(fn *ssa.Function, fixed func(ssa.CallInstruction) bool) bool {
	use := func(fn *ssa.Function) ssa.CallInstruction {
		if calls := e.Pkg.InvokedAs(fn); len(calls) == 1 && len(e.Pkg.Uses(fn)) == 0 {
			return calls[0]
		}
		return e.onlyUse(fn)
	}
	return runsInMain(fn, use, func(use ssa.CallInstruction) bool { return e.inLoop(use) && !fixed(use) })
}

func (e *Engine) inLoop(use ssa.CallInstruction) bool {
	return e.shape(use.Parent()).inLoop(use.Block())
}

// ByLoop reports whether a function can go round, and perhaps serve, between two of its
// instructions.
func (e *Engine) ByLoop(from, to ssa.Instruction) bool {
	fn := to.Parent()
	if from.Parent() != fn {
		return false
	}
	sh, before, after := e.shape(fn), irx.Reaches(fn, to.Block()), irx.ReachedFrom(from.Block())
	return slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool {
		return before[b.Index] && after[b.Index] && sh.inLoop(b)
	})
}

// runsInMain follows the only uses of functions up to main.main. again tells which of
// them come back.
func runsInMain(fn *ssa.Function, onlyUse func(*ssa.Function) ssa.CallInstruction, again func(ssa.CallInstruction) bool) bool {
	for range maxOnce {
		if fn.Pkg == nil || fn.Pkg.Pkg.Name() != "main" {
			return false
		}
		if fn.Parent() == nil && fn.Signature.Recv() == nil && fn.Name() == "main" {
			return true
		}
		use := onlyUse(fn)
		if use == nil || again(use) {
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
