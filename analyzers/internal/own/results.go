package own

import (
	"go/constant"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- results that are always the same --

// always returns the sets of results that are nil, and that are not, at each
// return that can be reached, and whether each return tells of failure.
func (e *Engine) always(fn *ssa.Function) (null, set uint32, fails bool) {
	n := min(fn.Signature.Results().Len(), 32)
	if n == 0 {
		return 0, 0, false
	}
	d, splits := discriminator(fn.Signature)
	reached := (&supposition{eng: e, edges: map[[2]int]bool{}}).walk(fn)
	null, set = 1<<n-1, 1<<n-1
	fails = splits && d.kind != byNil
	found := false
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || b == fn.Recover || !reached[b.Index] {
			continue
		}
		found = true
		for i, v := range ret.Results[:n] {
			nilable := irx.Nilable(v.Type())
			if null>>i&1 == 1 && !(nilable && e.alwaysNil(v, map[ssa.Value]bool{})) {
				null &^= 1 << i
			}
			if set>>i&1 == 1 && !(nilable && e.neverNil(v, map[ssa.Value]bool{})) {
				set &^= 1 << i
			}
		}
		fails = fails && (d.kind == byError && (set>>d.index&1 == 1 || e.failsAt(ret.Results[d.index], b, map[ssa.Value]bool{})) || d.kind == byBool && alwaysFalse(ret.Results[d.index]))
	}
	if !found {
		return 0, 0, false
	}
	return null, set, fails
}

func alwaysFalse(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Const:
		return v.Value != nil && !constant.BoolVal(v.Value)
	case *ssa.UnOp:
		stored := lastPrivate(v)
		if cell, ok := v.X.(*ssa.Alloc); ok && stored == nil {
			stored = justStored(v, cell)
		}
		return stored != nil && stored != ssa.Value(v) && alwaysFalse(stored)
	}
	return false
}

// lastPrivate returns what a load finds in a variable of which nothing else has
// the address, when its own block assigns it; or nil.
func lastPrivate(load *ssa.UnOp) ssa.Value {
	cell, ok := load.X.(*ssa.Alloc)
	if !ok || load.Op != token.MUL || !private(cell) {
		return nil
	}
	return lastStored(load, cell)
}

// private reports whether a variable is only loaded and assigned.
func private(cell *ssa.Alloc) bool {
	return !slices.ContainsFunc(*cell.Referrers(), func(ref ssa.Instruction) bool {
		switch ref := ref.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
			return false
		case *ssa.Store:
			return ref.Val == ssa.Value(cell)
		}
		return true
	})
}

// unassigned reports whether v is loaded, where its function starts, from a variable of
// which nothing else has the address and that has not been assigned yet: a named result.
func unassigned(v *ssa.UnOp) bool {
	cell, ok := v.X.(*ssa.Alloc)
	return ok && v.Op == token.MUL && cell.Block() == v.Block() && len(v.Block().Preds) == 0 &&
		private(cell) && lastStored(v, cell) == nil
}

// alwaysNil reports whether v is nil whichever way is taken.
func (e *Engine) alwaysNil(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Const:
		return v.IsNil()
	case *ssa.Phi:
		for _, x := range v.Edges {
			if !e.alwaysNil(x, seen) {
				return false
			}
		}
		return true
	case *ssa.UnOp:
		if x := lastPrivate(v); x != nil {
			return e.alwaysNil(x, seen)
		}
		cell, ok := v.X.(*ssa.Alloc)
		return ok && v.Op == token.MUL && e.onlyNil(cell, seen)
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return ok && e.callAlwaysNil(call, v.Index)
	case *ssa.Call:
		return e.callAlwaysNil(v, 0)
	}
	return false
}

// onlyNil reports whether a variable is assigned nothing but nil, by literals that
// have captured it, too.
func (e *Engine) onlyNil(cell ssa.Value, seen map[ssa.Value]bool) bool {
	return !slices.ContainsFunc(*cell.Referrers(), func(ref ssa.Instruction) bool {
		switch ref := ref.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
			return false
		case *ssa.Store:
			return ref.Val == cell || !e.alwaysNil(ref.Val, seen)
		case *ssa.MakeClosure:
			i := slices.Index(ref.Bindings, cell)
			return i < 0 || !e.onlyNil(ref.Fn.(*ssa.Function).FreeVars[i], seen)
		}
		return true
	})
}

func (e *Engine) callAlwaysNil(call *ssa.Call, result int) bool {
	callee := irx.CalleeOf(call.Common())
	if e.Pkg.Model.Of(callee.Func) != nil {
		return false
	}
	c := e.contract(callee)
	return c != nil && result < 32 && c.Nil>>result&1 == 1
}

// fixedResults binds the results that are nil, or are not, whatever happens.
func (r *run) fixedResults(s *state, v ssa.Value, c *Contract) {
	for i := range 32 {
		if c.NonNil>>i&1 == 1 {
			s.set(r.resultPlace(v, i), value{k: nonNil})
		}
		if c.Nil>>i&1 == 1 {
			s.set(r.resultPlace(v, i), value{k: isNil})
		}
	}
}

// succeeded makes what a call of the model acquires not nil where its error is.
func (r *run) succeeded(s *state, err ssa.Value) {
	ex, ok := err.(*ssa.Extract)
	if !ok {
		return
	}
	call, ok := ex.Tuple.(*ssa.Call)
	if !ok {
		return
	}
	spec := r.eng.Pkg.Model.Of(irx.CalleeOf(call.Common()).Func)
	if d, ok := discriminator(call.Call.Signature()); spec == nil || !ok || d.index != ex.Index {
		return
	}
	for _, a := range spec.Acquires {
		for _, ref := range *call.Referrers() {
			if res, ok := ref.(*ssa.Extract); ok && res.Index == a.Result && irx.Nilable(res.Type()) && r.nilness(r.eval(s, res)) == maybe {
				r.learn(s, res, value{k: nonNil})
			}
		}
	}
}
