package own

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what a literal that runs already will close --
//
// A goroutine that waits for a signal, or a callback for the end of a context, is
// set up before the connection is dialled; it closes what the variable holds by
// then. When it runs is not known, so what is stored in the variable is taken for
// handed over: may, which errs towards silence.

// closedByRunning reports whether a literal that was given away before the store
// closes what the variable holds.
func closedByRunning(st *ssa.Store) bool {
	cell, ok := st.Addr.(*ssa.Alloc)
	if !ok {
		return false
	}
	return slices.ContainsFunc(*cell.Referrers(), func(ref ssa.Instruction) bool {
		mc, ok := ref.(*ssa.MakeClosure)
		if !ok || !before(mc, st) || !givenAway(mc) {
			return false
		}
		lit := mc.Fn.(*ssa.Function)
		return endsVariable(lit, lit.FreeVars[slices.Index(mc.Bindings, ssa.Value(cell))])
	})
}

// before reports whether a comes before b on each path to b.
func before(a, b ssa.Instruction) bool {
	if a.Block() != b.Block() {
		return a.Block().Dominates(b.Block())
	}
	return slices.Index(a.Block().Instrs, a) < slices.Index(b.Block().Instrs, b)
}

// givenAway reports whether a closure is started by go, or passed to a callee.
func givenAway(mc *ssa.MakeClosure) bool {
	return slices.ContainsFunc(*mc.Referrers(), func(ref ssa.Instruction) bool {
		switch ref := ref.(type) {
		case *ssa.Go:
			return true
		case *ssa.Call:
			return slices.Contains(ref.Call.Args, ssa.Value(mc))
		}
		return false
	})
}

// endsVariable reports whether a literal waits for something, and then calls a
// method of what the variable v holds that ends it: one that does not wait has
// closed what was there before.
func endsVariable(lit *ssa.Function, v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		load, ok := ref.(*ssa.UnOp)
		if !ok {
			continue
		}
		for _, use := range *load.Referrers() {
			if c, ok := use.(ssa.CallInstruction); ok && ends(c.Common(), definition(load)) && waitsBefore(c) {
				return true
			}
		}
	}
	return false
}

// waitsBefore reports whether the function of the call comes through a receive or
// a select before it.
func waitsBefore(call ssa.CallInstruction) bool {
	for b := call.Block(); b != nil; b = b.Idom() {
		for _, instr := range b.Instrs {
			if instr == ssa.Instruction(call) {
				break
			}
			if irx.WaitsForEvent(instr) {
				return true
			}
		}
	}
	return false
}
