package own

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// -- loops without exit --

// neverRuns finds a deferred release that can never run: the resource is open
// in a loop that nothing leaves and that never touches it, so that the peer's
// close is never seen and the descriptor stays.
func (r *run) neverRuns() (Leak, bool) {
	sh := r.eng.shape(r.top)
	for _, b := range sh.stuck {
		for key := range r.memo {
			if key.block == b && r.stuck(r.in.states[key.state]) && !r.touched(sh) {
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

// touched reports whether an instruction in the loops that never end uses the
// resource.
func (r *run) touched(sh *shape) bool {
	var rands [8]*ssa.Value
	for key := range r.memo {
		s := r.in.states[key.state]
		if key.block.Parent() != r.top || s.status != open || !slices.Contains(sh.stuck, key.block) {
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

func firstWithPos(b *ssa.BasicBlock) ssa.Instruction {
	for _, instr := range b.Instrs {
		if instr.Pos().IsValid() {
			return instr
		}
	}
	return b.Instrs[0]
}
