package registry

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what one instruction does to a collection --

func (x *Index) scan(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.MapUpdate:
		place := x.PlaceOf(instr.Map)
		x.add(Op{Kind: Insert, Place: place, Key: instr.Key, Value: instr.Value, Instr: instr})
		if x.PlaceOf(instr.Value).Key != place.Key { // not the inner map put back
			x.escapeOf(instr.Value, instr)
		}
	case *ssa.Store:
		x.store(instr)
	case *ssa.Return:
		for _, v := range instr.Results {
			x.escapeOf(v, instr)
		}
	case *ssa.Send:
		x.escapeOf(instr.X, instr)
	case *ssa.MakeInterface:
		if x.leaves(instr) {
			x.escapeOf(instr.X, instr)
		}
	case ssa.CallInstruction:
		x.call(instr)
	}
}

func (x *Index) add(o Op) {
	if !o.Place.known() {
		return
	}
	if o.At == nil {
		o.At = o.Instr
	}
	key := opKey{o.Kind, o.Place.Key, o.Instr, o.At}
	if x.seen[key] && o.Kind != Insert {
		return
	}
	x.seen[key] = true
	x.Ops = append(x.Ops, &o)
}

// -- stores: slices that grow and shrink, resets --

func (x *Index) store(st *ssa.Store) {
	place := x.placeAt(st.Addr, 0)
	if elem, ok := st.Addr.(*ssa.IndexAddr); ok {
		x.storeElem(st, elem)
		return
	}
	if !place.known() || x.initial(st, place) {
		return
	}
	switch t := st.Val.Type().Underlying().(type) {
	case *types.Slice:
		x.storeSlice(st, place)
	case *types.Map:
		x.storeMap(st, place)
	case *types.Pointer:
		if isList(t) {
			x.add(Op{Kind: Reset, Place: place, Instr: st})
		}
	case *types.Struct:
		if path, name := named(st.Val.Type()); path == "sync" && name == "Map" {
			x.add(Op{Kind: Reset, Place: place, Instr: st})
		}
	}
}

func isList(p *types.Pointer) bool {
	path, name := named(p)
	return path == "container/list" && name == "List"
}

// storeElem: a nil written over an element frees it; that the slice keeps its
// length matters little.
func (x *Index) storeElem(st *ssa.Store, elem *ssa.IndexAddr) {
	if c, ok := st.Val.(*ssa.Const); ok && c.IsNil() {
		x.add(Op{Kind: Remove, Place: x.PlaceOf(elem.X), Instr: st})
	}
}

func (x *Index) storeSlice(st *ssa.Store, place Place) {
	call, ok := st.Val.(*ssa.Call)
	if ok && isBuiltin(call, "append") {
		x.appended(st, call, place)
		return
	}
	x.add(Op{Kind: resetOrRemove(st.Val), Place: place, Instr: st})
}

func resetOrRemove(v ssa.Value) Kind {
	switch v := v.(type) {
	case *ssa.Const, *ssa.MakeSlice, *ssa.MakeMap:
		return Reset
	case *ssa.Slice:
		if c, ok := v.High.(*ssa.Const); ok && c.Int64() == 0 {
			return Reset // s[:0]
		}
	}
	return Remove
}

// appended: "s = append(s, v)" inserts; an append to anything but the whole old
// slice, as append(s[:i], s[i+1:]...), removes.
func (x *Index) appended(at ssa.Instruction, call *ssa.Call, place Place) {
	if len(call.Call.Args) < 2 || x.PlaceOf(call.Call.Args[0]).Key != place.Key {
		x.add(Op{Kind: Remove, Place: place, Instr: at})
		return
	}
	elems := variadic(call.Call.Args[1])
	for _, v := range elems {
		x.add(Op{Kind: Insert, Place: place, Value: v, Instr: at})
	}
	if len(elems) == 0 {
		x.add(Op{Kind: Insert, Place: place, Value: call.Call.Args[1], Instr: at})
	}
}

// variadic returns the arguments that make up a variadic slice, or nil.
func variadic(v ssa.Value) []ssa.Value {
	slice, ok := v.(*ssa.Slice)
	if !ok {
		return nil
	}
	array, ok := slice.X.(*ssa.Alloc)
	if !ok || array.Comment != "varargs" {
		return nil
	}
	var out []ssa.Value
	for _, ref := range *array.Referrers() {
		at, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, use := range *at.Referrers() {
			if st, ok := use.(*ssa.Store); ok && st.Addr == at {
				out = append(out, st.Val)
			}
		}
	}
	return out
}

func (x *Index) storeMap(st *ssa.Store, place Place) {
	if x.PlaceOf(st.Val).Key == place.Key {
		return
	}
	x.add(Op{Kind: resetOrRemove(st.Val), Place: place, Instr: st})
	x.escapeOf(st.Val, st)
}

// initial reports whether a store only makes the collection: in an object that
// is new itself, in the package's initialisation, in a variable at its
// declaration, or under a test for nil.
func (x *Index) initial(st *ssa.Store, place Place) bool {
	if base, ok := place.Base.(*ssa.Alloc); ok && spilled(base) == nil {
		return true
	}
	if name := st.Parent().Name(); name == "init" || strings.HasPrefix(name, "init#") {
		return true
	}
	if cell, ok := place.Key.(*ssa.Alloc); ok && st.Block() == cell.Block() && isMade(st.Val) {
		return true
	}
	return x.underNilTest(st, place)
}

func isMade(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.MakeMap, *ssa.MakeSlice:
		return true
	case *ssa.Const:
		return v.IsNil()
	case *ssa.Slice:
		_, array := v.X.(*ssa.Alloc)
		return array
	}
	return false
}

// maxGuards bounds the tests that are looked at above a statement.
const maxGuards = 256

func (x *Index) underNilTest(st *ssa.Store, place Place) bool {
	if !isMade(st.Val) {
		return false
	}
	guards := 0
	for d := st.Block(); d.Idom() != nil && guards < maxGuards; d = d.Idom() {
		guards++
		if len(d.Preds) != 1 {
			continue
		}
		branch, ok := d.Preds[0].Instrs[len(d.Preds[0].Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cmp, ok := branch.Cond.(*ssa.BinOp)
		if ok && cmp.Op == token.EQL && isNil(cmp.Y) && x.PlaceOf(cmp.X).Key == place.Key && d.Preds[0].Succs[0] == d {
			return true
		}
	}
	return false
}

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}

// escapeOf notes a map, or a pointer to a collection, that goes where others can
// remove from it. A slice is a copy.
func (x *Index) escapeOf(v ssa.Value, at ssa.Instruction) {
	if v == nil {
		return
	}
	switch t := v.Type().Underlying().(type) {
	case *types.Map:
	case *types.Pointer:
		switch t.Elem().Underlying().(type) {
		case *types.Map, *types.Slice:
		default:
			if !isList(t) && !isSyncMap(t) {
				return
			}
		}
	default:
		return
	}
	if _, made := v.(*ssa.MakeMap); made {
		return
	}
	x.add(Op{Kind: Escape, Place: x.PlaceOf(v), Instr: at})
}

func isSyncMap(p *types.Pointer) bool {
	path, name := named(p)
	return path == "sync" && name == "Map"
}

func named(t types.Type) (path, name string) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return "", ""
	}
	return n.Obj().Pkg().Path(), n.Obj().Name()
}

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
