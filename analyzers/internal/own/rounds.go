package own

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- loops that come to the resource --
//
// Whether a counted loop runs at all is mostly not known. One that has to do with
// the resource is supposed to: nobody opens a listener for no goroutine. It errs
// towards silence.

// nonEmpty reports whether v is the length of a slice or map that holds the
// resource in the state, so that a loop over it runs at least once.
func (r *run) nonEmpty(s *state, v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok || irx.CalleeOf(call.Common()).Builtin != "len" {
		return false
	}
	return len(r.holdPaths(s, call.Call.Args[0])) > 0
}

// loopsOverHolder reports whether b, the test before the first round of a
// counted loop, guards an index into a slice that holds the resource: the loop
// is supposed to come to it.
func (r *run) loopsOverHolder(s *state, b *ssa.BinOp) bool {
	if i, ok := b.X.(*ssa.Phi); ok {
		return r.indexesHolder(s, i)
	}
	last, ok := b.Block().Instrs[len(b.Block().Instrs)-1].(*ssa.If)
	if !ok || last.Cond != ssa.Value(b) {
		return false
	}
	for _, i := range phisOf(b.Block().Succs[0]) {
		if r.indexesHolder(s, i) {
			return true
		}
	}
	return false
}

func (r *run) indexesHolder(s *state, i *ssa.Phi) bool {
	for _, ref := range *i.Referrers() {
		if at, ok := ref.(*ssa.IndexAddr); ok && at.Index == ssa.Value(i) && len(r.holdPaths(s, at.X)) > 0 {
			return true
		}
	}
	return false
}

// servesInRounds reports whether b, the test before the first round of a counted
// loop, guards go statements that are given the resource, or closures that capture
// it: a server accepts on each processor.
func (r *run) servesInRounds(s *state, b *ssa.BinOp) bool {
	return s.status == open && r.servesWhile(s, b)
}

// servesInSteps is the same for a loop over the elements of a map.
func (r *run) servesInSteps(s *state, v *ssa.Range) bool {
	if s.status != open {
		return false
	}
	for _, ref := range *v.Referrers() {
		if next, ok := ref.(*ssa.Next); ok && len(*next.Referrers()) > 0 {
			more, ok := (*next.Referrers())[0].(*ssa.Extract)
			return ok && more.Index == 0 && r.servesWhile(s, more)
		}
	}
	return false
}

// servesWhile reports whether a loop that goes on while cond holds starts goroutines
// with the resource.
func (r *run) servesWhile(s *state, cond ssa.Value) bool {
	b := cond.(ssa.Instruction).Block()
	last, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok || last.Cond != cond || !r.eng.shape(b.Parent()).inLoop(b.Succs[0]) {
		return false
	}
	return slices.ContainsFunc(b.Parent().Blocks, func(at *ssa.BasicBlock) bool {
		return b.Succs[0].Dominates(at) && slices.ContainsFunc(at.Instrs, func(i ssa.Instruction) bool { return r.startsWith(s, i) })
	})
}

// startsWith reports whether an instruction that is still to come starts a
// goroutine with the resource.
func (r *run) startsWith(s *state, instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Go:
		return slices.ContainsFunc(irx.Operands(instr.Common()), func(v ssa.Value) bool { return r.willHold(s, v) })
	case *ssa.MakeClosure:
		return givenAway(instr) && slices.ContainsFunc(instr.Bindings, func(v ssa.Value) bool { return r.willHold(s, v) })
	}
	return false
}

// willHold reports whether v leads to the resource, or is loaded from what does.
func (r *run) willHold(s *state, v ssa.Value) bool {
	switch x := v.(type) {
	case *ssa.UnOp:
		v = x.X
	case *ssa.MakeInterface:
		v = x.X
	case *ssa.ChangeInterface:
		v = x.X
	case *ssa.Lookup:
		v = x.X
	}
	return len(r.holdPaths(s, v)) > 0
}
