package peerio

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- times that have a default --
//
// A configured time of which 0 means none is no bound, unless it has a default: the
// package makes the object with a positive one, and never stores another, or somebody
// gives the setting a positive constant; see [Default]. Who sets it to 0 then wants no
// bound. May-analysis of the setting, so the error is one of silence; but of a value
// that is computed from settings it is a must-analysis of the paths: each way by which
// it can be zero needs a setting with a default that is zero.

// defaulted reports whether a number or time is not zero unless a setting that has a
// default is.
func (e *engine) defaulted(v ssa.Value) bool {
	clear(e.notZeroes)
	return e.notZero(v, 0)
}

// notZero asks of each value once; of one that depends on itself nothing is known.
func (e *engine) notZero(v ssa.Value, depth int) bool {
	is, ok := e.notZeroes[v]
	if !ok && depth <= 3*maxFuncDepth {
		e.notZeroes[v] = false
		is = e.computesNotZero(v, depth)
		e.notZeroes[v] = is
	}
	return is
}

func (e *engine) computesNotZero(v ssa.Value, depth int) bool {
	sub := func(v ssa.Value) bool { return e.notZero(v, depth+1) }
	switch v := v.(type) {
	case *ssa.Const:
		return duration(v) > 0
	case *ssa.Convert:
		return sub(v.X)
	case *ssa.ChangeType:
		return sub(v.X)
	case *ssa.BinOp:
		return v.Op == token.MUL && sub(v.X) && sub(v.Y) || v.Op == token.ADD && (sub(v.X) || sub(v.Y))
	case *ssa.Field:
		s, ok := v.X.Type().Underlying().(*types.Struct)
		return ok && e.hasDefault(s.Field(v.Field).Origin())
	case *ssa.Phi:
		return positive(v) || e.phiNotZero(v, depth)
	case *ssa.UnOp:
		return v.Op == token.MUL && e.loadNotZero(v.X, depth)
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return ok && e.resultNotZero(call, v.Index, depth)
	case *ssa.Call:
		return e.resultNotZero(v, 0, depth)
	}
	return false
}

// phiNotZero: each way to a phi brings what is not zero, or is not taken unless a
// setting with a default is zero.
func (e *engine) phiNotZero(phi *ssa.Phi, depth int) bool {
	for i, edge := range phi.Edges {
		if !e.notTaken(phi.Block(), i, depth) && !testedNotZero(edge, phi.Block(), i) && !e.notZero(edge, depth+1) {
			return false
		}
	}
	return true
}

// notTaken reports whether control comes from predecessor i only when what is not zero
// is found to be.
func (e *engine) notTaken(b *ssa.BasicBlock, i, depth int) bool {
	return anyTest(b, i, func(v ssa.Value, zero bool) bool { return zero && e.notZero(v, depth+1) })
}

// testedNotZero reports whether control comes from predecessor i only when a value was
// found not to be zero.
func testedNotZero(edge ssa.Value, b *ssa.BasicBlock, i int) bool {
	return anyTest(b, i, func(v ssa.Value, zero bool) bool { return !zero && (v == edge || sameSetting(v, edge)) })
}

// sameSetting reports whether two values are loaded from one field.
func sameSetting(v, w ssa.Value) bool {
	f := loadedField(v)
	return f != nil && f == loadedField(w)
}

func loadedField(v ssa.Value) *types.Var {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		return fieldOf(load.X)
	}
	return nil
}

// anyTest asks of each test for zero that is passed on the way to a block from its
// predecessor i: what is tested, and whether it is zero then.
func anyTest(b *ssa.BasicBlock, i int, ask func(v ssa.Value, zero bool) bool) bool {
	for from, to := b.Preds[i], b; from != nil; {
		if branch, ok := from.Instrs[len(from.Instrs)-1].(*ssa.If); ok && from.Succs[0] != from.Succs[1] {
			if v, zero, ok := outcome(branch.Cond, from.Succs[0] == to); ok && ask(v, zero) {
				return true
			}
		}
		to = from
		for len(to.Preds) != 1 && to.Idom() != nil {
			to = to.Idom() // what was tested in between is not known
		}
		from = nil
		if len(to.Preds) == 1 {
			from = to.Preds[0]
		}
	}
	return false
}

