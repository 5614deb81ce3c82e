package own

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// prune drops from the state what cannot matter from the start of block to on:
// registers that are dead, objects that nothing leads to, and symbols that
// stand in one place only.
func (r *run) prune(s *state, to *ssa.BasicBlock) {
	fn := to.Parent()
	live := r.eng.shape(fn).live
	pinned := r.deferred(s)
	s.filter(func(b binding) bool {
		k := r.ps.keys[b.at]
		if k.mem || k.v.Parent() != fn || pinned[k.v] {
			return true
		}
		if phi, ok := k.v.(*ssa.Phi); ok && phi.Block() == to {
			return true
		}
		if b.v.isConstant() {
			return r.decides(b.v, k.v, to) // a setting stands for loads that come later
		}
		return live.atEntry(to, k.v)
	})
	r.collect(s, to, live, pinned)
	r.dropLoneSymbols(s)
	if r.coarse {
		s.filter(leads)
	}
}

// leads reports whether a binding may lead to the resource.
func leads(b binding) bool { return b.v.k == holds || b.v.k == addr }

// deferred returns the operands of the registered defers.
func (r *run) deferred(s *state) map[ssa.Value]bool {
	if len(s.defers) == 0 {
		return nil
	}
	return r.com.defers.operands(s.defers)
}

// collect drops the cells of objects made by the function that no live place
// leads to.
func (r *run) collect(s *state, to *ssa.BasicBlock, live *liveness, pinned map[ssa.Value]bool) {
	fn := to.Parent()
	marked := r.ps.unmarked()
	var mark func(v int32)
	mark = func(v int32) {
		if marked[v] {
			return
		}
		marked[v] = true
		for _, b := range s.env {
			if b.v.k == addr && r.ps.values[b.at] == v && r.ps.keys[b.at].mem {
				mark(r.ps.values[b.v.p])
			}
		}
	}
	any := false
	for _, b := range s.env {
		k := r.ps.keys[b.at]
		switch {
		case !k.mem:
			if b.v.k == addr {
				mark(r.ps.values[b.v.p])
			}
		case marked[r.ps.values[b.at]]:
		case r.ps.outlives(b.at) || k.v.Parent() != fn || pinned[k.v] || live.atEntry(to, k.v):
			mark(r.ps.values[b.at])
		default:
			any = true
		}
	}
	if any {
		s.filter(func(b binding) bool { return !r.ps.keys[b.at].mem || marked[r.ps.values[b.at]] })
	}
}

// dropLoneSymbols forgets symbols that stand in one place: they relate nothing.
func (r *run) dropLoneSymbols(s *state) {
	var count map[place]int
	for _, b := range s.env {
		if b.v.k == sym {
			if count == nil {
				count = map[place]int{}
			}
			count[b.v.p]++
		}
	}
	if len(count) > 0 {
		s.filter(func(b binding) bool { return b.v.k != sym || count[b.v.p] > 1 || r.opens(r.ps.keys[b.v.p].v) })
	}
}

// causeOf returns the call that failed when the branch on cond goes the way of
// truth, or nil when the branch does not test the outcome of a call.
func (r *run) causeOf(s *state, cond ssa.Value, truth bool) *Cause {
	if c := r.callCause(s, cond, truth); c != nil {
		return c
	}
	if !fromParams(cond, 0) {
		return &Cause{Soft: true, Arm: truth && isArm(cond)}
	}
	return nil
}

// isArm reports whether a condition tells which arm of a select was taken.
func isArm(cond ssa.Value) bool {
	cmp, ok := cond.(*ssa.BinOp)
	if !ok || cmp.Op != token.EQL {
		return false
	}
	ex, ok := cmp.X.(*ssa.Extract)
	if !ok || ex.Index != 0 {
		return false
	}
	_, ok = ex.Tuple.(*ssa.Select)
	return ok
}

// fromParams reports whether a condition depends on nothing but parameters and
// constants: what the caller chose is its business.
func fromParams(v ssa.Value, depth int) bool {
	if depth > 8 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.Const, *ssa.Global, *ssa.FreeVar:
		return true
	case *ssa.BinOp:
		return fromParams(v.X, depth+1) && fromParams(v.Y, depth+1)
	case *ssa.UnOp:
		return fromParams(v.X, depth+1)
	case *ssa.FieldAddr:
		return fromParams(v.X, depth+1)
	case *ssa.Field:
		return fromParams(v.X, depth+1)
	case *ssa.Convert:
		return fromParams(v.X, depth+1)
	case *ssa.Phi:
		if depth > 6 {
			return false // the edges multiply
		}
		for _, e := range v.Edges {
			if !fromParams(e, depth+3) {
				return false
			}
		}
		return true
	}
	return false
}

