package peerio

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- waiting for another goroutine that waits --
//
//	errc := make(chan error, 1)
//	go func() { errc <- conn.Handshake() }()
//	select {
//	case err := <-errc:
//	case <-time.After(d):
//	}
//
// A function that starts a goroutine and then waits for it waits for all that
// the goroutine waits for, but no longer than the other arms of the select let it.

// joins turns the waits of goroutines that the function itself waits for into
// waits of its own. What becomes of such a goroutine when another arm of the
// select is taken is not asked: the caller that gives up closes the connection.
func (w *walker) joins() {
	for i := range w.sites {
		s := &w.sites[i]
		g, ok := s.Instr.(*ssa.Go)
		if !ok || !s.Wait.Async {
			continue
		}
		at, bound, ok := w.joined(g)
		if !ok {
			continue
		}
		s.Instr, s.Wait.Async = at, false
		if s.Wait.Bound.Kind != Bounded && bound != (Bound{}) {
			s.Wait.Bound = bound
		}
	}
}

// joined finds where fn waits for the goroutine, and what bounds that.
func (w *walker) joined(g *ssa.Go) (ssa.Instruction, Bound, bool) {
	mc, ok := g.Call.Value.(*ssa.MakeClosure)
	if !ok {
		return nil, Bound{}, false
	}
	signals := signalled(mc)
	if len(signals) == 0 {
		return nil, Bound{}, false
	}
	for _, b := range w.fn.Blocks {
		for _, instr := range b.Instrs {
			if waitsFor(instr, signals) && follows(g, instr) {
				return instr, w.otherArms(instr), true
			}
		}
	}
	return nil, Bound{}, false
}

// signalled returns the captured variables that hold a channel on which the
// literal sends or which it closes, or a WaitGroup that it marks done.
func signalled(mc *ssa.MakeClosure) map[ssa.Value]bool {
	fn := mc.Fn.(*ssa.Function)
	out := map[ssa.Value]bool{}
	note := func(v ssa.Value) {
		if i := inputOf(fn, cell(v)) - len(fn.Params); i >= 0 && i < len(mc.Bindings) {
			out[mc.Bindings[i]] = true
		}
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Send:
				note(instr.Chan)
			case *ssa.Select:
				for _, st := range instr.States {
					if st.Dir == types.SendOnly {
						note(st.Chan)
					}
				}
			case ssa.CallInstruction:
				if c := irx.CalleeOf(instr.Common()); c.Builtin == "close" || isWaitGroup(c.Func, "Done") {
					note(instr.Common().Args[0])
				}
			}
		}
	}
	return out
}

// cell returns the variable that a value is loaded from, or the value.
func cell(v ssa.Value) ssa.Value {
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL {
		return u.X
	}
	return v
}

// waitsFor reports whether an instruction blocks until one of the signals.
func waitsFor(instr ssa.Instruction, signals map[ssa.Value]bool) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		return instr.Op == token.ARROW && signals[cell(instr.X)]
	case *ssa.Select:
		for _, st := range instr.States {
			if instr.Blocking && st.Dir == types.RecvOnly && signals[cell(st.Chan)] {
				return true
			}
		}
	case *ssa.Call:
		return isWaitGroup(irx.CalleeOf(&instr.Call).Func, "Wait") && signals[cell(instr.Call.Args[0])]
	}
	return false
}

func isWaitGroup(fn *types.Func, method string) bool {
	return fn != nil && fn.Name() == method && fn.Pkg() != nil && fn.Pkg().Path() == "sync"
}

// follows reports whether b can run after a, by blocks.
func follows(a, b ssa.Instruction) bool {
	if a.Block() == b.Block() {
		return a.Pos() < b.Pos()
	}
	return irx.Reaches(a.Parent(), b.Block())[a.Block().Index]
}

// otherArms tells what else ends a select: a timer, or a context.
func (w *walker) otherArms(instr ssa.Instruction) Bound {
	sel, ok := instr.(*ssa.Select)
	if !ok || len(sel.States) < 2 {
		return Bound{}
	}
	for _, st := range sel.States {
		call, ok := st.Chan.(*ssa.Call)
		if !ok {
			continue
		}
		if ctx := call.Call.Value; call.Call.IsInvoke() && irx.IsContext(ctx.Type()) {
			return w.e.contextBound(ctx, 0)
		}
		if b := w.e.timerCall(&call.Call, nil); b.Kind != Unbounded {
			return b
		}
	}
	return Bound{Kind: Unknown}
}
