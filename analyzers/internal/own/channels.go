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
	if r.carries(ch) && isChan(ch) {
		return true
	}
	ex, ok := definition(ch).(*ssa.Extract)
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

// receivedFrom returns the channel that an arm of a select receives from, which asks by
// ok whether it is closed; nil when the arm is not found.
func receivedFrom(sel *ssa.Select, ok *ssa.Extract) ssa.Value {
	arm := ok.Block()
	if len(arm.Preds) != 1 {
		return nil
	}
	before := arm.Preds[0]
	branch, _ := before.Instrs[len(before.Instrs)-1].(*ssa.If)
	if branch == nil || before.Succs[0] != arm || !isArm(branch.Cond) {
		return nil
	}
	cmp := branch.Cond.(*ssa.BinOp)
	n, isConst := cmp.Y.(*ssa.Const)
	if !isConst || cmp.X.(*ssa.Extract).Tuple != ssa.Value(sel) || n.Int64() < 0 || int(n.Int64()) >= len(sel.States) {
		return nil
	}
	return sel.States[n.Int64()].Chan
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
