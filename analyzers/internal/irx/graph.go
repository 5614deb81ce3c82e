package irx

import (
	"go/token"
	"iter"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Graph presents the basic blocks of a function as a directed graph for the
// solver. Nodes are block indices.
type Graph struct{ Fn *ssa.Function }

// Nodes yields the index of every block.
func (g Graph) Nodes() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range g.Fn.Blocks {
			if !yield(i) {
				return
			}
		}
	}
}

// NumNodes returns the number of blocks.
func (g Graph) NumNodes() int { return len(g.Fn.Blocks) }

// Out yields the successors of block n, each once.
func (g Graph) Out(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		succs := g.Fn.Blocks[n].Succs
		for i, s := range succs {
			if i > 0 && s == succs[0] {
				continue // both arms of an If lead to one block
			}
			if !yield(s.Index) {
				return
			}
		}
	}
}

// Reaches returns the set of blocks from which one of the targets can be
// reached, the targets included.
func Reaches(fn *ssa.Function, targets ...*ssa.BasicBlock) []bool {
	seen := make([]bool, len(fn.Blocks))
	work := append([]*ssa.BasicBlock(nil), targets...)
	for _, b := range targets {
		seen[b.Index] = true
	}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		for _, p := range b.Preds {
			if !seen[p.Index] {
				seen[p.Index] = true
				work = append(work, p)
			}
		}
	}
	return seen
}

// ReachedFrom returns the set of blocks that can be reached from b, itself included.
func ReachedFrom(b *ssa.BasicBlock) []bool {
	seen := make([]bool, len(b.Parent().Blocks))
	seen[b.Index] = true
	work := []*ssa.BasicBlock{b}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		for _, s := range b.Succs {
			if !seen[s.Index] {
				seen[s.Index] = true
				work = append(work, s)
			}
		}
	}
	return seen
}

// Unboxed is the value in an interface: each conversion makes a new one.
func Unboxed(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		default:
			return v
		}
	}
}

// Binding returns what the closure captures as fv, when it is made in one place;
// otherwise nil.
func Binding(fv *ssa.FreeVar) ssa.Value {
	fn := fv.Parent()
	refs := fn.Referrers()
	if refs == nil || len(*refs) != 1 {
		return nil
	}
	mc, ok := (*refs)[0].(*ssa.MakeClosure)
	if !ok {
		return nil
	}
	return mc.Bindings[slices.Index(fn.FreeVars, fv)]
}

// WaitsForEvent reports whether an instruction waits until somebody sends or
// closes: a receive, or a select without a default.
func WaitsForEvent(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Select:
		return instr.Blocking
	case *ssa.UnOp:
		return instr.Op == token.ARROW
	}
	return false
}
