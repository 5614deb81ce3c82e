package growth

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// -- the one error on which the entry is removed --

// spared returns the package variable that the error is not, in a block that leaves
// the entry behind: a branch above compares the two, and where they are equal the
// entry can be removed. It is nil when there is none.
func (e *exits) spared(b *ssa.BasicBlock, can []bool) *ssa.Global {
	for d := b; d != nil; d = d.Idom() {
		if len(d.Preds) != 1 {
			continue
		}
		branch, ok := d.Preds[0].Instrs[len(d.Preds[0].Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		if g, equal := sentinelTest(branch); g != nil && d != equal && can[equal.Index] {
			return g
		}
	}
	return nil
}

// sentinelTest returns the package variable that a branch compares an error with, and
// where it goes when they are equal.
func sentinelTest(branch *ssa.If) (*ssa.Global, *ssa.BasicBlock) {
	succs := branch.Block().Succs
	switch cond := branch.Cond.(type) {
	case *ssa.BinOp:
		g := sentinel(cond.Y)
		if g == nil {
			g = sentinel(cond.X)
		}
		if cond.Op == token.NEQ {
			return g, succs[1]
		}
		return g, succs[0]
	case *ssa.Call:
		if calls(cond, "errors.Is") {
			return sentinel(cond.Call.Args[1]), succs[0]
		}
	}
	return nil, nil
}

// sentinel is the package variable that a value is loaded from, or nil.
func sentinel(v ssa.Value) *ssa.Global {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	g, _ := load.X.(*ssa.Global)
	return g
}