// outcome tells of a test for zero that has this outcome whether its value is zero: 0
// and below are the same.
func outcome(cond ssa.Value, holds bool) (v ssa.Value, zero, ok bool) {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return outcome(c.X, !holds)
		}
	case *ssa.BinOp:
		switch v = zeroTest(c); c.Op {
		case token.EQL:
			return v, holds, v != nil
		case token.NEQ:
			return v, !holds, v != nil
		case token.GTR, token.LEQ:
			return v, holds == (c.Op == token.LEQ), v != nil && isZero(c.Y)
		case token.LSS, token.GEQ:
			return v, holds == (c.Op == token.GEQ), v != nil && isZero(c.X)
		}
	case *ssa.Call:
		v = zeroTest(c)
		return v, holds, v != nil
	}
	return nil, false, false
}

// loadNotZero tells of what is loaded from a field, a variable or the pointer that a
// flag is.
func (e *engine) loadNotZero(addr ssa.Value, depth int) bool {
	switch a := addr.(type) {
	case *ssa.FieldAddr:
		f := fieldOf(a)
		return f != nil && (e.hasDefault(f) || !f.Exported() && e.alwaysSet(f))
	case *ssa.Global:
		v, ok := a.Object().(*types.Var)
		return ok && e.hasDefault(v)
	case *ssa.UnOp:
		return a.Op == token.MUL && e.loadNotZero(a.X, depth+1)
	case *ssa.Call:
		return takesDefault(a)
	case *ssa.FreeVar:
		return e.cellNotZero(irx.Binding(a), depth)
	case *ssa.Alloc:
		return e.cellNotZero(a, depth)
	}
	return false
}

// cellNotZero tells of a local variable: it is given nothing else, or a positive
// constant, which has replaced zero.
func (e *engine) cellNotZero(cell ssa.Value, depth int) bool {
	if fv, ok := cell.(*ssa.FreeVar); ok {
		return e.cellNotZero(irx.Binding(fv), depth+1)
	}
	a, ok := cell.(*ssa.Alloc)
	if !ok || depth > maxFuncDepth {
		return false
	}
	stores := storesIn(a, "", nil)
	all := len(stores) > 0
	for _, s := range stores {
		if duration(s.val) > 0 {
			return true
		}
		all = all && s.path == "" && e.notZero(s.val, depth+1)
	}
	return all
}

// alwaysSet reports whether the package stores nothing but positive constants in a
// field.
func (e *engine) alwaysSet(f *types.Var) bool {
	stored := e.uses.stores[f]
	return len(stored) > 0 && !slices.ContainsFunc(stored, func(v ssa.Value) bool { return duration(v) <= 0 })
}

// takesDefault reports whether a call is given a positive constant of the type of its
// result, or of what that points to: flag.Duration("timeout", time.Minute, "").
func takesDefault(call *ssa.Call) bool {
	t := irx.Deref(call.Type())
	return isNumber(t) && slices.ContainsFunc(call.Call.Args, func(arg ssa.Value) bool {
		return types.Identical(arg.Type(), t) && duration(arg) > 0
	})
}

// resultNotZero tells of a result of a call: a time that something is added to, or a
// function of the package that returns no zero.
func (e *engine) resultNotZero(call *ssa.Call, i, depth int) bool {
	c := irx.CalleeOf(&call.Call)
	if c.Func != nil && c.Func.Pkg() != nil && c.Func.Pkg().Path() == "time" {
		return c.Func.Name() == "Now" || c.Func.Name() == "Add"
	}
	if c.Body == nil || c.Dynamic || takesDefault(call) {
		return takesDefault(call)
	}
	found := false
	for _, b := range c.Body.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || b == c.Body.Recover {
			continue
		}
		if found = true; !e.notZero(ret.Results[i], depth+maxFuncDepth) && !e.returnNotTaken(b, depth) {
			return false
		}
	}
	return found
}

// returnNotTaken reports whether control comes to a block only when what is not zero
// is found to be.
func (e *engine) returnNotTaken(b *ssa.BasicBlock, depth int) bool {
	return len(b.Preds) == 1 && e.notTaken(b, 0, depth+maxFuncDepth)
}

// isNumber reports whether a type is one of integers: a number of seconds, or a
// duration.
func isNumber(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}
