package own

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- facts that need no paths --

// recovers reports whether a deferred call of fn calls recover.
func recovers(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if d, ok := instr.(*ssa.Defer); ok {
				if body := irx.CalleeOf(d.Common()).Body; body != nil && callsRecover(body) {
					return true
				}
			}
		}
	}
	return false
}

func callsRecover(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok && irx.CalleeOf(call.Common()).Builtin == "recover" {
				return true
			}
		}
	}
	return false
}

func (e *Engine) endsHere(b *ssa.BasicBlock) bool { return e.endingAt(b) != returns }

// endsCall reports whether a call never returns.
func (e *Engine) endsCall(call *ssa.Call) bool { return e.endingOf(call) != returns }

func (e *Engine) neverNil(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Alloc, *ssa.MakeInterface, *ssa.MakeClosure, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice, *ssa.Function:
		return true
	case *ssa.Phi:
		for _, x := range v.Edges {
			if !e.neverNil(x, seen) {
				return false
			}
		}
		return true
	case *ssa.UnOp:
		if x := lastPrivate(v); x != nil {
			return e.neverNil(x, seen)
		}
		_, global := v.X.(*ssa.Global)
		return global && v.Op == token.MUL && irx.IsError(v.Type())
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return ok && e.callNeverNil(call, v.Index)
	case *ssa.Call:
		return e.callNeverNil(v, 0)
	}
	return false
}

func (e *Engine) callNeverNil(call *ssa.Call, result int) bool {
	callee := irx.CalleeOf(call.Common())
	if spec := e.Pkg.Model.Of(callee.Func); spec != nil {
		for _, i := range spec.NonNil {
			if i == result {
				return true
			}
		}
		return false
	}
	c := e.contract(callee)
	return c != nil && result < 32 && c.NonNil>>result&1 == 1
}

// alwaysOwned reports whether each return of fn gives, as its i-th result,
// either nil or something that fn acquired or wrapped: a function that
// sometimes returns a connection of somebody else's gives nothing away.
func (e *Engine) alwaysOwned(fn *ssa.Function, i int) bool {
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || b == fn.Recover {
			continue
		}
		if !e.owned(ret.Results[i], map[ssa.Value]bool{}) {
			return false
		}
	}
	return true
}

func (e *Engine) owned(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Const:
		return true
	case *ssa.Phi:
		for _, x := range v.Edges {
			if !e.owned(x, seen) {
				return false
			}
		}
		return true
	case *ssa.MakeInterface:
		return e.owned(v.X, seen)
	case *ssa.ChangeInterface:
		return e.owned(v.X, seen)
	case *ssa.ChangeType:
		return e.owned(v.X, seen)
	case *ssa.Convert:
		return e.owned(v.X, seen)
	case *ssa.TypeAssert:
		return e.owned(v.X, seen)
	case *ssa.Alloc:
		return true // an object of its own; whether it holds the resource is the walk's business
	case *ssa.UnOp:
		return v.Op == token.MUL && e.ownedCell(v.X, seen)
	case *ssa.Extract:
		if ta, ok := v.Tuple.(*ssa.TypeAssert); ok {
			return e.owned(ta.X, seen)
		}
		call, ok := v.Tuple.(*ssa.Call)
		return ok && e.ownedResult(call, v.Index, seen)
	case *ssa.Call:
		return e.ownedResult(v, 0, seen)
	}
	return false
}

// ownedCell looks at all that a local variable or struct is assigned.
func (e *Engine) ownedCell(p ssa.Value, seen map[ssa.Value]bool) bool {
	a, ok := p.(*ssa.Alloc)
	if !ok {
		return false
	}
	for _, ref := range *a.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == ssa.Value(a) && !e.owned(st.Val, seen) {
			return false
		}
	}
	return true
}

func (e *Engine) ownedResult(call *ssa.Call, result int, seen map[ssa.Value]bool) bool {
	for _, ob := range e.acquired(call.Parent(), call) {
		if ob.Result == result {
			return true
		}
	}
	callee := irx.CalleeOf(call.Common())
	ops := irx.Operands(call.Common())
	if spec := e.Pkg.Model.Of(callee.Func); spec != nil {
		for _, w := range spec.Wraps {
			if w.Result == result && !w.Borrows && w.Operand < len(ops) {
				return e.owned(ops[w.Operand], seen)
			}
		}
		return false
	}
	c := e.contract(callee)
	if c == nil {
		return false
	}
	for _, p := range c.Params {
		if p.OK&Returned != 0 && p.Result == result && p.Path == 0 && p.Param < len(ops) {
			return e.owned(ops[p.Param], seen)
		}
	}
	return c.bottom || result < 32 && c.Nil>>result&1 == 1
}

