package peerio

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what the package does with functions and fields --

// uses indexes where literals are made and what is stored in fields.
type uses struct {
	// closures are where a literal is made.
	closures map[*ssa.Function]*ssa.MakeClosure
	// stores are the values that the package assigns to a field.
	stores map[*types.Var][]ssa.Value
}

func indexUses(pkg *irx.Package) uses {
	u := uses{closures: map[*ssa.Function]*ssa.MakeClosure{}, stores: map[*types.Var][]ssa.Value{}}
	for _, fn := range pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				u.note(instr)
			}
		}
	}
	return u
}

func (u *uses) note(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.MakeClosure:
		u.closures[instr.Fn.(*ssa.Function)] = instr
	case *ssa.Store:
		if v := fieldOf(instr.Addr); v != nil {
			u.stores[v] = append(u.stores[v], instr.Val)
		}
	}
}

// taken reports whether the package makes a value of a function, so that not all
// of its callers are known.
func (e *engine) taken(fn *ssa.Function) bool {
	return slices.ContainsFunc(e.pkg.Uses(fn), func(use ssa.Instruction) bool {
		if call, ok := use.(ssa.CallInstruction); ok && call.Common().Value == ssa.Value(fn) {
			return false
		}
		var buf [8]*ssa.Value
		return slices.ContainsFunc(use.Operands(buf[:0]), func(op *ssa.Value) bool { return *op == ssa.Value(fn) })
	})
}

// fieldOf returns the struct field that an address is of, or nil.
func fieldOf(addr ssa.Value) *types.Var {
	fa, ok := addr.(*ssa.FieldAddr)
	if !ok {
		return nil
	}
	ptr, ok := fa.X.Type().Underlying().(*types.Pointer)
	if !ok {
		return nil
	}
	s, ok := ptr.Elem().Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	return s.Field(fa.Field).Origin()
}
