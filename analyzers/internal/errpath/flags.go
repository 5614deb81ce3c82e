package errpath

import (
	"go/constant"
	"go/types"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// flags finds boolean variables that nothing sets: a "closed" flag that a loop
// tests and no Close ever raises ends no loop.
type flags struct {
	pkg  *irx.Package
	once sync.Once
	// set are the fields and package variables that may become true.
	set map[any]bool
}

// neverSet reports whether the boolean at an address is false for ever.
func (f *flags) neverSet(addr ssa.Value) bool {
	key := f.key(addr)
	if key == nil {
		return false
	}
	f.once.Do(f.gather)
	return !f.set[key]
}

// key identifies a field or package variable that only this package can set; nil
// for anything else.
func (f *flags) key(addr ssa.Value) any {
	switch addr := addr.(type) {
	case *ssa.Global:
		if obj := addr.Object(); obj != nil && addr.Pkg == f.pkg.SSA() && f.private(obj) {
			return addr
		}
	case *ssa.FieldAddr:
		if v := field(addr); v != nil && v.Pkg() == f.pkg.Pass.Pkg && f.private(v) {
			return v
		}
	}
	return nil
}

func (f *flags) private(obj types.Object) bool {
	return !obj.Exported() || f.pkg.Pass.Pkg.Name() == "main"
}

func field(addr *ssa.FieldAddr) *types.Var {
	t := addr.X.Type().Underlying()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem().Underlying()
	}
	s, ok := t.(*types.Struct)
	if !ok {
		return nil
	}
	return s.Field(addr.Field).Origin()
}

func (f *flags) gather() {
	f.set = make(map[any]bool)
	for _, fn := range f.pkg.AllFuncs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				for _, op := range instr.Operands(nil) {
					f.note(instr, *op)
				}
			}
		}
	}
}

// note marks what an instruction may set through an operand.
func (f *flags) note(instr ssa.Instruction, op ssa.Value) {
	if op == nil {
		return
	}
	key := f.key(op)
	if key == nil {
		return
	}
	switch instr := instr.(type) {
	case *ssa.UnOp, *ssa.DebugRef:
		return // a load
	case *ssa.Store:
		if c, ok := instr.Val.(*ssa.Const); ok && instr.Addr == op && c.Value != nil && c.Value.Kind() == constant.Bool && !constant.BoolVal(c.Value) {
			return
		}
	}
	f.set[key] = true
}
