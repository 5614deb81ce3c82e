package growth

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/registry"
)

// -- queues that others empty --
//
// An object whose method takes out what comes next, and gives it to whoever calls, is
// a queue: anybody who has it empties it, and need not know of the connection. When
// this package was given it, or has given it away, somebody else may. (What has to be
// told which entry to remove is a registry, and a matter of who inserts.) A
// may-analysis, whose error is one of silence.

// emptied reports whether an object of another package's type is a queue that others
// have, too.
func (g *grower) emptied(o *registry.Op) bool { return g.isQueue(o.Foreign) && g.shared(o.Place.Key) }

// isQueue reports whether a type whose method inserts has one that removes and returns.
func (g *grower) isQueue(insert *types.Func) bool {
	recv := insert.Signature().Recv()
	if recv == nil || typeName(recv.Type()) == nil {
		return false
	}
	of := types.NewPointer(typeName(recv.Type()).Type())
	for sel := range types.NewMethodSet(of).Methods() {
		fn, ok := sel.Obj().(*types.Func)
		if ok && takesOut(fn.Signature()) && g.x.RemovesFrom(fn, 0) {
			return true
		}
	}
	return false
}

// takesOut reports whether a method gives something and is not told what.
func takesOut(sig *types.Signature) bool {
	if sig.Results().Len() == 0 || choosesOne(sig) {
		return false
	}
	t := sig.Results().At(0).Type()
	return !irx.IsError(t) && !irx.IsBool(t)
}

// shared reports whether the object at a place may be somebody else's as well.
func (g *grower) shared(place any) bool {
	switch place := place.(type) {
	case *types.Var:
		return slices.ContainsFunc(g.fills[place], func(v ssa.Value) bool { return g.notOwn(v, 0) })
	case *ssa.Global:
		return place.Object() == nil || place.Object().Exported()
	case ssa.Value:
		return g.notOwn(place, 0)
	}
	return false
}

// notOwn reports whether a value was not made here, or is passed on.
func (g *grower) notOwn(v ssa.Value, depth int) bool {
	if depth > maxClimb {
		return true
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		i, calls := slices.Index(v.Parent().Params, v), g.callers(v.Parent())
		return len(calls) == 0 || slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool {
			ops := irx.Operands(c.Common())
			return i >= len(ops) || g.notOwn(ops[i], depth+1)
		})
	case *ssa.MakeInterface:
		return g.notOwn(v.X, depth)
	case *ssa.UnOp:
		cell, ok := v.X.(*ssa.Alloc)
		if !ok {
			return true // of another object, a variable or a channel
		}
		given := g.stored(cell)
		return given == nil || g.notOwn(given, depth+1)
	case *ssa.Call, *ssa.Alloc:
		return slices.ContainsFunc(*v.Referrers(), func(ref ssa.Instruction) bool { return passesOn(ref, v) })
	}
	return true
}

// passesOn reports whether an instruction passes a value to code of another package.
func passesOn(ref ssa.Instruction, v ssa.Value) bool {
	switch ref := ref.(type) {
	case *ssa.MakeInterface:
		return slices.ContainsFunc(*ref.Referrers(), func(use ssa.Instruction) bool { return passesOn(use, ref) })
	case ssa.CallInstruction:
		c := irx.CalleeOf(ref.Common())
		ops := irx.Operands(ref.Common())
		if c.Func != nil && c.Func.Signature().Recv() != nil && len(ops) > 0 {
			ops = ops[1:] // its own method
		}
		return c.Body == nil && c.Builtin == "" && slices.Contains(ops, v)
	}
	return false
}
