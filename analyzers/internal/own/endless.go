package own

import (
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- loops without exit --

// neverRuns finds a deferred release that can never run: the resource is open
// in a loop that nothing leaves and that never touches it, so that the peer's
// close is never seen and the descriptor stays.
func (r *run) neverRuns() (Leak, bool) {
	ends := r.blocksThatEnd()
	for _, b := range r.top.Blocks {
		if ends[b.Index] || !inLoop(r.top, b) {
			continue
		}
		for key := range r.memo {
			if key.block == b && r.stuck(r.in.states[key.state]) && !r.touched(ends) {
				return Leak{Kind: Never, At: firstWithPos(b)}, true
			}
		}
	}
	return Leak{}, false
}

// stuck reports whether the resource is open with nobody but a registered
// defer to close it.
func (r *run) stuck(s *state) bool {
	if s.status != open || s.flags&lent != 0 {
		return false
	}
	return r.closedLater(s)
}

// touched reports whether an instruction in the blocks that never end uses the
// resource.
func (r *run) touched(ends []bool) bool {
	var rands [8]*ssa.Value
	for key := range r.memo {
		s := r.in.states[key.state]
		if key.block.Parent() != r.top || ends[key.block.Index] || s.status != open || !inLoop(r.top, key.block) {
			continue
		}
		for _, instr := range key.block.Instrs {
			if _, ok := instr.(*ssa.Defer); ok {
				continue
			}
			for _, op := range instr.Operands(rands[:0]) {
				if *op != nil && len(r.holdPaths(s, *op)) > 0 {
					return true
				}
			}
		}
	}
	return false
}

// blocksThatEnd returns the blocks from which a return or panic can be reached.
func (r *run) blocksThatEnd() []bool {
	var targets []*ssa.BasicBlock
	for _, b := range r.top.Blocks {
		if len(b.Succs) == 0 {
			targets = append(targets, b)
		}
	}
	return irx.Reaches(r.top, targets...)
}

func inLoop(fn *ssa.Function, b *ssa.BasicBlock) bool {
	reach := irx.Reaches(fn, b)
	for _, s := range b.Succs {
		if reach[s.Index] {
			return true
		}
	}
	return false
}

func firstWithPos(b *ssa.BasicBlock) ssa.Instruction {
	for _, instr := range b.Instrs {
		if instr.Pos().IsValid() {
			return instr
		}
	}
	return b.Instrs[0]
}
