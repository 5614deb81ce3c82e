package own

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// liveness tells which registers of a function may still be used at the start
// of each block. Facts about dead registers cannot decide a branch any more, so
// dropping them merges states.
//
// It is a backward may-analysis, one register at a time and only for those that
// are asked for: from each use up to the definition. Phi operands are live at the
// end of the predecessor they come from, not at the start of the phi's block.
// Most registers live in a block or two, so that this is linear where sets of
// registers for each block are not.
type liveness struct {
	fn *ssa.Function
	in map[ssa.Value][]int32 // by register: the blocks at whose start it is live
	// mark is the last register that came to a block, work a list to be used again.
	mark []ssa.Value
	work []*ssa.BasicBlock
}

func newLiveness(fn *ssa.Function) *liveness {
	return &liveness{fn: fn, in: map[ssa.Value][]int32{}, mark: make([]ssa.Value, len(fn.Blocks))}
}

// blocks returns the blocks of the function at whose start v is live, in order.
func (lv *liveness) blocks(v ssa.Value) []int32 {
	in, ok := lv.in[v]
	if ok {
		return in
	}
	var def *ssa.BasicBlock
	switch v := v.(type) {
	case ssa.Instruction:
		def = v.Block()
	case *ssa.Parameter, *ssa.FreeVar:
	default:
		return nil
	}
	if v.Referrers() != nil && v.Parent() == lv.fn {
		in = lv.trace(v, def)
	}
	lv.in[v] = in
	return in
}

// trace goes from the uses of v up to its definition.
func (lv *liveness) trace(v ssa.Value, def *ssa.BasicBlock) (in []int32) {
	live := func(b *ssa.BasicBlock) {
		if b != def && lv.mark[b.Index] != v {
			lv.mark[b.Index] = v
			in = append(in, int32(b.Index))
			lv.work = append(lv.work, b)
		}
	}
	for _, ref := range *v.Referrers() {
		if phi, ok := ref.(*ssa.Phi); ok {
			for i, e := range phi.Edges {
				if e == v {
					live(phi.Block().Preds[i])
				}
			}
			continue
		}
		live(ref.Block())
	}
	for len(lv.work) > 0 {
		b := lv.work[len(lv.work)-1]
		lv.work = lv.work[:len(lv.work)-1]
		for _, p := range b.Preds {
			live(p)
		}
	}
	slices.Sort(in)
	return in
}

// atEntry reports whether v, a register of the function, is live at the start
// of block b.
func (lv *liveness) atEntry(b *ssa.BasicBlock, v ssa.Value) bool {
	_, ok := slices.BinarySearch(lv.blocks(v), int32(b.Index))
	return ok
}

// feedsPhi reports whether a phi takes v from b.
func feedsPhi(v ssa.Value, b *ssa.BasicBlock) bool {
	for _, s := range b.Succs {
		for _, phi := range phisOf(s) {
			for i, e := range phi.Edges {
				if e == v && s.Preds[i] == b {
					return true
				}
			}
		}
	}
	return false
}

// heldAfter reports whether something that can still be used after instr leads
// to the resource.
func (r *run) heldAfter(s *state, instr ssa.Instruction) bool {
	for _, b := range s.env {
		if b.v.k != holds {
			continue
		}
		if k := r.ps.keys[b.at]; k.mem || k.v.Parent() != instr.Parent() || r.usedAfter(k.v, instr) {
			return true
		}
	}
	return false
}

func (r *run) usedAfter(v ssa.Value, instr ssa.Instruction) bool {
	b := instr.Block()
	for _, s := range b.Succs {
		if r.eng.shape(b.Parent()).live.atEntry(s, v) {
			return true
		}
	}
	if feedsPhi(v, b) {
		return true
	}
	if v.Referrers() == nil {
		return false
	}
	for _, ref := range *v.Referrers() {
		if ref.Block() == b && slices.Index(b.Instrs, ref) > slices.Index(b.Instrs, instr) {
			return true
		}
	}
	return false
}
