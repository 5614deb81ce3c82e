package errpath

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// -- variables that are set once --

// held is what a variable holds that is set once, where v is loaded from one.
func held(v ssa.Value) ssa.Value {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return v
	}
	cell, ok := load.X.(*ssa.Alloc)
	if !ok {
		return v
	}
	var given ssa.Value
	for _, ref := range *cell.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if given != nil || ref.Addr != cell {
				return v
			}
			given = ref.Val
		case *ssa.MakeClosure:
			if setByLiteral(ref, cell) {
				return v
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return v
		}
	}
	if given == nil {
		return v
	}
	return given
}

// setByLiteral reports whether a literal may set a variable that it captures.
func setByLiteral(mc *ssa.MakeClosure, cell ssa.Value) bool {
	for i, b := range mc.Bindings {
		if b == cell && setHere(mc.Fn.(*ssa.Function).FreeVars[i]) {
			return true
		}
	}
	return false
}

// setHere reports whether the function that captures a variable, or a literal in it,
// may set it.
func setHere(fv *ssa.FreeVar) bool {
	return slices.ContainsFunc(*fv.Referrers(), func(ref ssa.Instruction) bool {
		switch ref := ref.(type) {
		case *ssa.MakeClosure:
			return setByLiteral(ref, fv)
		case *ssa.UnOp, *ssa.FieldAddr, *ssa.DebugRef:
			return false
		}
		return true
	})
}
