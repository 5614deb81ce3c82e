package own

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what a literal acquires for a variable around it --
//
// "dial := func() (err error) { conn, err = net.Dial(...); return err }": seen by
// itself, the literal hands the connection over, to a variable that outlives the
// call. Whose variable it is has to close it. So the function that makes the
// literal follows the acquisition once more: it is born where a call of the
// literal is walked in place. A literal that is run where it cannot be followed
// gives birth to nothing, and the function is silent about it.

// innerAcquisitions returns the acquisitions of the literals that fn makes which
// end in a variable around the literal.
func (e *Engine) innerAcquisitions(fn *ssa.Function) []*Obligation {
	var out []*Obligation
	for _, lit := range fn.AnonFuncs {
		for _, o := range e.outcomes[lit] {
			if o.Call != nil && o.captured && !o.Undecided {
				ob := o.Obligation
				ob.Fn = fn
				out = append(out, &ob)
			}
		}
	}
	return out
}

// inner reports whether the resource is acquired by a literal inside of the
// function that is followed.
func (ob *Obligation) inner() bool { return ob.Call != nil && ob.Call.Parent() != ob.Fn }

// noteBirths finds out where the acquiring call of a literal may run: in the
// blocks that call one.
func (r *run) noteBirths() {
	at := slices.DeleteFunc(slices.Clone(r.top.Blocks), func(b *ssa.BasicBlock) bool { return !mayRunLiteral(b) })
	r.reaches = irx.Reaches(r.top, at...)
	made := r.ob.Call.Block()
	r.reborn = len(at) > 1 || r.eng.shape(made.Parent()).inLoop(made) || slices.ContainsFunc(at, r.eng.shape(r.top).inLoop)
}

// mayRunLiteral reports whether a block calls a function value or a literal, or
// gives one to a callee, or ends the function.
func mayRunLiteral(b *ssa.BasicBlock) bool {
	return slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool {
		call, ok := instr.(*ssa.Call)
		if !ok {
			_, ok = instr.(*ssa.RunDefers)
			return ok
		}
		callee := irx.CalleeOf(call.Common())
		return callee.Dynamic && callee.Func == nil || callee.Body != nil && callee.Body.Parent() != nil ||
			slices.ContainsFunc(call.Call.Args, func(v ssa.Value) bool {
				_, isFunc := v.Type().Underlying().(*types.Signature)
				return isFunc
			})
	})
}

// dropInner ends the obligation when the literal that acquired the resource has
// returned and no variable was given it: what it leaves open itself is told of the
// literal, and what it returns is acquired by its call.
func (r *run) dropInner(s, before *state, fn *ssa.Function) {
	if !r.ob.inner() || fn != r.ob.Call.Parent() || before.status != unborn || s.status != open || s.flags&placed != 0 {
		return
	}
	after := s.clone()
	r.leave(after, fn)
	if !after.anyHolds() {
		s.status = kept
	}
}

// isCaptured reports whether a place belongs to a variable around the function.
func (r *run) isCaptured(p place) bool {
	_, ok := r.ps.keys[p].v.(*ssa.FreeVar)
	return ok
}

// isAround reports whether v is loaded from a variable around the function.
func (r *run) isAround(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	_, ok = load.X.(*ssa.FreeVar)
	return ok
}

// place notes that what a literal acquired is stored in something that is not the
// literal's.
func (r *run) place(w *work, to place) {
	if r.ob.inner() && r.ps.keys[to].v.Parent() != r.ob.Call.Parent() {
		w.flags |= placed
	}
}

// isLiteral reports whether the place is a function literal.
func (r *run) isLiteral(p place) bool {
	switch v := r.ps.keys[p].v.(type) {
	case *ssa.MakeClosure:
		return true
	case *ssa.Function:
		return v.Parent() != nil
	}
	return false
}

// onlyRun reports whether a function does nothing with a parameter but call it.
// One that starts it or keeps it tells by its result whether it did; a walk in
// place, which does not relate fields that are read twice, would not see it.
func onlyRun(p *ssa.Parameter) bool {
	return len(*p.Referrers()) > 0 && !slices.ContainsFunc(*p.Referrers(), func(ref ssa.Instruction) bool {
		call, ok := ref.(*ssa.Call)
		return !ok || call.Call.Value != ssa.Value(p) || slices.Contains(call.Call.Args, ssa.Value(p))
	})
}

// lossesOn returns what is lost inside of an inlined function, on the ways to it
// that were walked.
func (r *run) lossesOn(ways map[memoKey]causes) []Leak {
	var out []Leak
	for _, key := range r.sortedVisits() {
		if w := ways[key]; len(w) > 0 {
			out = append(out, r.memo[key].losses...)
		}
	}
	return out
}
