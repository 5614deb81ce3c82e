package registry

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- calls --

func (x *Index) call(instr ssa.CallInstruction) {
	call := instr.Common()
	c := irx.CalleeOf(call)
	if c.Builtin != "" {
		x.builtin(instr, c.Builtin)
		return
	}
	ops := irx.Operands(call)
	if c.Func != nil && x.library(instr, c.Func, ops) {
		return
	}
	if c.Body != nil {
		return // lifted once the callee is known
	}
	if c.Func != nil && !x.pkg.Standard(c.Func.Pkg()) {
		x.imported(instr, c.Func, ops)
		if !c.Dynamic {
			return
		}
	}
	for _, v := range ops {
		x.escapeOf(v, instr)
	}
}

func (x *Index) builtin(instr ssa.CallInstruction, name string) {
	args := instr.Common().Args
	switch name {
	case "delete":
		x.add(Op{Kind: Remove, Place: x.PlaceOf(args[0]), Key: args[1], Instr: instr})
	case "clear":
		x.add(Op{Kind: Reset, Place: x.PlaceOf(args[0]), Instr: instr})
	case "append":
		call, ok := instr.(*ssa.Call)
		if !ok {
			return
		}
		place := x.PlaceOf(args[0])
		if _, inRegister := place.Key.(*ssa.Phi); inRegister {
			x.appended(call, call, place)
		}
	}
}

// library knows the collections of the standard library, and its functions that
// change one in place.
func (x *Index) library(instr ssa.CallInstruction, fn *types.Func, ops []ssa.Value) bool {
	row, ok := libraryOps[fn.Origin().FullName()]
	if !ok || len(ops) == 0 {
		return false
	}
	o := Op{Kind: row.kind, Place: x.PlaceOf(ops[0]), Instr: instr}
	if row.key > 0 && row.key < len(ops) {
		o.Key = ops[row.key]
	}
	if row.value > 0 && row.value < len(ops) {
		o.Value = ops[row.value]
	}
	if row.kind != none {
		x.add(o)
	}
	return true
}

// leaves reports whether a collection that is made an interface gets to code
// that may change it. Formatting and logging, which take any number of values,
// and the standard library do not.
func (x *Index) leaves(m *ssa.MakeInterface) bool {
	for _, ref := range *m.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if !isVariadic(ref.Addr) {
				return true
			}
		case ssa.CallInstruction:
			if fn := irx.CalleeOf(ref.Common()).Func; fn == nil || !x.pkg.Standard(fn.Pkg()) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

func isVariadic(addr ssa.Value) bool {
	elem, ok := addr.(*ssa.IndexAddr)
	if !ok {
		return false
	}
	array, ok := elem.X.(*ssa.Alloc)
	return ok && array.Comment == "varargs"
}

const none Kind = 255

// libraryOps: operand 0 is the collection; key and value are operands, 0 for
// none.
var libraryOps = map[string]struct {
	kind       Kind
	key, value int
}{
	"(*sync.Map).Store":                 {Insert, 1, 2},
	"(*sync.Map).LoadOrStore":           {Insert, 1, 2},
	"(*sync.Map).Swap":                  {Insert, 1, 2},
	"(*sync.Map).Delete":                {Remove, 1, 0},
	"(*sync.Map).LoadAndDelete":         {Remove, 1, 0},
	"(*sync.Map).CompareAndDelete":      {Remove, 1, 0},
	"(*sync.Map).Clear":                 {Reset, 0, 0},
	"(*sync.Map).Load":                  {none, 0, 0},
	"(*sync.Map).Range":                 {none, 0, 0},
	"(*sync.Map).CompareAndSwap":        {none, 0, 0},
	"(*container/list.List).PushBack":   {Insert, 0, 1},
	"(*container/list.List).PushFront":  {Insert, 0, 1},
	"(*container/list.List).Remove":     {Remove, 0, 0},
	"(*container/list.List).Init":       {Reset, 0, 0},
	"(*container/list.List).Front":      {none, 0, 0},
	"(*container/list.List).Back":       {none, 0, 0},
	"(*container/list.List).Len":        {none, 0, 0},
	"maps.DeleteFunc":                   {Remove, 0, 0},
	"maps.Keys":                         {none, 0, 0},
	"maps.Values":                       {none, 0, 0},
	"maps.Clone":                        {none, 0, 0},
	"container/heap.Push":               {Insert, 0, 1},
	"container/heap.Pop":                {Remove, 0, 0},
	"container/heap.Remove":             {Remove, 0, 0},
	"(*container/list.List).MoveToBack": {none, 0, 0},
}

// imported applies the facts of a function of another package. A function
// without one leaves its operands alone.
func (x *Index) imported(instr ssa.CallInstruction, fn *types.Func, ops []ssa.Value) {
	var f Fact
	if fn.Pkg() == nil || fn.Pkg() == x.pass.Pkg {
		return
	}
	known := x.pass.ImportObjectFact(fn.Origin(), &f)
	x.passedOn(instr, fn, &f, ops)
	if !known {
		return
	}
	for _, in := range f.Inserts {
		if f.Undo > 0 && ResultUsed(instr, f.Undo-1) {
			break // who called it can remove it
		}
		if in.Value < len(ops) && in.Into < len(ops) {
			x.add(Op{Kind: Insert, Place: x.objectPlace(ops[in.Into]), Value: ops[in.Value], Instr: instr, Foreign: fn})
		}
	}
	x.handedOut(instr, fn, &f, ops)
	for _, i := range f.Removes {
		if i < len(ops) {
			x.add(Op{Kind: Remove, Place: x.objectPlace(ops[i]), Instr: instr, Foreign: fn})
		}
	}
	for _, i := range f.Lets {
		if i < len(ops) {
			x.add(Op{Kind: Escape, Place: x.objectPlace(ops[i]), Instr: instr, Foreign: fn})
		}
	}
}

// objectPlace is the place of an object that is a collection for its users: the
// field or variable that holds it.
func (x *Index) objectPlace(v ssa.Value) Place {
	if p := x.PlaceOf(v); p.known() {
		return p
	}
	return Place{Key: v}
}
