package peerio

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// -- times that have a default --

// defaulted reports whether a time is loaded from a field that the package gives a
// default: somewhere a positive constant is stored where the field is zero.
func (e *engine) defaulted(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	f := fieldOf(load.X)
	return f != nil && e.uses.defaults[f]
}

// setsDefault reports whether a store gives a field a positive constant where it was
// found to be zero.
func setsDefault(st *ssa.Store, f *types.Var) bool {
	if duration(st.Val) <= 0 {
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
