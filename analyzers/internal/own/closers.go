package own

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// ClosesItself reports whether fn, or a literal in it, has a call that closes the
// resource: not only what it hands the resource to does.
func (o *Outcome) ClosesItself(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			f := irx.CalleeOf(call.Common()).Func
			if f != nil && saysRelease(f.Name()) && o.GivenTo(call) {
				return true
			}
		}
	}
	return slices.ContainsFunc(fn.AnonFuncs, o.ClosesItself)
}
