package errpath

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- telling of the end of the loop --

// starts reports whether a goroutine is started, now or later: the loop ends, and
// something else goes on.
func (r *Result) starts(call ssa.CallInstruction) bool {
	if _, ok := call.(*ssa.Go); ok {
		return true
	}
	spec := r.pkg.Model.Of(irx.CalleeOf(call.Common()).Func)
	return spec != nil && spec.Spawns != nil
}

// maxSignal bounds how deep a close or a cancel is looked for.
const maxSignal = 3

// signals reports whether a call wakes somebody up: it closes a channel or cancels
// a context that the function did not make itself, or calls back. It may do so
// itself, in a function of this package, or in a literal that is passed (once.Do);
// a callback deeper inside is taken for a logger's.
func (r *Result) signals(call *ssa.CallCommon) bool {
	if signalsHere(call, wakes) || names(call) || r.ends(call, 0) {
		return true
	}
	body := irx.CalleeOf(call).Body
	return body != nil && anyCall(body, func(c *ssa.CallCommon) bool { return signalsHere(c, wakes) })
}

// ends reports whether a call closes or cancels, some way down.
func (r *Result) ends(call *ssa.CallCommon, depth int) bool {
	if signalsHere(call, closes) {
		return true
	}
	body := irx.CalleeOf(call).Body
	if body == nil || depth == maxSignal {
		return false
	}
	key := signalKey{body, depth}
	found, ok := r.signalled[key]
	if !ok {
		found = anyCall(body, func(c *ssa.CallCommon) bool { return r.ends(c, depth+1) })
		r.signalled[key] = found
	}
	return found
}

// signalKey is a function that was looked into, and how deep.
type signalKey struct {
	fn    *ssa.Function
	depth int
}

func signalsHere(call *ssa.CallCommon, signal func(*ssa.CallCommon) bool) bool {
	if signal(call) {
		return true
	}
	for mc := range literals(call) {
		if fn := mc.Fn.(*ssa.Function); anyCall(fn, signal) || anyInstr(fn, sendsAway) {
			return true
		}
	}
	return false
}

// anyCall reports whether a function has a call of some kind.
func anyCall(fn *ssa.Function, is func(*ssa.CallCommon) bool) bool {
	return anyInstr(fn, func(instr ssa.Instruction) bool {
		call, ok := instr.(ssa.CallInstruction)
		return ok && is(call.Common())
	})
}

func anyInstr(fn *ssa.Function, is func(ssa.Instruction) bool) bool {
	return slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool { return slices.ContainsFunc(b.Instrs, is) })
}

// sendsAway reports whether an instruction sends on a channel that is not its
// function's own.
func sendsAway(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Send:
		return !madeHere(instr.Chan)
	case *ssa.Select:
		return slices.ContainsFunc(instr.States, func(st *ssa.SelectState) bool {
			return st.Dir == types.SendOnly && !madeHere(st.Chan)
		})
	}
	return false
}

// closes reports whether a call closes a channel, cancels a context, winds up a timer,
// or wakes another goroutine or process.
func closes(call *ssa.CallCommon) bool {
	c := irx.CalleeOf(call)
	if c.Builtin == "close" {
		return !madeHere(call.Args[0])
	}
	if c.Func == nil {
		path, name := named(call.Value.Type())
		return path == "context" && (name == "CancelFunc" || name == "CancelCauseFunc") && !madeHere(call.Value)
	}
	switch c.Func.FullName() {
	case "(*sync.Cond).Broadcast", "(*sync.Cond).Signal", "(*time.Timer).Reset", "(*os.Process).Signal", "(*os.Process).Kill", "syscall.Kill", "golang.org/x/sys/unix.Kill":
		return true
	}
	return false
}

// wakes reports whether a call closes, or calls somebody back.
func wakes(call *ssa.CallCommon) bool {
	if closes(call) {
		return true
	}
	c := irx.CalleeOf(call)
	if c.Func == nil {
		return c.Builtin == "" && c.Body == nil && notifies(call.Signature(), false) && !madeHere(call.Value)
	}
	return c.Dynamic && notifies(call.Signature(), true)
}

// notifies reports whether a function of which only the type is known may be there
// to tell somebody: it answers nothing, and what it is given is no text, as a
// logger's, and no number, as a metric's. A method is given an object: without one
// it may be a lock's.
func notifies(sig *types.Signature, method bool) bool {
	if sig.Results().Len() > 0 || sig.Variadic() {
		return false
	}
	for p := range sig.Params().Variables() {
		switch t := p.Type().Underlying().(type) {
		case *types.Basic:
			return false
		case *types.Interface:
			if path, _ := named(p.Type()); t.NumMethods() == 0 || path == "context" {
				return false
			}
		}
	}
	return !method || sig.Params().Len() > 0
}

// names reports whether a function of which only the type is known is told by name or
// number which one has ended: OnEnd(session, port, addr). A logger is given a text that
// is made for it, and a metric the name of what it counts: a constant.
func names(call *ssa.CallCommon) bool {
	sig := call.Signature()
	c := irx.CalleeOf(call)
	if c.Builtin != "" || c.Body != nil || !c.Dynamic && c.Func != nil || sig.Results().Len() > 0 || sig.Variadic() {
		return false
	}
	named := false
	for i, arg := range call.Args {
		if !isName(arg) {
			return false
		}
		b, basic := sig.Params().At(i).Type().Underlying().(*types.Basic)
		named = named || basic && b.Info()&(types.IsString|types.IsInteger) != 0
	}
	return named
}

// isName reports whether a value was there before, in a variable or field, or is asked
// of something that was: it is not made for a message.
func isName(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.FreeVar, *ssa.UnOp, *ssa.Field, *ssa.Alloc:
		return true
	case *ssa.MakeInterface:
		return isName(v.X)
	case *ssa.ChangeInterface:
		return isName(v.X)
	case *ssa.Convert:
		return isName(v.X)
	case *ssa.Call:
		ops := irx.Operands(v.Common())
		if v.Call.Signature().Recv() == nil || len(ops) != 1 || irx.IsError(ops[0].Type()) {
			return false
		}
		_, opened := ops[0].(*ssa.Extract)
		return opened || isName(ops[0])
	}
	return false
}

func madeHere(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.MakeChan, *ssa.Extract, *ssa.Call:
		return true
	case *ssa.UnOp:
		_, local := v.X.(*ssa.Alloc)
		return local
	}
	return false
}

// tellsOnReturn reports whether a deferred call of fn signals its end.
func (r *Result) tellsOnReturn(fn *ssa.Function) bool {
	return slices.ContainsFunc(r.deferred(fn), func(d *ssa.Defer) bool { return r.signals(d.Common()) || r.awaited(d.Common(), fn) })
}
