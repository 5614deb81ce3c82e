package irx

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// -- functions in variables --

// FunctionsIn returns all functions that v may be, when it is loaded from a variable
// or a field of the package, which assigns nothing else there; else nil. What others
// assign to an exported one is not known: its default is taken.
func (p *Package) FunctionsIn(v ssa.Value) []*ssa.Function {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	key := functionKey(load.X)
	if g, ok := key.(*ssa.Global); key == nil || ok && g.Pkg != p.prog {
		return nil
	}
	if f, ok := key.(*types.Var); ok && f.Pkg() != p.Pass.Pkg {
		return nil
	}
	var out []*ssa.Function
	for _, v := range p.usage().assigned[key] {
		fn := functionIn(v)
		if fn == nil {
			return nil
		}
		out = append(out, fn)
	}
	return out
}

// functionKey returns what [usage.assigned] knows a place by, or nil.
func functionKey(addr ssa.Value) any {
	switch addr := addr.(type) {
	case *ssa.Global:
		return addr
	case *ssa.FieldAddr:
		ptr, ok := addr.X.Type().Underlying().(*types.Pointer)
		if !ok {
			return nil
		}
		if st, ok := ptr.Elem().Underlying().(*types.Struct); ok {
			return st.Field(addr.Field).Origin()
		}
	}
	return nil
}

// functionIn returns the function that v is, or nil.
func functionIn(v ssa.Value) *ssa.Function {
	switch v := v.(type) {
	case *ssa.Function:
		return v
	case *ssa.MakeClosure:
		return v.Fn.(*ssa.Function)
	case *ssa.ChangeType:
		return functionIn(v.X)
	}
	return nil
}

// noteFunction notes what is assigned to a variable or field that holds a function.
// Whoever takes its address otherwise may assign anything: nil is noted then.
func (u *usage) noteFunction(instr ssa.Instruction) {
	if st, ok := instr.(*ssa.Store); ok {
		if key := functionKey(st.Addr); key != nil && isFunc(st.Val.Type()) {
			u.assigned[key] = append(u.assigned[key], st.Val)
		}
	}
	var buf [8]*ssa.Value
	for _, op := range instr.Operands(buf[:0]) {
		if *op == nil {
			continue
		}
		ptr, ok := (*op).Type().(*types.Pointer)
		if !ok || !isFunc(ptr.Elem()) || accesses(instr, *op) {
			continue
		}
		if key := functionKey(*op); key != nil {
			u.assigned[key] = append(u.assigned[key], nil)
		}
	}
}

// accesses reports whether an instruction loads from an address, or stores there.
func accesses(instr ssa.Instruction, addr ssa.Value) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		return instr.Op == token.MUL
	case *ssa.Store:
		return instr.Addr == addr && instr.Val != addr
	}
	return false
}

func isFunc(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}
