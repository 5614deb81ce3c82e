package growth

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- a return that comes before the removal --

// leakFrom looks for a return that is reached from instruction i of b without a
// removal, when the branch that leads there and away from every removal is on an
// error.
func (e *exits) leakFrom(b *ssa.BasicBlock, i int) leak {
	fn := b.Parent()
	var at []*ssa.BasicBlock
	for _, c := range fn.Blocks {
		if e.has(c.Instrs, surely) {
			at = append(at, c)
		}
	}
	can := irx.Reaches(fn, at...)
	if e.has(b.Instrs[i:], surely) || !can[b.Index] {
		return leak{}
	}
	seen := map[*ssa.BasicBlock]bool{b: true}
	work := []*ssa.BasicBlock{b}
	for len(work) > 0 {
		c := work[0]
		work = work[1:]
		for _, s := range c.Succs {
			if seen[s] || e.has(s.Instrs, surely) || e.startsIn(s) {
				continue
			}
			seen[s] = true
			if can[s.Index] {
				work = append(work, s)
				continue
			}
			if why := e.failure(c, s); why != nil {
				if ret := anyReturn(s); ret != nil {
					return leak{exit: ret, why: why}
				}
			}
		}
	}
	return leak{}
}

// failure returns the call on the connection whose error or ok the branch from b
// to another block tests.
func (e *exits) failure(b, to *ssa.BasicBlock) ssa.Instruction {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return nil
	}
	cond := branch.Cond
	if irx.IsBool(cond.Type()) && to == b.Succs[0] {
		if _, isCall := cond.(*ssa.Call); isCall {
			return nil // "if c.closed() { return }": it did not fail, it is over
		}
	}
	if cmp, ok := cond.(*ssa.BinOp); ok {
		cond = nil
		for _, v := range []ssa.Value{cmp.X, cmp.Y} {
			if irx.IsError(v.Type()) {
				if _, isConst := v.(*ssa.Const); !isConst {
					cond = v
				}
			}
		}
	}
	var call *ssa.Call
	switch v := cond.(type) {
	case *ssa.Extract:
		call, _ = v.Tuple.(*ssa.Call)
	case *ssa.Call:
		if irx.IsError(v.Type()) || irx.IsBool(v.Type()) {
			call = v
		}
	}
	if call == nil || closes(call.Common()) || !slices.ContainsFunc(irx.Operands(call.Common()), e.g.isConn) {
		return nil // a nil *ssa.Call must not become an instruction
	}
	return call
}

// closes: a Close that fails has been called before.
func closes(call *ssa.CallCommon) bool {
	fn := irx.CalleeOf(call).Func
	return fn != nil && fn.Name() == "Close"
}

func anyReturn(b *ssa.BasicBlock) *ssa.Return {
	seen := map[*ssa.BasicBlock]bool{b: true}
	work := []*ssa.BasicBlock{b}
	for len(work) > 0 {
		c := work[0]
		work = work[1:]
		if ret, ok := c.Instrs[len(c.Instrs)-1].(*ssa.Return); ok {
			return ret
		}
		for _, s := range c.Succs {
			if !seen[s] {
				seen[s] = true
				work = append(work, s)
			}
		}
	}
	return nil
}