// foreignResult tells, for a function that returns a network resource, whether
// it may be somebody else's, or is nobody's: nil at every return.
func (e *Engine) foreignResult(fn *ssa.Function) uint32 {
	if fn.Signature.Results().Len() == 0 {
		return 0
	}
	given := fn.Signature.Results().At(0).Type()
	if _, ok := irx.ResourceKind(given); !ok && !isGeneric(given) {
		return 0
	}
	never := true
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || b == fn.Recover {
			continue
		}
		if e.foreign(ret.Results[0], map[ssa.Value]bool{}) {
			return 1
		}
		never = never && e.alwaysNil(ret.Results[0], map[ssa.Value]bool{})
	}
	if never && len(fn.Blocks) > 0 {
		return 1
	}
	return 0
}

// foreign reports whether v may come from a parameter or from memory that
// outlives the function.
func (e *Engine) foreign(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	if storedAway(v, 0) {
		return true
	}
	switch v := v.(type) {
	case *ssa.Const, *ssa.Alloc:
		return false
	case *ssa.Phi:
		for _, x := range v.Edges {
			if e.foreign(x, seen) {
				return true
			}
		}
		return false
	case *ssa.MakeInterface:
		return e.foreign(v.X, seen)
	case *ssa.ChangeInterface:
		return e.foreign(v.X, seen)
	case *ssa.TypeAssert:
		return e.foreign(v.X, seen)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Call:
			return e.foreignCall(t, v.Index, seen)
		case *ssa.TypeAssert:
			return e.foreign(t.X, seen)
		}
	case *ssa.Call:
		return e.foreignCall(v, 0, seen)
	case *ssa.UnOp:
		if a, ok := v.X.(*ssa.Alloc); ok && v.Op == token.MUL {
			return e.foreignCell(a, seen)
		}
	}
	return true
}

// storedAway reports whether v, perhaps as another type, is stored in a field of an
// object that was not made here, which has it then, too.
func storedAway(v ssa.Value, depth int) bool {
	refs := v.Referrers()
	if refs == nil || depth > maxDefinition {
		return false
	}
	return slices.ContainsFunc(*refs, func(ref ssa.Instruction) bool {
		switch ref := ref.(type) {
		case *ssa.Store:
			if at, ok := ref.Addr.(*ssa.IndexAddr); ok && ref.Val == v {
				return appendedAway(at, depth)
			}
			f, ok := ref.Addr.(*ssa.FieldAddr)
			return ok && ref.Val == v && !madeHere(f.X)
		case *ssa.MapUpdate:
			return ref.Value == v && !madeHere(ref.Map)
		case *ssa.Call:
			fn := irx.CalleeOf(ref.Common()).Func
			return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "sync" && slices.Contains(ref.Call.Args, v) // (*sync.Map).Store
		case *ssa.TypeAssert:
			return !ref.CommaOk && storedAway(ref, depth+1)
		case *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType:
			return storedAway(ref.(ssa.Value), depth+1)
		}
		return false
	})
}

// appendedAway reports whether an element of the list of a variadic call is appended
// to a slice in a field of such an object.
func appendedAway(at *ssa.IndexAddr, depth int) bool {
	list, ok := at.X.(*ssa.Alloc)
	return ok && slices.ContainsFunc(*list.Referrers(), func(ref ssa.Instruction) bool {
		args, ok := ref.(*ssa.Slice)
		return ok && slices.ContainsFunc(*args.Referrers(), func(use ssa.Instruction) bool {
			call, ok := use.(*ssa.Call)
			return ok && irx.CalleeOf(call.Common()).Builtin == "append" && storedAway(call, depth+1)
		})
	})
}

// madeHere reports whether an object, or the container in a field of one, is made in
// the function.
func madeHere(v ssa.Value) bool {
	v = definition(v)
	if load, ok := v.(*ssa.UnOp); ok {
		f, ok := load.X.(*ssa.FieldAddr)
		if !ok {
			return false
		}
		v = definition(f.X)
	}
	switch v.(type) {
	case *ssa.Alloc, *ssa.MakeMap:
		return true
	}
	return false
}

func (e *Engine) foreignCell(a *ssa.Alloc, seen map[ssa.Value]bool) bool {
	for _, ref := range *a.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == ssa.Value(a) && e.foreign(st.Val, seen) {
			return true
		}
	}
	return false
}

// foreignCall reports whether a call gives something that is not its caller's.
// A call that cannot be resolved counts as giving something new.
func (e *Engine) foreignCall(call *ssa.Call, result int, seen map[ssa.Value]bool) bool {
	callee := irx.CalleeOf(call.Common())
	if callee.Dynamic || e.ownedResult(call, result, map[ssa.Value]bool{}) {
		return false
	}
	if spec := e.Pkg.Model.Of(callee.Func); spec != nil {
		for _, w := range spec.Wraps {
			if w.Result == result && w.Operand < len(call.Call.Args) {
				return e.foreign(call.Call.Args[w.Operand], seen)
			}
		}
		return true
	}
	c := e.contract(callee)
	return c == nil || c.Foreign>>result&1 == 1
}
