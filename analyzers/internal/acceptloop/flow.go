package acceptloop

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what may hold a connection --

// carriers returns the values of root's function that may be root or hold it:
// conversions of it, results of calls that get it, cells and objects in which it
// is stored, closures that capture it.
func carriers(root ssa.Value) map[ssa.Value]bool {
	held := map[ssa.Value]bool{root: true}
	work := []ssa.Value{root}
	add := func(v ssa.Value) {
		if v != nil && !held[v] {
			held[v] = true
			work = append(work, v)
		}
	}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		if v.Referrers() == nil {
			continue
		}
		for _, ref := range *v.Referrers() {
			addCarriers(ref, v, add)
		}
	}
	return held
}

// addCarriers adds what one use of the carrier v makes a carrier.
func addCarriers(use ssa.Instruction, v ssa.Value, add func(ssa.Value)) {
	switch use := use.(type) {
	case *ssa.Call:
		if canHold(use.Type()) {
			add(use)
		}
	case *ssa.Extract:
		if canHold(use.Type()) {
			add(use)
		}
	case *ssa.Store:
		if use.Val == v {
			add(localBase(use.Addr))
		}
	case *ssa.MapUpdate:
		add(localBase(use.Map))
	case *ssa.FieldAddr, *ssa.Field, *ssa.IndexAddr, *ssa.Index, *ssa.Lookup:
		// A part of an object that was made here may be the connection; what
		// hangs off the connection itself is not followed.
		if use := use.(ssa.Value); canHold(irx.Deref(use.Type())) {
			add(use)
		}
	case *ssa.UnOp:
		if canHold(use.Type()) {
			add(use)
		}
	case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType, *ssa.Convert,
		*ssa.TypeAssert, *ssa.MakeClosure, *ssa.Slice, *ssa.SliceToArrayPointer, *ssa.MultiConvert:
		add(use.(ssa.Value))
	}
}

// localBase returns the object that an address points into when the function
// made it; a store through anything else hands the value over and makes no
// carrier, or every field of a server would be one.
func localBase(addr ssa.Value) ssa.Value {
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			addr = a.X
		case *ssa.IndexAddr:
			addr = a.X
		case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice:
			return a
		default:
			return nil
		}
	}
}

// canHold reports whether a value of the type can hold a connection: not a
// number, a string, an address or an error.
func canHold(t types.Type) bool {
	t = irx.Element(t)
	if t == nil || irx.IsError(t) {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Interface:
		return !(irx.HasMethod(t, "Network") && irx.HasMethod(t, "String")) // net.Addr
	case *types.Tuple:
		for v := range u.Variables() {
			if canHold(v.Type()) {
				return true
			}
		}
		return false
	}
	return true
}