func (r *run) callCause(s *state, cond ssa.Value, truth bool) *Cause {
	from := r.origin(s, cond)
	for range maxSteps { // what each round of a loop turns round leads to itself
		if not, ok := from.(*ssa.UnOp); ok && not.Op == token.NOT {
			from, truth = r.origin(s, not.X), !truth
		}
	}
	switch v := from.(type) {
	case *ssa.BinOp:
		for _, x := range []ssa.Value{v.X, v.Y} {
			if r.eng.tellsFailure(x.Type()) && truth != (v.Op == token.EQL && irx.IsNil(other(v, x))) {
				if c := r.callOf(s, x); c != nil {
					return c
				}
			}
		}
		if !r.eng.tellsFailure(v.X.Type()) {
			return soft(r.callOf(s, v.X))
		}
	case *ssa.Call:
		return r.boolCause(s, v, v, truth)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return r.boolCause(s, v, call, truth)
		}
	}
	return nil
}

// boolCause is the cause of a branch on a bool result: the call failed when it
// is false. A test of another error (errors.Is) stands for the call that gave
// the error.
func (r *run) boolCause(s *state, v ssa.Value, call *ssa.Call, truth bool) *Cause {
	if x := r.eng.asksAbout(call); x != nil {
		return r.callOf(s, x)
	}
	if ops := irx.Operands(call.Common()); call.Call.Signature().Recv() != nil && len(r.holdPaths(s, ops[0])) > 0 {
		return &Cause{Call: call, Soft: true, Asked: true}
	}
	c := r.callOf(s, v)
	if truth {
		return soft(c)
	}
	return c
}

func soft(c *Cause) *Cause {
	if c != nil {
		c.Soft = true
	}
	return c
}

func other(b *ssa.BinOp, x ssa.Value) ssa.Value {
	if b.X == x {
		return b.Y
	}
	return b.X
}

// callOf returns the call that v is a result of.
func (r *run) callOf(s *state, v ssa.Value) *Cause {
	switch v := r.origin(s, v).(type) {
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok && v.Parent() == call.Parent() {
			return r.causeCall(s, call)
		}
	case *ssa.Call:
		return r.causeCall(s, v)
	case *ssa.Phi:
		if len(v.Edges) > 0 {
			return r.phiCause(s, v)
		}
	case *ssa.UnOp:
		if a, ok := v.X.(*ssa.Alloc); ok && v.Op == token.MUL {
			return r.storedCause(s, a, v)
		}
	}
	return nil
}

// causeCall leaves out the acquiring call itself: its failure is no leak, unless
// it gives the resource beside its error.
func (r *run) causeCall(s *state, call *ssa.Call) *Cause {
	if call == r.ob.Call && !r.ob.OnFail {
		return nil
	}
	return &Cause{Call: call, Soft: !r.canFail(s, call)}
}

// canFail reports whether the call tells of failure: by an error, or by a bool
// about the resource that it is given.
func (r *run) canFail(s *state, call *ssa.Call) bool {
	d, ok := discriminator(call.Call.Signature())
	if !ok || d.kind == byNil {
		return false
	}
	if d.kind == byError {
		return true
	}
	spec := r.eng.Pkg.Model.Of(irx.CalleeOf(call.Common()).Func)
	return spec == nil && slices.ContainsFunc(irx.Operands(call.Common()), func(v ssa.Value) bool { return len(r.holdPaths(s, v)) > 0 })
}

// phiCause names the only call among the operands of a phi.
func (r *run) phiCause(s *state, phi *ssa.Phi) *Cause {
	var found *ssa.Call
	for _, e := range phi.Edges {
		if ex, ok := e.(*ssa.Extract); ok {
			e = ex.Tuple
		}
		if call, ok := e.(*ssa.Call); ok && call != r.ob.Call {
			if found != nil {
				return nil
			}
			found = call
		}
	}
	if found == nil {
		return nil
	}
	return r.causeCall(s, found)
}

// storedCause names the call whose result was stored last before the load, in
// the same block.
func (r *run) storedCause(s *state, a *ssa.Alloc, load *ssa.UnOp) *Cause {
	last := lastStored(load, a)
	if ex, ok := last.(*ssa.Extract); ok {
		last = ex.Tuple
	}
	if call, ok := last.(*ssa.Call); ok {
		return r.causeCall(s, call)
	}
	return nil
}
