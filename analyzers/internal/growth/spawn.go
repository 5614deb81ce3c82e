package growth

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what runs as a goroutine --

// goroutines returns the functions that are started with go, directly or by a
// function that starts what it is given.
func (g *grower) goroutines() map[*ssa.Function]bool {
	if g.gos != nil {
		return g.gos
	}
	g.gos = make(map[*ssa.Function]bool)
	for _, fn := range g.pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				g.noteGoroutine(instr)
			}
		}
	}
	return g.gos
}

func (g *grower) noteGoroutine(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Go:
		for _, fn := range startedBy(g.pkg, instr) {
			g.gos[fn] = true
		}
	case *ssa.Call:
		c := irx.CalleeOf(instr.Common())
		for i, op := range irx.Operands(instr.Common()) {
			if fn := literal(op); fn != nil && g.spawns(c, i) {
				g.gos[fn] = true
			}
		}
	}
}

func literal(v ssa.Value) *ssa.Function {
	switch v := v.(type) {
	case *ssa.MakeClosure:
		return declared(v.Fn.(*ssa.Function))
	case *ssa.Function:
		return declared(v)
	}
	return nil
}

// spawns reports whether a function runs its operand as a goroutine.
func (g *grower) spawns(c irx.Callee, operand int) bool {
	if spec := g.pkg.Model.Of(c.Func); spec != nil {
		return spec.Spawns != nil && *spec.Spawns == operand
	}
	if c.Body == nil || operand >= len(c.Body.Params) {
		return false
	}
	p := c.Body.Params[operand]
	for _, b := range c.Body.Blocks {
		for _, instr := range b.Instrs {
			if start, ok := instr.(*ssa.Go); ok && runs(start, p) {
				return true
			}
		}
	}
	return false
}

// runs reports whether a go statement runs the parameter, itself or in a function
// literal that captures it.
func runs(start *ssa.Go, p *ssa.Parameter) bool {
	if isParam(start.Call.Value, p) {
		return true
	}
	mc, ok := start.Call.Value.(*ssa.MakeClosure)
	return ok && slices.ContainsFunc(mc.Bindings, func(v ssa.Value) bool { return isParam(v, p) })
}

func isParam(v ssa.Value, p *ssa.Parameter) bool {
	if load, ok := v.(*ssa.UnOp); ok {
		v = load.X
	}
	if cell, ok := v.(*ssa.Alloc); ok {
		for _, ref := range *cell.Referrers() {
			if st, ok := ref.(*ssa.Store); ok && st.Addr == cell && st.Val == p {
				return true
			}
		}
	}
	return v == p
}
