package own

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- calls that only a connection that is closed refuses --
//
// Package net has each of its sockets in the poller before anybody is given it, and
// only Close takes it out. So a deadline that cannot be set says that the socket is
// closed already, by another goroutine: on that path nothing is open, and nobody has
// forgotten anything, nor what runs over it. The model says of which methods that is so.
// A connection that is
// given as an interface counts as such a socket unless its type is known or it is a
// stream: one of an SSH connection refuses deadlines at all times.

// failsClosed reports whether a call can fail only when something is closed that is
// open in this state: the resource, or what was opened here, too.
func (r *run) failsClosed(s *state, callee irx.Callee, ops []ssa.Value) bool {
	return slices.ContainsFunc(r.eng.mustBeOpen(callee, ops), func(op ssa.Value) bool {
		return s.status == open && (r.refusesIfClosed(s, op) || r.isBelow(s, op)) || r.opensSocket(op)
	})
}

// isBelow reports whether an operand is a connection that the resource runs over.
func (r *run) isBelow(s *state, op ssa.Value) bool {
	if r.ob.Call == nil || r.ob.inner() {
		return false
	}
	is := r.baseOf(s, op)
	for below := range givenBelow(r.ob.Call) {
		if r.baseOf(s, below) == is {
			return true
		}
	}
	return false
}

// refusesIfClosed reports whether an operand that refuses only where it is closed is
// the resource.
func (r *run) refusesIfClosed(s *state, op ssa.Value) bool {
	return r.ob.Kind != netmodel.Stream && len(r.holdPaths(s, op)) > 0
}

// mustBeOpen returns the operands one of which is closed when the call fails.
func (e *Engine) mustBeOpen(callee irx.Callee, ops []ssa.Value) []ssa.Value {
	if !e.setsDeadline(callee) || !e.refusesClosed(callee, ops) {
		return nil
	}
	spec := e.Pkg.Model.Of(callee.Func)
	if spec == nil {
		return ops
	}
	var operands []ssa.Value
	for _, i := range spec.FailsClosed {
		operands = append(operands, ops[i])
	}
	return operands
}

// refused draws what follows from an error that is set: where the resource refused a
// deadline, the goroutine that has it has closed it, and nobody is left to do so.
func (r *run) refused(s *state, err ssa.Value) {
	if s.status != kept || s.flags&viaGo == 0 {
		return
	}
	call, _ := resultOf(r.origin(s, err))
	if call == nil {
		return
	}
	operands := r.eng.mustBeOpen(irx.CalleeOf(call.Common()), irx.Operands(call.Common()))
	if len(operands) == 1 && r.refusesIfClosed(s, operands[0]) {
		s.flags &^= viaGo | goLeaks
	}
}

// opensSocket reports whether v was given by a function of package net that opens
// sockets, and neither a goroutine nor a variable has it that would close it.
func (r *run) opensSocket(v ssa.Value) bool {
	if f, ok := v.(*ssa.FieldAddr); ok && irx.IsResourceStruct(f.X.Type()) {
		v = f.X // (*net.TCPConn).SetDeadline is promoted
	}
	ex, ok := v.(*ssa.Extract)
	if !ok || slices.ContainsFunc(*ex.Referrers(), sharesSocket) {
		return false
	}
	call, ok := ex.Tuple.(*ssa.Call)
	if !ok {
		return false
	}
	fn := irx.CalleeOf(call.Common()).Func
	spec := r.eng.Pkg.Model.Of(fn)
	return spec != nil && fn.Pkg() != nil && fn.Pkg().Path() == "net" &&
		slices.ContainsFunc(spec.Acquires, func(a netmodel.Acquire) bool { return a.Result == ex.Index })
}

func sharesSocket(ref ssa.Instruction) bool {
	switch ref := ref.(type) {
	case *ssa.Go, *ssa.MakeClosure, *ssa.Store, *ssa.Send, *ssa.MapUpdate, *ssa.ChangeInterface, *ssa.Phi:
		return true
	case *ssa.MakeInterface:
		return slices.ContainsFunc(*ref.Referrers(), sharesSocket)
	}
	return false
}

// refusesClosed reports whether none of the types that the receiver is known to have
// refuses the call while it is open. Of a receiver of which nothing is known, what the
// model says of the interface holds.
func (e *Engine) refusesClosed(callee irx.Callee, ops []ssa.Value) bool {
	if !callee.Dynamic || callee.Func == nil || len(ops) == 0 {
		return true
	}
	from := e.typesOf(ops[0])
	return e.allMethods(from, callee.Func, func(fn *types.Func) bool {
		if spec := e.Pkg.Model.Of(fn); spec != nil {
			return spec.Sure || len(spec.FailsClosed) > 0
		}
		return e.setsDeadline(irx.Callee{Func: fn})
	})
}
