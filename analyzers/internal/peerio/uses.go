package peerio

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what the package does with functions and fields --

// uses indexes where functions are called and what is stored in fields.
type uses struct {
	// callers are the static calls of a function, in order of occurrence.
	callers map[*ssa.Function][]ssa.CallInstruction
	// taken are functions that are used as values, so that not all of their
	// callers are known.
	taken map[*ssa.Function]bool
	// closures are where a literal is made.
	closures map[*ssa.Function]*ssa.MakeClosure
	// stores are the values that the package assigns to a field.
	stores map[*types.Var][]ssa.Value
}

func indexUses(pkg *irx.Package) uses {
	u := uses{
		callers:  map[*ssa.Function][]ssa.CallInstruction{},
		taken:    map[*ssa.Function]bool{},
		closures: map[*ssa.Function]*ssa.MakeClosure{},
		stores:   map[*types.Var][]ssa.Value{},
	}
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
	var callee ssa.Value
	if call, ok := instr.(ssa.CallInstruction); ok {
		if c := irx.CalleeOf(call.Common()); c.Body != nil {
			u.callers[c.Body] = append(u.callers[c.Body], call)
			callee = call.Common().Value
		}
	}
	switch instr := instr.(type) {
	case *ssa.MakeClosure:
		u.closures[instr.Fn.(*ssa.Function)] = instr
	case *ssa.Store:
		if v := fieldOf(instr.Addr); v != nil {
			u.stores[v] = append(u.stores[v], instr.Val)
		}
	}
	var buf [8]*ssa.Value
	for _, op := range instr.Operands(buf[:0]) {
		if fn, ok := (*op).(*ssa.Function); ok && *op != callee {
			u.taken[fn] = true
		}
	}
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
