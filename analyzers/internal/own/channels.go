package own

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- channels that tell of the end --

// endsWith reports whether a channel comes from the call that acquires the resource,
// or that wraps it: the new channels of an SSH connection. When such a channel is
// closed the connection has ended. That it is not just drained is supposed: it errs
// towards silence.
func (r *run) endsWith(s *state, ch ssa.Value) bool {
	ex, ok := ch.(*ssa.Extract)
	if !ok {
		return false
	}
	call, ok := ex.Tuple.(*ssa.Call)
	if !ok || ex.Index == 0 {
		return false
	}
	if call == r.ob.Call {
		return true
	}
	callee := irx.CalleeOf(call.Common())
	ops := irx.Operands(call.Common())
	return slices.ContainsFunc(ops, func(op ssa.Value) bool {
		return (r.eval(s, op).k == holds || r.isItself(op)) && r.wraps(callee, slices.Index(ops, op))
	})
}

// isItself reports whether v is the resource as it was acquired or given.
func (r *run) isItself(v ssa.Value) bool {
	v = definition(v)
	if r.ob.Call == nil {
		return r.ob.Path == 0 && !r.ahead && v == ssa.Value(r.top.Params[r.ob.Param])
	}
	if ex, ok := v.(*ssa.Extract); ok && ex.Index == r.ob.Result {
		v = ex.Tuple
	}
	return r.ob.Path == 0 && v == ssa.Value(r.ob.Call.Value())
}

// wraps reports whether a result of the callee stands for its i-th operand.
func (r *run) wraps(callee irx.Callee, i int) bool {
	if spec := r.eng.Pkg.Model.Of(callee.Func); spec != nil {
		return specEffect(spec, i).ok == Returned
	}
	c := r.eng.contract(callee)
	return c != nil && !c.bottom && c.param(i, 0).OK == Returned
}
