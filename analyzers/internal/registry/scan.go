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
	elems := irx.Variadic(call.Call.Args[1])
	for _, v := range elems {
		x.add(Op{Kind: Insert, Place: place, Value: v, Instr: at})
	}
	if len(elems) == 0 {
		x.add(Op{Kind: Insert, Place: place, Value: call.Call.Args[1], Instr: at})
	}
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
		if ok && cmp.Op == token.EQL && irx.IsNil(cmp.Y) && x.PlaceOf(cmp.X).Key == place.Key && d.Preds[0].Succs[0] == d {
			return true
		}
	}
	return false
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
