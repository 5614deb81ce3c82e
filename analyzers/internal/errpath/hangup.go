package errpath

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- hanging up --
//
// Whoever is at the other end of a connection or a session sees it end, and may come
// again: a loop that closes one on its way out has told somebody. It has to be one that
// was there before the loop: what the loop has accepted ends for other reasons. That is
// a must-analysis; whether the way out closes it is asked as for other signals. When
// the program ends nobody needs to be told.

// hangsUp reports whether a call closes a connection that was there before the accept
// call, or the call of what accepts, at.
func (r *Result) hangsUp(call *ssa.CallCommon, at *ssa.Call) bool {
	e := &earlier{r: r, at: at}
	if v := closedPeer(call); v != nil {
		return e.existed(v, 0)
	}
	body := irx.CalleeOf(call).Body
	if body == nil {
		return false
	}
	e.via = call
	return anyInstr(body, func(instr ssa.Instruction) bool {
		c, ok := instr.(ssa.CallInstruction)
		if !ok {
			return false
		}
		v := closedPeer(c.Common())
		return v != nil && e.existed(v, 0)
	})
}

// hangsUpOnReturn reports whether a call that is deferred before at does.
func (r *Result) hangsUpOnReturn(at *ssa.Call) bool {
	return slices.ContainsFunc(r.deferred(at.Parent()), func(d *ssa.Defer) bool {
		return madeBefore(d, at) && r.hangsUp(d.Common(), at)
	})
}

// hangsUpAfter reports whether the function that a call is in does so on its way out.
func (r *Result) hangsUpAfter(call *ssa.Call) bool {
	if r.endsProgram(call.Parent()) {
		return false
	}
	return r.hangsUpOnReturn(call) || anyInstr(call.Parent(), func(instr ssa.Instruction) bool {
		next, ok := instr.(*ssa.Call)
		return ok && next != call && irx.Reaches(call.Parent(), next.Block())[call.Block().Index] && !madeBefore(next, call) && r.hangsUp(next.Common(), call)
	})
}

// endsProgram reports whether the program ends with a function.
func (r *Result) endsProgram(fn *ssa.Function) bool {
	main := fn.Name() == "main" && fn.Parent() == nil && fn.Signature.Recv() == nil && r.pass.Pkg.Name() == "main"
	return main || r.LastOfMain(fn)
}

// hangsUp reports whether an instruction after the accept call does.
func (p *player) hangsUp(call ssa.CallInstruction) bool {
	_, now := call.(*ssa.Call)
	return now && p.call != nil && p.call.Parent() == call.Parent() && p.r.hangsUp(call.Common(), p.call) && !p.r.endsProgram(call.Parent())
}

// hangsUpOnReturn reports whether a deferred call does.
func (p *player) hangsUpOnReturn() bool {
	return p.call != nil && p.r.hangsUpOnReturn(p.call) && !p.r.endsProgram(p.call.Parent())
}

// closedPeer is the connection or session that a call closes: what has an address of
// the other side, and is no datagram socket.
func closedPeer(call *ssa.CallCommon) ssa.Value {
	fn, ops := irx.CalleeOf(call).Func, irx.Operands(call)
	if fn == nil || len(ops) == 0 || fn.Signature().Recv() == nil {
		return nil
	}
	switch fn.Name() {
	case "Close", "CloseNow", "CloseWithError":
	default:
		return nil
	}
	v := ops[0]
	for {
		inner, ok := v.(*ssa.FieldAddr)
		if !ok || field(inner) == nil || !field(inner).Embedded() {
			break
		}
		v = inner.X // the method is promoted
	}
	t := v.Type()
	if kind, ok := irx.ResourceKind(t); ok && kind == netmodel.PacketConn || !irx.HasMethod(t, "RemoteAddr") {
		return nil
	}
	return v
}

// earlier finds out what was there before a call.
type earlier struct {
	r  *Result
	at *ssa.Call
	// via is the call of the function that is looked into.
	via *ssa.CallCommon
}

// existed reports whether a value was there before the call, and is not what the call
// accepts from.
func (e *earlier) existed(v ssa.Value, depth int) bool {
	v = unboxed(v)
	if depth > maxDepth || depth == 0 && e.listener(v) {
		return false
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		return e.passed(v, depth)
	case *ssa.Const:
		return false
	case *ssa.UnOp:
		return e.before(v) || v.Op == token.MUL && e.set(v.X, depth+1)
	case ssa.Instruction:
		return e.before(v)
	}
	return false
}

func (e *earlier) listener(v ssa.Value) bool {
	from := e.r.acceptsFrom(e.at.Common())
	return from != nil && sameChannel(unboxed(from), v)
}

func (e *earlier) before(instr ssa.Instruction) bool {
	return instr.Parent() == e.at.Parent() && madeBefore(instr, e.at)
}

// passed follows the operand of the function that is looked into.
func (e *earlier) passed(p *ssa.Parameter, depth int) bool {
	if p.Parent() == e.at.Parent() {
		return true
	}
	if e.via == nil || e.via.IsInvoke() || irx.CalleeOf(e.via).Body != p.Parent() {
		return false
	}
	i := slices.Index(p.Parent().Params, p)
	return i < len(e.via.Args) && e.existed(e.via.Args[i], depth+1)
}

// set reports whether a variable or field is set before the call only.
func (e *earlier) set(addr ssa.Value, depth int) bool {
	switch a := addr.(type) {
	case *ssa.FreeVar:
		if setHere(a) {
			return false
		}
		if a.Parent() == e.at.Parent() {
			return true
		}
		b := irx.Binding(a)
		return b != nil && e.set(b, depth+1)
	case *ssa.Alloc:
		return a.Parent() == e.at.Parent() && !slices.ContainsFunc(*a.Referrers(), func(ref ssa.Instruction) bool {
			switch ref := ref.(type) {
			case *ssa.Store:
				return ref.Addr != a || !e.before(ref)
			case *ssa.MakeClosure:
				return setByLiteral(ref, a)
			}
			return false
		})
	case *ssa.FieldAddr:
		f := field(a)
		return f != nil && e.r.setWhereMade(f) && e.existed(a.X, depth+1)
	}
	return false
}

// madeBefore reports whether an instruction has run before another one whenever that
// runs, and does not run again between two runs of it.
func madeBefore(instr ssa.Instruction, at ssa.Instruction) bool {
	b := instr.Block()
	if b == at.Block() {
		return precedes(instr, at) && !onLoop(b)
	}
	return precedes(instr, at) && !irx.Reaches(b.Parent(), b)[at.Block().Index]
}
