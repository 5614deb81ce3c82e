package own

import (
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- functions that a group runs --

// grouped reports whether the process ends when a literal fails that a group runs:
// the others are told to stop by the context of the group, and each call that waits
// for the group gives the error and is followed by the end.
func (w *endingWalk) grouped(lit *ssa.Function, results []fact) bool {
	d, ok := discriminator(lit.Signature)
	if !ok || d.kind != byError || results[d.index].null != no {
		return false
	}
	start, _ := w.e.onlyCall(lit)
	if start == nil {
		return false
	}
	c := start.Common()
	group, ok := netmodel.GroupOf(irx.CalleeOf(c).Func)
	return ok && (group.Stops || withContext(c.Args[0])) && w.waiters(definition(c.Args[0]), group.Wait)
}

// waiters reports whether the process ends after each call that waits for a group.
func (w *endingWalk) waiters(group ssa.Value, name string) bool {
	if w.depth++; w.depth > maxEnds {
		return false
	}
	defer func() { w.depth-- }()
	found := false
	for _, fn := range w.e.Pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok || call.Call.IsInvoke() || len(call.Call.Args) != 1 || definition(call.Call.Args[0]) != group {
					continue
				}
				if f := irx.CalleeOf(call.Common()).Func; f == nil || f.Name() != name {
					continue
				}
				if !w.after(call, []fact{{null: no}}) {
					return false
				}
				found = true
			}
		}
	}
	return found
}

// withContext reports whether a group is made together with a context, which is a
// result of the same call.
func withContext(group ssa.Value) bool {
	ex, ok := definition(group).(*ssa.Extract)
	return ok && ex.Index == 0
}
