package own

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// liveness tells which registers of a function may still be used at the start
// of each block. Facts about dead registers cannot decide a branch any more, so
// dropping them merges states.
//
// It is a backward may-analysis over bit sets; phi operands are live at the end
// of the predecessor they come from, not at the start of the phi's block.
type liveness struct {
	index map[ssa.Value]int
	in    []bitset
	phis  []bitset // by block: values its successors' phis take from it
}

type bitset []uint64

func (b bitset) has(i int) bool { return b[i/64]>>(i%64)&1 == 1 }
func (b bitset) add(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) del(i int)      { b[i/64] &^= 1 << (i % 64) }

func computeLiveness(fn *ssa.Function) *liveness {
	lv := &liveness{index: map[ssa.Value]int{}}
	lv.number(fn)
	words := (len(lv.index) + 63) / 64
	lv.in = make([]bitset, len(fn.Blocks))
	lv.phis = make([]bitset, len(fn.Blocks))
	for i := range fn.Blocks {
		lv.in[i] = make(bitset, words)
		lv.phis[i] = make(bitset, words)
	}
	for _, b := range fn.Blocks {
		lv.notePhis(b)
	}
	lv.solve(fn, words)
	return lv
}

func (lv *liveness) number(fn *ssa.Function) {
	add := func(v ssa.Value) { lv.index[v] = len(lv.index) }
	for _, p := range fn.Params {
		add(p)
	}
	for _, fv := range fn.FreeVars {
		add(fv)
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if v, ok := instr.(ssa.Value); ok {
				add(v)
			}
		}
	}
}

func (lv *liveness) notePhis(b *ssa.BasicBlock) {
	for _, instr := range b.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			return
		}
		for i, e := range phi.Edges {
			if n, ok := lv.index[e]; ok {
				lv.phis[b.Preds[i].Index].add(n)
			}
		}
	}
}

func (lv *liveness) solve(fn *ssa.Function, words int) {
	work := make([]*ssa.BasicBlock, 0, len(fn.Blocks))
	queued := make([]bool, len(fn.Blocks))
	for _, b := range fn.Blocks { // the last block is taken first
		work = append(work, b)
		queued[b.Index] = true
	}
	live := make(bitset, words)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		queued[b.Index] = false
		lv.outOf(b, live)
		lv.through(b, live)
		if !grow(lv.in[b.Index], live) {
			continue
		}
		for _, p := range b.Preds {
			if !queued[p.Index] {
				queued[p.Index] = true
				work = append(work, p)
			}
		}
	}
}

func (lv *liveness) outOf(b *ssa.BasicBlock, live bitset) {
	copy(live, lv.phis[b.Index])
	for _, s := range b.Succs {
		for i, w := range lv.in[s.Index] {
			live[i] |= w
		}
	}
}

func (lv *liveness) through(b *ssa.BasicBlock, live bitset) {
	var rands [8]*ssa.Value
	for i := len(b.Instrs) - 1; i >= 0; i-- {
		instr := b.Instrs[i]
		if v, ok := instr.(ssa.Value); ok {
			live.del(lv.index[v])
		}
		if _, ok := instr.(*ssa.Phi); ok {
			continue
		}
		for _, op := range instr.Operands(rands[:0]) {
			if n, ok := lv.index[*op]; ok {
				live.add(n)
			}
		}
	}
}

// grow adds src to dst and reports whether dst changed.
func grow(dst, src bitset) bool {
	changed := false
	for i, w := range src {
		if dst[i]|w != dst[i] {
			dst[i] |= w
			changed = true
		}
	}
	return changed
}

// atEntry reports whether v, a register of the function, is live at the start
// of block b.
func (lv *liveness) atEntry(b *ssa.BasicBlock, v ssa.Value) bool {
	n, ok := lv.index[v]
	return ok && lv.in[b.Index].has(n)
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
		if r.eng.liveness(b.Parent()).atEntry(s, v) {
			return true
		}
	}
	if n, ok := r.eng.liveness(b.Parent()).index[v]; ok && r.eng.liveness(b.Parent()).phis[b.Index].has(n) {
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
