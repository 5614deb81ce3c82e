package peerio

import (
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- timers that end a connection --
//
// A function that runs later on another goroutine and closes a connection, or
// sets its deadline, bounds what waits for it: time.AfterFunc, or a goroutine
// that waits for a timer or for a context with a deadline.

// spawnWatchdogs adds what a call of the model that starts a function later
// bounds in this way.
func (e *engine) spawnWatchdogs(ops []limitOp, t *target) []limitOp {
	if t.spec.Spawns == nil || t.fn.Pkg() == nil || t.operand(0) == nil {
		return ops
	}
	var bound Bound
	switch {
	case irx.IsContext(t.operand(0).Type()):
		bound = e.contextBound(t.operand(0), 0)
	case t.fn.Pkg().Path() == "time":
		bound = Bound{Kind: Bounded, By: irx.FuncName(t.fn, e.pkg.Pass.Pkg), Limit: duration(t.operand(0))}
	}
	if bound.Kind == Unbounded {
		return ops
	}
	for _, fv := range e.funcsOf(t.operand(*t.spec.Spawns), 0) {
		for _, guard := range e.known(fv, nil) {
			ops = e.endedBy(ops, &guard, bound)
		}
	}
	return ops
}

// goWatchdogs adds what a goroutine bounds.
func (e *engine) goWatchdogs(ops []limitOp, t *target) []limitOp {
	if t.body == nil || len(t.sum.Waits) > 0 {
		return ops // it serves the connection, it does not guard it
	}
	if b := e.timer(t.body, t); b.Kind != Unbounded {
		ops = e.endedBy(ops, t, b)
	}
	return ops
}

// endedBy adds the places that the target closes or sets a deadline of.
func (e *engine) endedBy(ops []limitOp, t *target, b Bound) []limitOp {
	if t.spec != nil { // time.AfterFunc(d, conn.Close)
		if len(t.spec.Releases) > 0 {
			ops = e.limitAll(ops, t.operand(t.spec.Releases[0]), "", b)
		}
		return ops
	}
	if t.body == nil {
		return ops
	}
	for _, ref := range e.ends(t.body) {
		if i := inputOf(t.body, ref.Base); i >= 0 {
			ops = e.limitAll(ops, t.operand(i), ref.Path, b)
		}
	}
	return ops
}

// ends returns the places that a function closes or sets a deadline of.
func (e *engine) ends(fn *ssa.Function) []Ref {
	var refs []Ref
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			for _, t := range e.targets(call.Common()) {
				if v := ended(&t); v != nil {
					refs = append(refs, e.origins(v, "")...)
				}
			}
		}
	}
	return refs
}

// ended returns the operand that a target closes or sets a deadline of, or nil.
func ended(t *target) ssa.Value {
	switch {
	case t.spec != nil && len(t.spec.Releases) > 0:
		return t.operand(t.spec.Releases[0])
	case t.spec != nil && len(t.spec.Deadline) > 0:
		return t.operand(t.spec.Deadline[0].Operand)
	case t.spec == nil && t.fn != nil && t.fn.Name() == "Close" && t.fn.Signature().Recv() != nil:
		return t.operand(0)
	}
	return nil
}

// timer tells what fn waits for before it goes on: Bounded for a timer or a
// context with a deadline, Unknown for a context that may have one.
func (e *engine) timer(fn *ssa.Function, t *target) Bound {
	var out Bound
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			if b := e.timerCall(&call.Call, t); b.Kind == Bounded || b.Kind == Unknown && out.Open() {
				out = b
			}
		}
	}
	return out
}

func (e *engine) timerCall(call *ssa.CallCommon, t *target) Bound {
	fn := irx.CalleeOf(call).Func
	if fn == nil || fn.Pkg() == nil {
		return Bound{}
	}
	if spec := e.pkg.Model.Of(fn); spec != nil && spec.Delays {
		return Bound{Kind: Bounded, By: irx.FuncName(fn, e.pkg.Pass.Pkg)}
	}
	switch {
	case fn.Pkg().Path() == "time" && (fn.Name() == "NewTicker" || fn.Name() == "Tick"):
		return Bound{Kind: Unknown} // after how many is not known
	case fn.Pkg().Path() == "time" && (fn.Name() == "After" || fn.Name() == "NewTimer"):
		return Bound{Kind: Bounded, By: irx.FuncName(fn, e.pkg.Pass.Pkg), Limit: duration(call.Args[0])}
	case call.IsInvoke() && fn.Name() == "Done" && irx.IsContext(call.Value.Type()):
		b := e.contextBound(call.Value, 0)
		if b.Ctx > 0 && t != nil {
			if v := t.operand(b.Ctx - 1); v != nil {
				b = e.cellContext(v)
			}
		}
		if b.Ctx > 0 {
			return Bound{Kind: Unknown}
		}
		return b
	}
	return Bound{}
}

// cellContext is contextBound of a context or of the variable that holds it.
func (e *engine) cellContext(v ssa.Value) Bound {
	if _, ok := v.(*ssa.Alloc); ok {
		return e.loadedContext(v, 0)
	}
	return e.contextBound(v, 0)
}
