package own

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"golang.org/x/tools/go/ssa"
)

// -- calls that cannot fail as they are made --

// Sureness tells when a function cannot fail. The masks are sets of parameters.
type Sureness struct {
	Always       bool
	IfNil, IfSet uint32
	// ButDeadline: nothing fails but setting a deadline, which only a connection
	// that is closed already refuses.
	ButDeadline bool
	// ByValues, when it is not empty, is the set of parameters whose values alone
	// decide whether it fails.
	ByValues uint32
	// IfAddress is the set of parameters, strings, of which each one is enough for
	// it not to fail, when it is an address with a port.
	IfAddress uint32
	// ForSocket is the set of parameters of which each one is enough for it not to
	// fail, when it is a socket of package net: its address has the type asserted.
	ForSocket uint32
	// InMemory is the set of parameters, writers, of which each one is enough for it
	// not to fail, when it is a buffer or a hash.
	InMemory uint32
	// IfAll, when it is not empty, is the set of parameters that are enough together
	// for it not to fail: pointers and the like that are not nil, texts that are not
	// empty.
	IfAll uint32
}

func (s Sureness) String() string {
	text := fmt.Sprintf("sure if nil %b, if set %b", s.IfNil, s.IfSet)
	switch {
	case s.Always:
		return "never fails"
	case s.ByValues != 0:
		text = fmt.Sprintf("fails by the values of %b only", s.ByValues)
	case s.ButDeadline:
		text = "fails by a deadline only"
	}
	if s.IfAddress != 0 {
		text += fmt.Sprintf(", never for an address in %b", s.IfAddress)
	}
	if s.ForSocket != 0 {
		text += fmt.Sprintf(", never for a socket in %b", s.ForSocket)
	}
	if s.InMemory != 0 {
		text += fmt.Sprintf(", never with a buffer in %b", s.InMemory)
	}
	if s.IfAll != 0 {
		text += fmt.Sprintf(", never with all of %b", s.IfAll)
	}
	return text
}

// surely reports whether a call of callee cannot fail, given which operands are
// nil.
func (e *Engine) surely(callee irx.Callee, ops []ssa.Value, null func(ssa.Value) tri) bool {
	if spec := e.Pkg.Model.Of(callee.Func); spec != nil && spec.Sure {
		return true
	}
	if literalAddress(callee, ops) || e.ofAddress(callee, ops) || e.fixedValues(callee, ops) || e.overMemory(callee, ops, nil) || e.sureByType(callee, ops, e.typesOf) {
		return true
	}
	if callee.Dynamic && callee.Func != nil && len(ops) > 0 && canTell(callee.Func) {
		return e.surelyAny(callee.Func, ops[0])
	}
	if callee.Dynamic || e.Pkg.Model.Of(callee.Func) != nil {
		return false
	}
	c := e.contract(callee)
	if c == nil || c.bottom || c.Sure == (Sureness{}) {
		return c != nil && c.bottom
	}
	for i, op := range ops[:min(32, len(ops))] {
		if c.Sure.IfNil>>i&1 == 1 && null(op) == yes || c.Sure.IfSet>>i&1 == 1 && null(op) == no {
			return true
		}
	}
	return c.Sure.Always || e.givenAll(c.Sure.IfAll, ops, null)
}

// canTell reports whether a method returns anything that can tell of failure.
func canTell(m *types.Func) bool {
	_, ok := discriminator(m.Signature())
	return ok
}

// fixedValues reports whether the callee fails by the values of operands only, and
// these are written out.
func (e *Engine) fixedValues(callee irx.Callee, ops []ssa.Value) bool {
	mask := e.checkedBy(callee)
	for i, op := range ops {
		if mask>>i&1 == 1 && !e.fixed(op, 0) {
			return false
		}
	}
	return mask != 0
}

