package peerio

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- times that have a default --
//
// A configured time of which 0 means none is no bound, unless the package sees to it
// that it is not 0: it makes the object with a positive one, and never stores another,
// or gives it a default where it is made or where the connections come from. A default
// in one exported function that calls another is none for who calls the other one.

// defaulted reports whether a time is loaded from a field that has a default.
func (e *engine) defaulted(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	f := fieldOf(load.X)
	if f == nil {
		return false
	}
	stored := e.uses.stores[f]
	always := len(stored) > 0 && !slices.ContainsFunc(stored, func(v ssa.Value) bool { return duration(v) <= 0 })
	return e.uses.defaults[f] || always && !f.Exported()
}

// setsDefault reports whether a store gives a field a positive constant where it was
// found to be zero, for every user of the object.
func setsDefault(st *ssa.Store, f *types.Var) bool {
	if duration(st.Val) <= 0 || !forAll(st.Parent()) {
		return false
	}
	for d := st.Block(); d.Idom() != nil; d = d.Idom() {
		cond, ok := d.Idom().Instrs[len(d.Idom().Instrs)-1].(*ssa.If)
		if !ok || len(d.Preds) != 1 {
			continue
		}
		if load, ok := zeroTest(cond.Cond).(*ssa.UnOp); ok && fieldOf(load.X) == f {
			return true
		}
	}
	return false
}

// forAll reports whether what a function does to an object is done for all who use it:
// it returns one, it accepts connections itself, or it is not called from outside.
func forAll(fn *ssa.Function) bool {
	obj := fn.Object()
	if obj == nil || !obj.Exported() {
		return true
	}
	for r := range fn.Signature.Results().Variables() {
		if !irx.IsError(r.Type()) && !irx.IsBool(r.Type()) {
			return true
		}
	}
	return slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool {
		return slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool {
			call, ok := instr.(*ssa.Call)
			return ok && irx.CalleeOf(&call.Call).Func != nil && irx.CalleeOf(&call.Call).Func.Name() == "Accept"
		})
	})
}
