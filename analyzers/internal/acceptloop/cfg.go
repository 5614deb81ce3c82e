package acceptloop

import "golang.org/x/tools/go/ssa"

// -- control flow --

// reachable tells by index which blocks can run after the end of b; b itself
// only when it is on a cycle.
func reachable(b *ssa.BasicBlock) []bool {
	seen := make([]bool, len(b.Parent().Blocks))
	work := append([]*ssa.BasicBlock(nil), b.Succs...)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if !seen[b.Index] {
			seen[b.Index] = true
			work = append(work, b.Succs...)
		}
	}
	return seen
}

// reachesBeforeAccept tells which blocks can run after the end of b without
// another accept in between.
func (l *Loop) reachesBeforeAccept(b *ssa.BasicBlock) []bool {
	seen := make([]bool, len(b.Parent().Blocks))
	work := append([]*ssa.BasicBlock(nil), b.Succs...)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b.Index] || b == l.next {
			continue
		}
		seen[b.Index] = true
		work = append(work, b.Succs...)
	}
	return seen
}

func selfReaching(b *ssa.BasicBlock) bool { return reachable(b)[b.Index] }

func intersect(a, b []bool) []bool {
	out := make([]bool, len(a))
	for i := range a {
		out[i] = a[i] && b[i]
	}
	return out
}

// innermostLoop returns the blocks of the smallest natural loop around b, or nil
// when there is none.
func innermostLoop(b *ssa.BasicBlock) []bool {
	var best []bool
	size := len(b.Parent().Blocks) + 1
	for head := b; head != nil; head = head.Idom() {
		body, n := naturalLoop(head)
		if n > 0 && body[b.Index] && n < size {
			best, size = body, n
		}
	}
	return best
}

// naturalLoop returns the union of the natural loops with the given head: it and
// all blocks that reach a back edge to it without passing through it.
func naturalLoop(head *ssa.BasicBlock) (body []bool, size int) {
	body = make([]bool, len(head.Parent().Blocks))
	var work []*ssa.BasicBlock
	for _, p := range head.Preds {
		if head.Dominates(p) {
			work = append(work, p)
		}
	}
	if len(work) == 0 {
		return nil, 0
	}
	body[head.Index], size = true, 1
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if !body[b.Index] {
			body[b.Index] = true
			size++
			work = append(work, b.Preds...)
		}
	}
	return body, size
}

func indexIn(b *ssa.BasicBlock, instr ssa.Instruction) int {
	for i, in := range b.Instrs {
		if in == instr {
			return i
		}
	}
	return -1
}
