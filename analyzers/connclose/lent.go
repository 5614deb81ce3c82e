package connclose

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
	"github.com/sockvet/sockvet/analyzers/internal/own"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

// -- what a goroutine has on loan --

// serves reports whether a leak is that of a listener or packet conn which a
// goroutine serves: one for each address of a configuration, or one that the start
// of a command has started and that lives as long as the process.
func (c *checker) serves(fn *ssa.Function, o *own.Outcome, l own.Leak) bool {
	if o.Call == nil || l.Lent == nil || !waits(o) {
		return false
	}
	if l.Kind == own.AtLoop {
		return c.overFixed(fn, o.Call.Pos())
	}
	return c.res.Engine.RunsOnce(fn)
}

// endsWithMain reports whether a function of main goes round until it is told to stop,
// and what leaks does so then, and not for an error: main tells it when it comes to its
// own end. That is so of the listener or packet conn that it serves, and of what it has
// just accepted.
func (c *checker) endsWithMain(fn *ssa.Function, o *own.Outcome, l own.Leak) bool {
	if o.Call == nil || l.Lent != nil || l.Kind != own.AtReturn || !told(l.Cause) || !c.res.Engine.ByLoop(o.Call, l.At) {
		return false
	}
	return c.res.Engine.RunsInMain(fn, func(use ssa.CallInstruction) bool { return c.overFixed(use.Parent(), use.Pos()) })
}

// told reports whether what leads to a return is no failure: a flag, an arm of a
// select, the end of a context.
func told(cause *own.Cause) bool {
	if cause == nil || cause.Call == nil {
		return true
	}
	callee := irx.CalleeOf(cause.Call.Common()).Func
	return callee != nil && callee.FullName() == "(context.Context).Err"
}

// waits reports whether the resource waits for peers: a listener or packet conn,
// or what has the methods of one, whatever is below.
func waits(o *own.Outcome) bool { return is(o, netmodel.Listener) || is(o, netmodel.PacketConn) }

// listens reports whether the resource is a listener.
func listens(o *own.Outcome) bool { return is(o, netmodel.Listener) }

func is(o *own.Outcome, kind netmodel.Kind) bool {
	t := o.Call.Value().Type()
	if tuple, ok := t.(*types.Tuple); ok {
		t = tuple.At(o.Result).Type()
	}
	k, _ := irx.ResourceKind(t)
	return o.Kind == kind || k == kind
}

// overFixed reports whether all loops around a place go over something that has
// an end: the listeners of a configuration.
func (c *checker) overFixed(fn *ssa.Function, pos token.Pos) bool {
	root := fn.Syntax()
	if root == nil {
		return false
	}
	fixed := true
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		switch n := n.(type) {
		case *ast.ForStmt:
			fixed = false
		case *ast.RangeStmt:
			switch c.pass.TypesInfo.TypeOf(n.X).Underlying().(type) {
			case *types.Chan, *types.Signature:
				fixed = false
			}
		}
		return fixed
	})
	return fixed
}

// inGoroutine reports whether the resource is left open by the goroutine that
// captured it, when that returns: its starter has come to its own end before,
// nothing failed there, and it did not touch the resource again.
func inGoroutine(o *own.Outcome, l own.Leak) bool {
	if l.Kind != own.AtReturn && l.Kind != own.AtLoop || l.Lent == nil || l.Lent.Operand >= 0 || len(o.LentEnds) == 0 {
		return false
	}
	return (l.Cause == nil || l.Cause.Soft) && !usedAfter(o, l.Lent.Go)
}

// usedAfter reports whether the function loads the variable that it assigned the
// resource, after it has started the goroutine.
func usedAfter(o *own.Outcome, start ssa.CallInstruction) bool {
	for _, b := range start.Parent().Blocks {
		for _, instr := range b.Instrs {
			load, ok := instr.(*ssa.UnOp)
			if ok && load.Op == token.MUL && load.Pos() > start.Pos() && assigned(o, load.X) {
				return true
			}
		}
	}
	return false
}

// assigned reports whether the acquired resource is stored in a variable.
func assigned(o *own.Outcome, cell ssa.Value) bool {
	a, ok := cell.(*ssa.Alloc)
	return ok && slices.ContainsFunc(*a.Referrers(), func(ref ssa.Instruction) bool {
		st, ok := ref.(*ssa.Store)
		if !ok || st.Addr != cell {
			return false
		}
		v := st.Val
		if ex, ok := v.(*ssa.Extract); ok {
			v = ex.Tuple
		}
		return o.Call != nil && v == ssa.Value(o.Call.Value())
	})
}

// allInGoroutine reports whether that is so of all leaks.
func allInGoroutine(o *own.Outcome, leaks []own.Leak) bool {
	for _, l := range leaks {
		if !inGoroutine(o, l) {
			return false
		}
	}
	return true
}

// lentEnds are the returns of that goroutine.
func lentEnds(o *own.Outcome) []token.Pos {
	var out []token.Pos
	for _, ret := range o.LentEnds {
		pos := ret.Pos()
		if !pos.IsValid() {
			pos = endOf(ret.Parent())
		}
		out = append(out, pos)
	}
	return out
}

// lentSteps are the places of such leaks: where the goroutine starts, and ends.
func lentSteps(o *own.Outcome, leaks []own.Leak) []report.Step {
	start := leaks[0].Lent.Go.Pos()
	out := []report.Step{{Pos: start, End: start, Message: "this goroutine only uses it"}}
	for _, pos := range lentEnds(o) {
		out = append(out, report.Step{Pos: pos, End: pos, Message: "returns without closing it"})
	}
	return out
}
