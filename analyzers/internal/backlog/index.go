package backlog

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// cell is what a value is stored in and loaded from: a struct field, whatever
// the struct, as a *types.Var; or a variable as a *ssa.Alloc or *ssa.Global.
type cell any

// index is what the solver looks up in a package, gathered in one scan.
type index struct {
	pkg    *irx.Package
	funcs  []*ssa.Function
	calls  map[*ssa.Function][]ssa.CallInstruction
	stores map[cell][]*ssa.Store
	tests  map[cell][]test
	// bindings are the values that closures capture a free variable from.
	bindings map[*ssa.FreeVar][]ssa.Value
	// globals are the uses of package variables, which ssa does not record.
	globals map[*ssa.Global][]ssa.Instruction
}

// test is a branch on the comparison of a cell's value with a constant.
type test struct {
	branch *ssa.If
	op     token.Token
	c      int64
}

func newIndex(pkg *irx.Package) *index {
	x := &index{
		pkg:      pkg,
		funcs:    pkg.AllFuncs(),
		calls:    make(map[*ssa.Function][]ssa.CallInstruction),
		stores:   make(map[cell][]*ssa.Store),
		tests:    make(map[cell][]test),
		bindings: make(map[*ssa.FreeVar][]ssa.Value),
		globals:  make(map[*ssa.Global][]ssa.Instruction),
	}
	// Captured variables are resolved by their bindings, which therefore come
	// first.
	x.each(x.addBinding)
	x.each(x.add)
	return x
}

func (x *index) each(f func(ssa.Instruction)) {
	for _, fn := range x.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				f(instr)
			}
		}
	}
}

func (x *index) addBinding(instr ssa.Instruction) {
	if mc, ok := instr.(*ssa.MakeClosure); ok {
		for i, fv := range mc.Fn.(*ssa.Function).FreeVars {
			x.bindings[fv] = append(x.bindings[fv], mc.Bindings[i])
		}
	}
}

func (x *index) add(instr ssa.Instruction) {
	for _, op := range instr.Operands(nil) {
		if g, ok := (*op).(*ssa.Global); ok {
			x.globals[g] = append(x.globals[g], instr)
		}
	}
	switch instr := instr.(type) {
	case *ssa.Store:
		if c := x.cellOf(instr.Addr); c != nil {
			x.stores[c] = append(x.stores[c], instr)
		}
	case *ssa.If:
		x.addTest(instr)
	case ssa.CallInstruction:
		for _, fn := range x.targets(instr.Common()) {
			x.calls[fn] = append(x.calls[fn], instr)
		}
	}
}

// targets are the functions of the package that a call may reach.
func (x *index) targets(call *ssa.CallCommon) []*ssa.Function {
	c := irx.CalleeOf(call)
	if c.Body != nil {
		return []*ssa.Function{c.Body}
	}
	if c.Dynamic && c.Func != nil {
		return x.pkg.Implementations(c.Func)
	}
	return nil
}

func (x *index) addTest(branch *ssa.If) {
	v, op, c, ok := comparison(branch.Cond)
	if !ok {
		return
	}
	if at := x.loaded(v); at != nil {
		x.tests[at] = append(x.tests[at], test{branch, op, c})
	}
}

// comparison takes "v op constant" apart, the constant on either side.
func comparison(cond ssa.Value) (v ssa.Value, op token.Token, c int64, ok bool) {
	b, isBin := cond.(*ssa.BinOp)
	if !isBin || negate(b.Op) == token.ILLEGAL {
		return nil, 0, 0, false
	}
	if k, isConst := b.Y.(*ssa.Const); isConst {
		c, ok = intOf(k.Value)
		return plain(b.X), b.Op, c, ok
	}
	if k, isConst := b.X.(*ssa.Const); isConst {
		c, ok = intOf(k.Value)
		return plain(b.Y), mirror(b.Op), c, ok
	}
	return nil, 0, 0, false
}

// plain strips conversions between integer types.
func plain(v ssa.Value) ssa.Value {
	for {
		switch w := v.(type) {
		case *ssa.Convert:
			v = w.X
		case *ssa.ChangeType:
			v = w.X
		default:
			return v
		}
	}
}

// loaded returns the cell that v is loaded from, or nil.
func (x *index) loaded(v ssa.Value) cell {
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return x.cellOf(v.X)
		}
	case *ssa.Field:
		return cellOfField(v.X.Type(), v.Field)
	}
	return nil
}

// cellOf returns the cell at an address, or nil.
func (x *index) cellOf(addr ssa.Value) cell {
	switch addr := addr.(type) {
	case *ssa.FieldAddr:
		return cellOfField(addr.X.Type(), addr.Field)
	case *ssa.Alloc, *ssa.Global:
		return addr
	case *ssa.FreeVar:
		if b := x.bindings[addr]; len(b) == 1 {
			return x.cellOf(b[0])
		}
	}
	return nil
}

func cellOfField(t types.Type, i int) cell {
	if v := fieldOf(t, i); v != nil {
		return v
	}
	return nil
}

// fieldOf returns field i of the struct that t is or points to, or nil. Fields
// of an instantiated type are those of the generic one.
func fieldOf(t types.Type, i int) *types.Var {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || i >= s.NumFields() {
		return nil
	}
	return s.Field(i).Origin()
}
