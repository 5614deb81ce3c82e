package peerio

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- waits that go on until something fails --
//
// An exchange comes to an end by which the service begins. What reads in a loop that
// only an error or a signal leaves, or copies until the end, is the service itself.

// relays reports whether a function of the model copies from one operand to another
// until there is no more.
func relays(t *target) bool {
	if t.spec == nil {
		return false
	}
	does := func(io netmodel.IO) bool {
		return slices.ContainsFunc(t.spec.Peer, func(p netmodel.Peer) bool { return p.IO == io })
	}
	return len(t.spec.Peer) > 1 && does(netmodel.Read) && does(netmodel.Write)
}

// servesAt reports whether a call is in a loop that nothing leaves but an error, the
// end of the input or a signal.
func servesAt(call ssa.CallInstruction) bool {
	b := call.Block()
	fn := b.Parent()
	back := irx.Reaches(fn, b)
	if !slices.ContainsFunc(b.Succs, func(s *ssa.BasicBlock) bool { return back[s.Index] }) {
		return false
	}
	from := irx.ReachedFrom(b)
	for _, c := range fn.Blocks {
		if !back[c.Index] || !from[c.Index] {
			continue
		}
		for i, s := range c.Succs {
			if !back[s.Index] && !failsAt(c, i) {
				return false
			}
		}
	}
	return true
}

// failsAt reports whether the way from a block to successor i is taken when
// something has failed or is over.
func failsAt(b *ssa.BasicBlock, i int) bool {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	switch cond := branch.Cond.(type) {
	case *ssa.BinOp:
		if !irx.IsError(cond.X.Type()) && !irx.IsError(cond.Y.Type()) {
			return selects(cond)
		}
		if irx.IsNil(cond.X) || irx.IsNil(cond.Y) {
			return (i == 0) == (cond.Op == token.NEQ)
		}
		return true
	case *ssa.Call:
		fn := irx.CalleeOf(&cond.Call).Func
		scans := fn != nil && fn.FullName() == "(*bufio.Scanner).Scan"
		return scans || slices.ContainsFunc(cond.Call.Args, func(v ssa.Value) bool { return irx.IsError(v.Type()) })
	}
	return false
}

// selects reports whether a condition is which arm a select takes.
func selects(cond *ssa.BinOp) bool {
	index, ok := cond.X.(*ssa.Extract)
	if !ok || index.Index != 0 {
		return false
	}
	_, ok = index.Tuple.(*ssa.Select)
	return ok
}
