package errpath

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// uses follows the listener to where it goes.
func (t *tracer) uses(v ssa.Value) {
	if v.Referrers() == nil {
		return
	}
	for _, ref := range *v.Referrers() {
		if t.lost {
			return
		}
		t.use(ref, v)
	}
}

func (t *tracer) use(ref ssa.Instruction, v ssa.Value) {
	switch ref := ref.(type) {
	case *ssa.DebugRef, *ssa.BinOp:
	case *ssa.Return:
		t.returned(ref, v)
	case *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType, *ssa.Phi, *ssa.TypeAssert:
		t.from(ref.(ssa.Value))
	case *ssa.Extract:
		t.from(ref)
	case *ssa.Store:
		if ref.Val == v {
			t.variable(ref.Addr)
		}
	case *ssa.FieldAddr:
		t.part(ref)
	case ssa.CallInstruction:
		t.passed(ref, v)
	default:
		t.lost = true
	}
}

// returned follows the listener to the callers, who must all be known.
func (t *tracer) returned(ret *ssa.Return, v ssa.Value) {
	calls := t.r.callsOf(ret.Parent())
	t.lost = t.lost || len(calls) == 0
	i := slices.Index(ret.Results, v)
	for _, call := range calls {
		value, ok := call.(*ssa.Call)
		if !ok {
			continue
		}
		if len(ret.Results) == 1 {
			t.from(value)
			continue
		}
		for _, ref := range *value.Referrers() {
			if ex, ok := ref.(*ssa.Extract); ok && ex.Index == i {
				t.from(ex)
			}
		}
	}
}

// passed looks at a call of a method of the listener, or of a function of this
// package that is given it. A Close in the function of the loop is for the time
// before it, or is deferred; in the loop itself it is not.
func (t *tracer) passed(call ssa.CallInstruction, v ssa.Value) {
	callee, ops := irx.CalleeOf(call.Common()), irx.Operands(call.Common())
	if callee.Func != nil && callee.Func.Signature().Recv() != nil && len(ops) > 0 && ops[0] == v && !slices.Contains(ops[1:], v) {
		if only(callee.Func.Name()) {
			return
		}
		if callee.Func.Name() == "Close" && t.outside(call) {
			return
		}
	}
	if spec := t.r.pkg.Model.Of(callee.Func); spec != nil && t.wrapped(spec, call, ops, v) {
		return
	}
	if callee.Body == nil || callee.Dynamic || len(ops) != len(callee.Body.Params) {
		t.lost = true
		return
	}
	for i, op := range ops {
		if op == v && t.visit(callee.Body.Params[i]) {
			t.uses(callee.Body.Params[i])
		}
	}
}

// wrapped follows what a call of the model makes of the listener; false when it makes
// nothing of it.
func (t *tracer) wrapped(spec *netmodel.Spec, call ssa.CallInstruction, ops []ssa.Value, v ssa.Value) bool {
	made, ok := call.(*ssa.Call)
	if !ok {
		return false
	}
	for _, w := range spec.Wraps {
		if w.Operand < len(ops) && ops[w.Operand] == v && w.Result == 0 && !isTuple(made.Type()) {
			t.from(made)
			return true
		}
	}
	return false
}

func isTuple(t types.Type) bool {
	_, ok := t.(*types.Tuple)
	return ok
}

// outside reports whether a call in the function of the loop is made before the
// loop, or deferred.
func (t *tracer) outside(call ssa.CallInstruction) bool {
	if call.Parent() == t.loop {
		_, deferred := call.(*ssa.Defer)
		_, now := call.(*ssa.Call)
		return deferred || now && !loops(call)
	}
	refs := call.Parent().Referrers()
	if call.Parent().Parent() != t.loop || refs == nil || len(*refs) != 1 {
		return false
	}
	mc, ok := (*refs)[0].(*ssa.MakeClosure)
	if !ok || len(*mc.Referrers()) != 1 {
		return false
	}
	_, deferred := (*mc.Referrers())[0].(*ssa.Defer)
	return deferred
}

// only reports whether a method of a listener does nothing but accept or tell
// about it.
func only(name string) bool {
	switch name {
	case "Addr", "String", "SetDeadline", "LocalAddr", "Multiaddr":
		return true
	}
	return strings.HasPrefix(name, "Accept")
}
