package acceptloop

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// -- loops that accept so many --

// Counted reports whether the loop around an accept counts up to something: it
// accepts so many connections and no more.
func (l *Loop) Counted() bool {
	if l.Role != InLoop || l.Inner == nil {
		return false
	}
	for _, b := range l.Fn.Blocks {
		if !l.Inner[b.Index] {
			continue
		}
		branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || l.Inner[b.Succs[0].Index] && l.Inner[b.Succs[1].Index] {
			continue
		}
		if cmp, ok := branch.Cond.(*ssa.BinOp); ok && (induction(cmp.X) || induction(cmp.Y)) {
			return true
		}
	}
	return false
}

// induction reports whether v is a counter: i, or i+1, of a loop.
func induction(v ssa.Value) bool {
	if inc, ok := v.(*ssa.BinOp); ok && inc.Op == token.ADD {
		v = inc.X
	}
	phi, ok := v.(*ssa.Phi)
	if !ok {
		return false
	}
	for _, e := range phi.Edges {
		inc, ok := e.(*ssa.BinOp)
		if !ok || inc.Op != token.ADD && inc.Op != token.SUB || inc.X != phi {
			continue
		}
		if _, isConst := inc.Y.(*ssa.Const); isConst {
			return true
		}
	}
	return false
}
