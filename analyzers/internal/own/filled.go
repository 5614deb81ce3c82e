package own

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- fields that can hold an obligation --
//
// What a function does to a field of its parameter matters to callers that hold
// an obligation in that field, so in an object of their own making. A field that
// the package only ever assigns in objects that it was given, such as the
// listener of a server that has been running for long, needs no contract.

// canHoldIn reports whether a caller may hold an obligation in field f of an
// object of type t.
func (e *Engine) canHoldIn(t types.Type, f *types.Var) bool {
	named, ok := types.Unalias(irx.Deref(t)).(*types.Named)
	if !ok || f.Pkg() != e.Pkg.Pass.Pkg || named.Obj().Exported() && f.Exported() {
		return true
	}
	return e.filledFields()[f.Origin()]
}

// filledFields returns the fields that the package assigns in objects that it
// made or got from a call.
func (e *Engine) filledFields() map[*types.Var]bool {
	if e.filled != nil {
		return e.filled
	}
	e.filled = map[*types.Var]bool{}
	for _, fn := range e.Pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if st, ok := instr.(*ssa.Store); ok {
					e.noteFilled(st)
				}
			}
		}
	}
	return e.filled
}

func (e *Engine) noteFilled(st *ssa.Store) {
	if c, ok := st.Val.(*ssa.Const); ok && c.IsNil() {
		return
	}
	for at := st.Addr; ; {
		fa, ok := at.(*ssa.FieldAddr)
		if !ok {
			return
		}
		if !lives(fa.X) {
			e.filled[irx.Deref(fa.X.Type()).Underlying().(*types.Struct).Field(fa.Field).Origin()] = true
		}
		at = fa.X // a struct inside a struct
	}
}

// lives reports whether an object is older than the function: a parameter, or
// what a variable of the package or a field of something holds.
func lives(obj ssa.Value) bool {
	switch obj := obj.(type) {
	case *ssa.Parameter, *ssa.Global:
		return true
	case *ssa.FieldAddr:
		return lives(obj.X)
	case *ssa.UnOp:
		switch from := obj.X.(type) {
		case *ssa.Global, *ssa.FreeVar: // a captured object belongs to the maker of the closure
			return true
		case *ssa.FieldAddr:
			return lives(from.X)
		case *ssa.Alloc:
			return livesIn(from)
		}
	}
	return false
}

// livesIn reports whether a variable is only assigned objects that live.
func livesIn(cell *ssa.Alloc) bool {
	for _, ref := range *cell.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == ssa.Value(cell) {
			if _, isParam := st.Val.(*ssa.Parameter); !isParam {
				return false
			}
		}
	}
	return true
}
