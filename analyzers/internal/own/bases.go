package own

import (
	"go/token"
	"go/types"
	"iter"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- what a resource runs over --
//
// A QUIC listener over a packet conn, a KCP session, a stream of a session: when
// the transport below is closed, they end with it and hold no descriptor of
// their own. So closing what the acquiring call was given closes what it gave.

// base names a value that is not followed itself: by its register, or by the
// variable that it is loaded from.
type base struct {
	v  ssa.Value
	at place
}

// baseOf strips conversions and loads.
func (r *run) baseOf(s *state, v ssa.Value) base {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.FieldAddr: // (*net.UDPConn).Close is promoted
			if !irx.IsResourceStruct(x.X.Type()) {
				return base{v: v}
			}
			v = x.X
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return base{v: v}
			}
			if p := r.eval(s, x.X); p.k == addr {
				return base{at: p.p}
			}
			f, ok := x.X.(*ssa.FieldAddr) // (*ssh.Client).Close is that of the embedded Conn
			if !ok || !embedded(f) || !irx.Closable(f.X.Type()) {
				return base{v: x.X}
			}
			v = f.X
		default:
			return base{v: v}
		}
	}
}

func embedded(f *ssa.FieldAddr) bool {
	return irx.Deref(f.X.Type()).Underlying().(*types.Struct).Field(f.Field).Embedded()
}

// noteBases remembers what the acquiring call runs over.
func (r *run) noteBases(s *state, site ssa.CallInstruction) {
	r.bases, r.sessions = r.bases[:0], nil
	callee := irx.CalleeOf(site.Common())
	for i, op := range irx.Operands(site.Common()) {
		within := r.within(callee, i)
		if isReceiver(callee, i) && r.ob.Kind != netmodel.Stream && !within {
			// A listener is outlived by its connections, a dialler too; what both
			// run over is not.
			r.bases = append(r.bases, r.basesBelow(s, op)...)
			continue
		}
		if r.nilness(r.eval(s, op)) == yes {
			continue // it runs over nothing
		}
		if isTransport(op) || isReceiver(callee, i) || r.ob.Kind == netmodel.Stream && irx.Closable(op.Type()) {
			b := r.baseOf(s, op)
			r.bases = append(r.bases, b)
			if r.ob.Kind == netmodel.Stream {
				r.bases = append(r.bases, r.basesBelow(s, op)...) // what its session runs over
				r.noteSession(op)
			}
			r.overParam = r.overParam || r.isParameter(b) && r.onlyUses(callee, i) || within && r.outlivesCall(b)
		}
	}
}

// within reports whether the model says that the result runs over the receiver,
// as the listener of a quic.Transport does.
func (r *run) within(callee irx.Callee, i int) bool {
	spec := r.eng.Pkg.Model.Of(callee.Func)
	return spec != nil && isReceiver(callee, i) && slices.Contains(spec.Wraps, netmodel.Wrap{Operand: i, Result: r.ob.Result, Borrows: true})
}

// outlivesCall reports whether the object below the resource is part of
// something that exists beyond the call, or is made so somewhere in the
// function: who closes it ends the resource, too.
func (r *run) outlivesCall(b base) bool {
	v := b.v
	if v == nil {
		if r.ps.outlives(b.at) {
			return true
		}
		v = onlyStored(r.ps.keys[b.at].v)
	}
	return v != nil && v.Referrers() != nil && slices.ContainsFunc(*v.Referrers(), func(ref ssa.Instruction) bool {
		switch ref := ref.(type) {
		case *ssa.Store:
			_, local := ref.Addr.(*ssa.Alloc)
			return ref.Val == v && !local
		case *ssa.Return, *ssa.MapUpdate, *ssa.Send:
			return true
		}
		return false
	})
}

// isTransport reports whether something can run over v: a listener is outlived
// by its connections.
func isTransport(v ssa.Value) bool {
	kind, ok := irx.ResourceKind(v.Type())
	return ok && kind != netmodel.Listener
}

// isParameter reports whether what is below the resource is the caller's: when
// the caller closes it, the resource ends too.
func (r *run) isParameter(b base) bool {
	v := b.v
	if v == nil {
		a, ok := r.ps.keys[b.at].v.(*ssa.Alloc)
		if !ok {
			return false
		}
		v = onlyStored(a)
	}
	_, ok := v.(*ssa.Parameter)
	return ok
}

// onlyUses reports whether the operand stays its owner's.
func (r *run) onlyUses(callee irx.Callee, i int) bool {
	if spec := r.eng.Pkg.Model.Of(callee.Func); spec != nil {
		return specEffect(spec, i) == (outcome{ok: Borrowed, fail: Borrowed})
	}
	c := r.eng.contract(callee)
	return c != nil && c.param(i, 0).OK == Borrowed
}

