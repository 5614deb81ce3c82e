package own

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- who receives the end --

// drained reports whether a call receives the end of a session over the resource.
func (r *run) drained(s *state, call *ssa.Call) bool {
	if r.serving == nil && !slices.ContainsFunc(call.Call.Args, isChan) {
		return false
	}
	callee := irx.CalleeOf(call.Common())
	in := &served{eng: r.eng, carriers: map[ssa.Value]bool{}, depth: 1}
	for i, op := range irx.Operands(call.Common()) {
		is := isChan(op) && r.endsWith(s, op)
		switch {
		case is && callee.Body == nil:
			if in.drainedBy(callee, i) {
				return true
			}
		case callee.Body == nil || i >= len(callee.Body.Params):
		case is:
			in.elems = append(in.elems, op.Type().Underlying().(*types.Chan).Elem())
			in.addAny(callee.Body.Params[i])
		case r.carries(op):
			in.elems = append(in.elems, r.serving.elems...)
			in.addAny(callee.Body.Params[i])
		}
	}
	in.spread()
	return len(in.carriers) > 0 && in.drains(callee.Body)
}

// drainedBy reports whether a callee of another package receives the end from its i-th
// operand.
func (c *served) drainedBy(callee irx.Callee, i int) bool {
	known := c.eng.contract(callee)
	return known != nil && i < 32 && known.Drains>>i&1 == 1
}

// drainedParams is the set of parameters of fn that are channels from which it has
// received the end when it returns.
func (e *Engine) drainedParams(fn *ssa.Function) (out uint32) {
	for i, p := range fn.Params {
		ch, ok := p.Type().Underlying().(*types.Chan)
		if !ok || i >= 32 || ch.Dir() == types.SendOnly || !irx.Nilable(ch.Elem()) {
			continue
		}
		c := &served{eng: e, elems: []types.Type{ch.Elem()}}
		if c.from(p).drains(fn) {
			out |= 1 << i
		}
	}
	return out
}

// drains reports whether each return of fn comes after the channel was found to be
// closed: a must-analysis.
func (c *served) drains(fn *ssa.Function) bool {
	if len(fn.Blocks) == 0 || c.depth > maxServed {
		return false
	}
	seen := make([]bool, len(fn.Blocks))
	todo, found := []*ssa.BasicBlock{fn.Blocks[0]}, false
	for len(todo) > 0 {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[b.Index] {
			continue
		}
		seen[b.Index] = true
		if slices.ContainsFunc(b.Instrs, c.drainsAt) {
			found = true
			continue
		}
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			return false
		}
		next := b.Succs
		if c.asksForEnd(b) {
			next, found = next[:1], true
		}
		todo = append(todo, next...)
	}
	return found
}

// drainsAt reports whether an instruction is a call that receives the end.
func (c *served) drainsAt(instr ssa.Instruction) bool {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return false
	}
	callee := irx.CalleeOf(call.Common())
	for i, op := range irx.Operands(call.Common()) {
		switch {
		case !c.carriers[op]:
		case callee.Body != nil && i < len(callee.Body.Params):
			if c.from(callee.Body.Params[i]).drains(callee.Body) {
				return true
			}
		case isChan(op) && c.drainedBy(callee, i):
			return true
		}
	}
	return false
}

// asksForEnd reports whether the second way out of a block is that of a channel which
// is closed.
func (c *served) asksForEnd(b *ssa.BasicBlock) bool {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	ex, ok := branch.Cond.(*ssa.Extract)
	if !ok || ex.Index != 1 {
		return false
	}
	switch receive := ex.Tuple.(type) {
	case *ssa.UnOp:
		return receive.Op == token.ARROW && c.carriers[receive.X]
	case *ssa.Select:
		return c.carriers[receivedFrom(receive, ex)]
	}
	return false
}
