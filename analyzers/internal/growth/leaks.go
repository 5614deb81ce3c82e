package growth

import (
	"go/token"
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
			if why, how := e.cause(c, s); why != nil {
				if ret := anyReturn(s); ret != nil {
					return leak{exit: ret, why: why, how: how, but: e.spared(s, can)}
				}
			}
		}
	}
	return leak{}
}

// cause returns what makes a branch that ends the connection's service: a call
// that fails, a wait that takes too long, an answer that is refused. Any other
// condition may know that the entry is not there.
func (e *exits) cause(b, to *ssa.BasicBlock) (ssa.Instruction, How) {
	if call := e.failure(b, to); call != nil {
		return call, Fails
	}
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return nil, Fails
	}
	if sel := timesOut(branch, to); sel != nil {
		return sel, TimesOut
	}
	if call := e.compared(branch.Cond); call != nil {
		return call, Refused
	}
	return nil, Fails
}

// timesOut returns the select of which a branch takes the arm of a timer.
func timesOut(branch *ssa.If, to *ssa.BasicBlock) ssa.Instruction {
	cmp, ok := branch.Cond.(*ssa.BinOp)
	if !ok || to != branch.Block().Succs[0] {
		return nil
	}
	index, ok := cmp.X.(*ssa.Extract)
	if !ok || index.Index != 0 {
		return nil
	}
	sel, ok := index.Tuple.(*ssa.Select)
	if !ok {
		return nil
	}
	for i, st := range sel.States {
		if dispatched(index, i) == to && isTimer(st.Chan) {
			return sel
		}
	}
	return nil
}

// isTimer reports whether a channel is ready once, after some time.
func isTimer(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Call:
		return calls(v, "time.After")
	case *ssa.UnOp:
		addr, ok := v.X.(*ssa.FieldAddr)
		if !ok {
			return false
		}
		path, name := named(addr.X.Type())
		return path == "time" && name == "Timer"
	}
	return false
}

// compared returns the call that reads a text from the connection which a
// condition compares with another one.
func (e *exits) compared(cond ssa.Value) ssa.Instruction {
	switch cond := cond.(type) {
	case *ssa.BinOp:
		for _, v := range []ssa.Value{cond.X, cond.Y} {
			if call := e.textOf(v, 0); call != nil {
				return call
			}
		}
	case *ssa.Call:
		if onText(cond) {
			return e.textOf(cond.Call.Args[0], 0)
		}
	}
	return nil
}

// maxText bounds the way from a text back to the call that reads it.
const maxText = 6

func (e *exits) textOf(v ssa.Value, depth int) ssa.Instruction {
	if depth > maxText {
		return nil
	}
	switch v := v.(type) {
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok && v.Index == 0 && e.g.reads(call) {
			return call
		}
	case *ssa.Call:
		if e.g.reads(v) {
			return v
		}
		if onText(v) {
			return e.textOf(v.Call.Args[0], depth+1)
		}
	case *ssa.Convert:
		return e.textOf(v.X, depth+1)
	case *ssa.Slice:
		return e.textOf(v.X, depth+1)
	}
	return nil
}

// onText reports whether a call is of a function on texts.
func onText(call *ssa.Call) bool {
	fn := irx.CalleeOf(call.Common()).Func
	return fn != nil && fn.Pkg() != nil && (fn.Pkg().Path() == "strings" || fn.Pkg().Path() == "bytes") && len(call.Call.Args) > 0
}

// failure returns the call on the connection whose error or ok the branch from b
// to another block tests.
func (e *exits) failure(b, to *ssa.BasicBlock) *ssa.Call {
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
		if cond = testedError(cmp); cond == nil || !failedAt(cond, cmp, to == b.Succs[0], b) {
			return nil
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
		return nil
	}
	return call
}

// testedError is the error that a comparison tests, or nil.
func testedError(cmp *ssa.BinOp) ssa.Value {
	for _, v := range []ssa.Value{cmp.X, cmp.Y} {
		switch v.(type) {
		case *ssa.Extract, *ssa.Call:
			if irx.IsError(v.Type()) {
				return v
			}
		}
	}
	return nil
}

// failedAt reports whether a comparison that came out so, at the end of block b,
// says that the error is not nil, or stands where that is known.
func failedAt(err ssa.Value, cmp *ssa.BinOp, holds bool, b *ssa.BasicBlock) bool {
	equal := holds == (cmp.Op == token.EQL)
	if irx.IsNil(cmp.X) || irx.IsNil(cmp.Y) {
		return !equal
	}
	return equal || knownFailed(err, b)
}

// knownFailed reports whether b is reached only by the branch of a test on which
// the error is not nil.
func knownFailed(err ssa.Value, b *ssa.BasicBlock) bool {
	for _, ref := range *err.Referrers() {
		cmp, ok := ref.(*ssa.BinOp)
		if !ok || !irx.IsNil(cmp.X) && !irx.IsNil(cmp.Y) {
			continue
		}
		for _, use := range *cmp.Referrers() {
			if branch, ok := use.(*ssa.If); ok {
				arm := branch.Block().Succs[nilBranch(cmp.Op, false)]
				if len(arm.Preds) == 1 && arm.Dominates(b) {
					return true
				}
			}
		}
	}
	return false
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