// setsDeadline reports whether the callee does nothing that can fail but set a
// deadline.
func (e *Engine) setsDeadline(callee irx.Callee) bool {
	if spec := e.Pkg.Model.Of(callee.Func); spec != nil {
		return len(spec.FailsClosed) > 0
	}
	c := e.contract(callee)
	return c != nil && !c.bottom && (c.Sure.Always || c.Sure.ButDeadline)
}

// mayFailBeside reports whether a return that gives the resource away gives an
// error with it: one that is set for certain, or the outcome of one call. Where
// several ways meet, the callee may well have made the two agree.
func (r *run) mayFailBeside(ret *ssa.Return, certain bool) bool {
	if certain {
		return true
	}
	d, ok := discriminator(r.top.Signature)
	if !ok || d.kind != byError {
		return false
	}
	v := ret.Results[d.index]
	if ex, ok := v.(*ssa.Extract); ok {
		v = ex.Tuple
	}
	call, ok := v.(*ssa.Call)
	return ok && !r.eng.setsDeadline(irx.CalleeOf(call.Common()))
}

// cannotFail is [Engine.surely] in a state of the walk.
func (r *run) cannotFail(s *state, callee irx.Callee, ops []ssa.Value) bool {
	if spec := r.eng.Pkg.Model.Of(callee.Func); spec != nil && len(spec.Releases) > 0 {
		return true // closing something that is open does not fail, whatever close(2) may say
	}
	return r.failsClosed(s, callee, ops) || r.splitsDialled(callee, ops) || r.ofNet(s, callee, ops) || r.eng.surely(callee, ops, func(v ssa.Value) tri { return r.nilness(r.eval(s, v)) })
}

// storedOnce returns the only value that the variable which v is loaded from
// ever has, or nil.
func storedOnce(v ssa.Value) ssa.Value {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		return onlyStored(load.X)
	}
	return nil
}

// sameSince reports whether v, which the call was given, and w are loaded from one
// variable that is not assigned after the call.
func sameSince(call ssa.CallInstruction, v, w ssa.Value) bool {
	cell := cellOf(w)
	if cell == nil || cellOf(v) != cell {
		return false
	}
	at := ssa.Instruction(call)
	if lit := call.Parent(); lit != cell.Parent() {
		refs := lit.Referrers()
		if lit.Parent() != cell.Parent() || refs == nil || len(*refs) != 1 {
			return false
		}
		at = (*refs)[0] // it runs at once, or not at all: later assignments are looked for from here
	}
	after := blocksAfter(at, nil)
	return !slices.ContainsFunc(*cell.Referrers(), func(ref ssa.Instruction) bool {
		st, ok := ref.(*ssa.Store)
		return ok && (after[st.Block()] || st.Block() == at.Block() && !before(st, at))
	})
}

// sameField reports whether v and w are loaded from one field, which the function
// does not assign: s.addr of a method.
func sameField(v, w ssa.Value) bool {
	f, g := fieldOf(v), fieldOf(w)
	if f == nil || g == nil || f.X != g.X || f.Field != g.Field {
		return false
	}
	return !slices.ContainsFunc(*f.X.Referrers(), func(ref ssa.Instruction) bool {
		at, ok := ref.(*ssa.FieldAddr)
		return ok && at.Field == f.Field && slices.ContainsFunc(*at.Referrers(), func(use ssa.Instruction) bool {
			st, ok := use.(*ssa.Store)
			return ok && st.Addr == ssa.Value(at)
		})
	})
}

// fieldOf returns the address of the field that v is loaded from, or nil.
func fieldOf(v ssa.Value) *ssa.FieldAddr {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	f, _ := load.X.(*ssa.FieldAddr)
	return f
}

// cellOf returns the variable that v is loaded from, also where a literal has
// captured it, or nil.
func cellOf(v ssa.Value) *ssa.Alloc {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	x := load.X
	if fv, ok := x.(*ssa.FreeVar); ok {
		x = irx.Binding(fv)
	}
	a, _ := x.(*ssa.Alloc)
	return a
}