// noteSession remembers the call that opened the session of a stream.
func (r *run) noteSession(session ssa.Value) {
	if made := maker(session); made != nil {
		r.sessions = append(r.sessions, made)
	}
}

// maker returns the call that gave an object: itself, or through a variable or a
// field that the function assigns it to.
func maker(obj ssa.Value) *ssa.Call {
	if load, ok := obj.(*ssa.UnOp); ok {
		if obj = onlyStored(load.X); obj == nil {
			obj = storedInField(load)
		}
	}
	if ex, ok := obj.(*ssa.Extract); ok {
		obj = ex.Tuple
	}
	made, _ := obj.(*ssa.Call)
	return made
}

// storedInField returns the only value that the function assigns to the field that
// is loaded, when no way leads to the load round the assignment, or nil.
func storedInField(load *ssa.UnOp) (v ssa.Value) {
	f := fieldOf(load)
	if f == nil {
		return nil
	}
	for _, b := range load.Parent().Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if !ok {
				continue
			}
			at, ok := st.Addr.(*ssa.FieldAddr)
			if !ok || at.Field != f.Field || at.X != f.X && (assignedOnceTo(at.X) == nil || assignedOnceTo(at.X) != assignedOnceTo(f.X)) {
				continue
			}
			if v != nil || !b.Dominates(load.Block()) {
				return nil
			}
			v = st.Val
		}
	}
	return v
}

// assignedOnceTo returns what the variable that v loads is assigned, when that is one
// value, or nil.
func assignedOnceTo(v ssa.Value) ssa.Value {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	return assignedOnce(load)
}

// basesBelow returns what an object runs over that a call in the function made: a
// session over TLS runs over the connection of that, too.
func (r *run) basesBelow(s *state, obj ssa.Value) []base {
	var out []base
	for op := range runsOver(obj) {
		out = append(out, r.baseOf(s, op))
	}
	return out
}

// maxLayers bounds what runs over what; SSH over a stream over a session over TLS over
// TCP has four.
const maxLayers = 8

// runsOver yields what was given to the call that made an object, and to the calls that
// made that.
func runsOver(obj ssa.Value) iter.Seq[ssa.Value] {
	return func(yield func(ssa.Value) bool) { yieldLayers(obj, maxLayers, yield) }
}

func yieldLayers(obj ssa.Value, layers int, yield func(ssa.Value) bool) bool {
	made := maker(irx.Unboxed(obj))
	return made == nil || layers == 0 || yieldGiven(made, layers-1, yield)
}

// givenBelow yields what a call was given for its result to run over, and what that
// runs over.
func givenBelow(call ssa.CallInstruction) iter.Seq[ssa.Value] {
	return func(yield func(ssa.Value) bool) { yieldGiven(call, maxLayers, yield) }
}

func yieldGiven(call ssa.CallInstruction, layers int, yield func(ssa.Value) bool) bool {
	callee := irx.CalleeOf(call.Common())
	for i, op := range irx.Operands(call.Common()) {
		if !isTransport(irx.Unboxed(op)) || isReceiver(callee, i) {
			continue
		}
		if !yield(op) || !yieldLayers(op, layers, yield) {
			return false
		}
	}
	return true
}

// onlyStored returns the value of the only store into a local variable that is
// not a constant, or nil.
func onlyStored(cell ssa.Value) (v ssa.Value) {
	a, ok := cell.(*ssa.Alloc)
	if !ok {
		return nil
	}
	for _, ref := range *a.Referrers() {
		st, ok := ref.(*ssa.Store)
		if !ok || st.Addr != ssa.Value(a) {
			continue
		}
		if _, isConst := st.Val.(*ssa.Const); isConst {
			continue
		}
		if v != nil {
			return nil
		}
		v = st.Val
	}
	return v
}

// closesBase reports whether the call closes what the resource runs over.
func (r *run) closesBase(s *state, callee irx.Callee, ops []ssa.Value) bool {
	if len(r.bases) == 0 || callee.Func == nil {
		return false
	}
	for i, op := range ops {
		if r.closesOperand(callee, i) && slices.Contains(r.bases, r.baseOf(s, op)) {
			return true
		}
	}
	return false
}

func (r *run) closesOperand(callee irx.Callee, i int) bool {
	if spec := r.eng.Pkg.Model.Of(callee.Func); spec != nil {
		return slices.Contains(spec.Releases, i)
	}
	if c := r.eng.contract(callee); c != nil {
		p := c.param(i, 0)
		return p.OK == Closed && p.Fail&^Closed == 0
	}
	return i == 0 && callee.Func.Signature().Recv() != nil && saysRelease(callee.Func.Name())
}
