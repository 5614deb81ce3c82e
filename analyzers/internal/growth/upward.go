package growth

import "golang.org/x/tools/go/ssa"

// -- from callee to caller --

// upward is the call graph of the package, from callee to caller: calls holds
// those who call or defer, any also those who start a goroutine or make a
// literal.
type upward struct {
	calls, any map[*ssa.Function][]*ssa.Function
}

func (g *grower) upward() *upward {
	if g.up != nil {
		return g.up
	}
	g.up = &upward{make(map[*ssa.Function][]*ssa.Function), make(map[*ssa.Function][]*ssa.Function)}
	for _, fn := range g.pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				for _, callee := range startedBy(g.pkg, instr) {
					g.up.any[callee] = append(g.up.any[callee], fn)
					switch instr.(type) {
					case *ssa.Call, *ssa.Defer:
						g.up.calls[callee] = append(g.up.calls[callee], fn)
					}
				}
			}
		}
	}
	return g.up
}

// closure is what the roots lead to, themselves included.
func closure(graph map[*ssa.Function][]*ssa.Function, roots []*ssa.Function) map[*ssa.Function]bool {
	seen := make(map[*ssa.Function]bool)
	work := roots
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if !seen[fn] {
			seen[fn] = true
			work = append(work, graph[fn]...)
		}
	}
	return seen
}
