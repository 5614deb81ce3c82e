package own

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what callers keep --

// HeldByCaller reports whether some caller in this package passes, as the
// parameter, what it has from somebody else (its receiver, or a field), or closes
// what it passes: then fn may close it early, and does not have to. Of a caller that
// passes its own parameter on, its callers count.
// A caller that closes on some paths only is enough: it errs towards silence.
func (e *Engine) HeldByCaller(fn *ssa.Function, param int) bool {
	return e.heldFor(operand{fn, param}, map[operand]bool{})
}

// maxHeld bounds the parameters that [Engine.HeldByCaller] looks at.
const maxHeld = 8

func (e *Engine) heldFor(o operand, seen map[operand]bool) bool {
	if seen[o] || len(seen) >= maxHeld {
		return false
	}
	seen[o] = true
	calls := slices.Concat(e.Pkg.Calls(o.fn), e.Pkg.InvokedAs(o.fn))
	return slices.ContainsFunc(calls, func(call ssa.CallInstruction) bool {
		ops := irx.Operands(call.Common())
		caller := call.Parent()
		if caller == o.fn || o.param >= len(ops) {
			return false
		}
		v := definition(ops[o.param])
		if isHeld(v) || slices.ContainsFunc(append(wrapped(v), v), func(v ssa.Value) bool { return closesAfter(outermost(caller), v, call) }) {
			return true
		}
		p, ok := v.(*ssa.Parameter)
		return ok && waits(call) && e.heldFor(operand{p.Parent(), slices.Index(p.Parent().Params, p)}, seen)
	})
}

// waits reports whether a call returns before its caller goes on: go and defer do not.
func waits(call ssa.CallInstruction) bool {
	_, ok := call.(*ssa.Call)
	return ok
}

// wrapped returns the connections that are in the fields of v, an object that is
// made here: who closes one of them ends what it passes on.
func wrapped(v ssa.Value) (out []ssa.Value) {
	made, ok := v.(*ssa.Alloc)
	if !ok {
		return nil
	}
	for _, ref := range *made.Referrers() {
		field, ok := ref.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		for _, use := range *field.Referrers() {
			if st, ok := use.(*ssa.Store); ok && st.Addr == ssa.Value(field) && endable(st.Val.Type()) {
				out = append(out, definition(st.Val))
			}
		}
	}
	return out
}

// isHeld reports whether v is a receiver, or in a field of something.
func isHeld(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Parameter:
		return v.Parent().Signature.Recv() != nil && v == v.Parent().Params[0]
	case *ssa.UnOp:
		_, field := v.X.(*ssa.FieldAddr)
		return field
	}
	return false
}

func outermost(fn *ssa.Function) *ssa.Function {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn
}

// closesAfter reports whether fn, or a literal in it, calls a method of v that ends
// it, at its end or where the call has been made.
func closesAfter(fn *ssa.Function, v ssa.Value, call ssa.CallInstruction) bool {
	after := blocksAfter(call, v)
	for _, b := range fn.Blocks {
		for i, instr := range b.Instrs {
			c, ok := instr.(ssa.CallInstruction)
			if !ok || !ends(c.Common(), v) {
				continue
			}
			_, deferred := c.(*ssa.Defer)
			if deferred || fn != call.Parent() || after[b] || b == call.Block() && i > slices.Index(b.Instrs, ssa.Instruction(call)) {
				return true
			}
		}
	}
	return slices.ContainsFunc(fn.AnonFuncs, func(lit *ssa.Function) bool { return closesAfter(lit, v, call) })
}

// blocksAfter returns the blocks that can follow the call before v gets a new
// value.
func blocksAfter(call ssa.Instruction, v ssa.Value) map[*ssa.BasicBlock]bool {
	var anew *ssa.BasicBlock
	if instr, ok := v.(ssa.Instruction); ok {
		anew = instr.Block()
	}
	after := map[*ssa.BasicBlock]bool{}
	todo := slices.Clone(call.Block().Succs)
	for len(todo) > 0 {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if b != anew && !after[b] {
			after[b] = true
			todo = append(todo, b.Succs...)
		}
	}
	return after
}

func ends(c *ssa.CallCommon, v ssa.Value) bool {
	callee := irx.CalleeOf(c)
	if callee.Func == nil || callee.Func.Signature().Recv() == nil || !saysRelease(callee.Func.Name()) {
		return false
	}
	ops := irx.Operands(c)
	if bound, ok := c.Value.(*ssa.MakeClosure); ok && len(ops) == 0 {
		ops = bound.Bindings
	}
	if len(ops) == 0 {
		return false
	}
	x := definition(promoter(ops[0]))
	return x == v || cellOf(x) != nil && cellOf(x) == cellOf(v)
}

// promoter returns the object whose embedded field a promoted method is called of,
// or v itself.
func promoter(v ssa.Value) ssa.Value {
	if load, ok := v.(*ssa.UnOp); ok {
		if f, ok := load.X.(*ssa.FieldAddr); ok && embedded(f) {
			return f.X
		}
	}
	return v
}
