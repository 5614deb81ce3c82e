package registry

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// -- objects that others get --

// passedOn notes that an object of another package is passed to a function which
// may use it as it likes: it may remove from it what this package inserts.
func (x *Index) passedOn(instr ssa.CallInstruction, fn *types.Func, f *Fact, ops []ssa.Value) {
	for i, v := range ops {
		if i == 0 && fn.Signature().Recv() != nil || !x.foreign(v.Type()) {
			continue
		}
		if !slices.ContainsFunc(f.Inserts, func(in Insertion) bool { return in.Into == i }) {
			x.add(Op{Kind: Escape, Place: x.PlaceOf(v), Instr: instr, Foreign: fn})
		}
	}
}

// foreign reports whether a type is a pointer to a struct of another package that
// is not the standard library's.
func (x *Index) foreign(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || n.Obj().Pkg() == x.pass.Pkg || x.pkg.Standard(n.Obj().Pkg()) {
		return false
	}
	_, ok = n.Underlying().(*types.Struct)
	return ok
}
