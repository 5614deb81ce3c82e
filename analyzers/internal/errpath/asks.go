package errpath

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- tests that ask the session whether it is over --
//
// A session says itself that it has ended: by its context, a channel, a method. A loop
// that asks it before each accept leaves when it has, whatever the accept's error. Any
// answer of the session, and what is made of one, counts: a may-analysis, whose error is
// one of silence.

// asksSession reports whether a condition is made of what the session or listener says
// that the player accepts from.
func (p *player) asksSession(cond ssa.Value) bool {
	if p.kind != Ended || p.call == nil {
		return false
	}
	ops := irx.Operands(p.call.Common())
	if len(ops) == 0 {
		return false
	}
	a := &asked{r: p.r, accept: p.call, session: ops[0], seen: make(map[ssa.Value]bool)}
	return a.says(cond, 0)
}

// asked looks for what a session says.
type asked struct {
	r      *Result
	accept *ssa.Call
	// session is what is asked, in the function at hand.
	session ssa.Value
	seen    map[ssa.Value]bool
}

// says reports whether a value comes from an answer of the session.
func (a *asked) says(v ssa.Value, depth int) bool {
	if v == nil || v == ssa.Value(a.accept) || a.seen[v] || len(a.seen) > maxParts {
		return false
	}
	a.seen[v] = true
	switch v := v.(type) {
	case *ssa.Call:
		return slices.ContainsFunc(irx.Operands(v.Common()), func(op ssa.Value) bool { return a.is(op) || a.says(op, depth) })
	case *ssa.Parameter:
		return depth < maxGuards && a.passed(v, depth)
	case *ssa.FreeVar:
		return a.says(irx.Binding(v), depth)
	case *ssa.Alloc:
		return a.stored(v, depth)
	case ssa.Instruction:
		return slices.ContainsFunc(v.Operands(nil), func(op *ssa.Value) bool { return a.says(*op, depth) })
	}
	return false
}

// is reports whether a value is the session.
func (a *asked) is(v ssa.Value) bool {
	v, session := unboxed(v), unboxed(a.session)
	return sameChannel(v, session) || outside(v) == outside(session)
}

// stored reports whether one of the values that a variable is given does.
func (a *asked) stored(cell *ssa.Alloc, depth int) bool {
	return slices.ContainsFunc(*cell.Referrers(), func(ref ssa.Instruction) bool {
		st, ok := ref.(*ssa.Store)
		return ok && st.Addr == cell && a.says(st.Val, depth)
	})
}

// passed reports whether a caller passes such a value; in it the session is what it
// passes for that.
func (a *asked) passed(p *ssa.Parameter, depth int) bool {
	fn := p.Parent()
	i := slices.Index(fn.Params, p)
	return slices.ContainsFunc(a.r.pkg.Calls(fn), func(call ssa.CallInstruction) bool {
		args := call.Common().Args
		if call.Common().IsInvoke() || i >= len(args) {
			return false
		}
		up := &asked{r: a.r, accept: a.accept, session: a.session, seen: a.seen}
		if s, ok := a.session.(*ssa.Parameter); ok && s.Parent() == fn {
			up.session = args[slices.Index(fn.Params, s)]
		}
		return up.says(args[i], depth+1)
	})
}

// over reports whether a path leaves, and never goes back to the accept.
func (s Outcomes) over() bool { return s.Has(Leaves) && !s.Has(Retry) && !s.Has(DelayedRetry) }

// decides reports whether a branch decides between leaving and going on.
func decides(then, other Outcomes) bool {
	return then.Has(Leaves) != other.Has(Leaves) || then.over() != other.over()
}
