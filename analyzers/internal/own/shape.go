package own

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what all walks of a function share --

// shape is what depends on the control-flow graph of a function alone. It is
// made once, however many obligations there are.
type shape struct {
	fn    *ssa.Function
	live  *liveness
	order []int32 // place of each block in a reverse postorder
	loops []bool  // by block: false for those that are in no cycle
	ends  []bool  // by block: a return or panic can be reached
	// stuck are the blocks in loops that nothing leaves, toStuck those from which
	// one of them can be reached: nil when there is none.
	stuck   []*ssa.BasicBlock
	toStuck []bool
	counted map[*types.Var]bool // see counts
}

func (e *Engine) shape(fn *ssa.Function) *shape {
	sh := e.shapes[fn]
	if sh == nil {
		sh = newShape(fn)
		e.shapes[fn] = sh
	}
	return sh
}

func newShape(fn *ssa.Function) *shape {
	sh := &shape{fn: fn, live: newLiveness(fn), order: reversePostorder(fn)}
	sh.loops = sh.mayLoop()
	var last []*ssa.BasicBlock
	for _, b := range fn.Blocks {
		if len(b.Succs) == 0 {
			last = append(last, b)
		}
	}
	sh.ends = irx.Reaches(fn, last...)
	sh.stuck = sh.neverLeft()
	if sh.stuck != nil {
		sh.toStuck = irx.Reaches(fn, sh.stuck...)
	}
	return sh
}

// neverLeft returns the blocks in loops that nothing leaves: what can be reached from
// one of them leads back to it. A loop before such a one is left, though no return
// comes. The blocks are looked at from the last to the first, as each decides about
// all that leads to it.
func (sh *shape) neverLeft() (stuck []*ssa.BasicBlock) {
	if !slices.Contains(sh.ends, false) {
		return nil
	}
	last := slices.Clone(sh.fn.Blocks)
	slices.SortFunc(last, func(a, b *ssa.BasicBlock) int { return int(sh.order[b.Index] - sh.order[a.Index]) })
	decided, in := make([]bool, len(last)), make([]bool, len(last))
	for _, b := range last {
		if decided[b.Index] || sh.ends[b.Index] {
			continue
		}
		to, from := irx.Reaches(sh.fn, b), irx.ReachedFrom(b)
		back := len(b.Succs) > 0
		for i := range from {
			back = back && (to[i] || !from[i])
		}
		for i := range from {
			in[i] = in[i] || back && from[i]
			decided[i] = decided[i] || to[i]
		}
	}
	for _, b := range sh.fn.Blocks {
		if in[b.Index] {
			stuck = append(stuck, b)
		}
	}
	return stuck
}

func reversePostorder(fn *ssa.Function) []int32 {
	order := make([]int32, len(fn.Blocks))
	next := int32(len(fn.Blocks))
	seen := make([]bool, len(fn.Blocks))
	type frame struct {
		b    *ssa.BasicBlock
		succ int
	}
	stack := []frame{{b: fn.Blocks[0]}}
	seen[0] = true
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		if f.succ == len(f.b.Succs) {
			next--
			order[f.b.Index] = next
			stack = stack[:len(stack)-1]
			continue
		}
		s := f.b.Succs[f.succ]
		f.succ++
		if !seen[s.Index] {
			seen[s.Index] = true
			stack = append(stack, frame{b: s})
		}
	}
	return order
}

// mayLoop marks the blocks whose place in the order lies within a retreating
// edge. A cycle comes down from its last block to its first by such edges, so
// that they cover all of it; a block that none covers is in no cycle.
func (sh *shape) mayLoop() []bool {
	n := len(sh.fn.Blocks)
	begins := make([]int32, n+1)
	for _, b := range sh.fn.Blocks {
		for _, s := range b.Succs {
			if from, to := sh.order[b.Index], sh.order[s.Index]; to <= from {
				begins[to]++
				begins[from+1]--
			}
		}
	}
	for i := 1; i <= n; i++ {
		begins[i] += begins[i-1]
	}
	out := make([]bool, n)
	for i := range out {
		out[i] = begins[sh.order[i]] > 0
	}
	return out
}

// inLoop reports whether b is in a cycle.
func (sh *shape) inLoop(b *ssa.BasicBlock) bool {
	if !sh.loops[b.Index] {
		return false
	}
	reach := irx.Reaches(sh.fn, b)
	for _, s := range b.Succs {
		if reach[s.Index] {
			return true
		}
	}
	return false
}

// counts returns the number fields of a struct that the function compares: a count of
// users is zero in a new one.
func (sh *shape) counts(st *types.Struct) (out []int) {
	if sh.counted == nil {
		sh.counted = comparedFields(sh.fn)
	}
	for i := 0; i < st.NumFields() && len(sh.counted) > 0; i++ {
		if sh.counted[st.Field(i)] {
			out = append(out, i)
		}
	}
	return out
}

func comparedFields(fn *ssa.Function) map[*types.Var]bool {
	out := map[*types.Var]bool{}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			cmp, ok := instr.(*ssa.BinOp)
			if !ok || !irx.IsBool(cmp.Type()) {
				continue
			}
			if _, isConst := cmp.Y.(*ssa.Const); !isConst {
				continue
			}
			if basic, ok := cmp.X.Type().Underlying().(*types.Basic); ok && basic.Info()&types.IsInteger != 0 {
				if f := loadedField(cmp.X); f != nil {
					out[f] = true
				}
			}
		}
	}
	return out
}
