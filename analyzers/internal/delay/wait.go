package delay

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// Waits reports whether an instruction takes time: it sleeps or waits for a
// timer or for the end of a context, or calls what does.
func (r *Result) Waits(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Call:
		return r.OfCall(instr.Common()).Delays || r.waitsOutside(instr.Common())
	case *ssa.UnOp:
		return instr.Op == token.ARROW && (isTimes(instr.X.Type()) || isDone(instr.X))
	case *ssa.Select:
		return instr.Blocking && receivesTime(instr)
	}
	return false
}

// receivesTime reports whether an arm of a select waits for a timer.
func receivesTime(sel *ssa.Select) bool {
	for _, st := range sel.States {
		if st.Dir == types.RecvOnly && (isTimes(st.Chan.Type()) || expires(st.Chan)) {
			return true
		}
	}
	return false
}

// isDone reports whether a channel is a context's: it is closed when that is over,
// by its deadline or by somebody else.
func isDone(ch ssa.Value) bool {
	call, ok := ch.(*ssa.Call)
	return ok && call.Call.IsInvoke() && call.Call.Method.Name() == "Done" && irx.IsContext(call.Call.Value.Type())
}

// expires reports whether a channel is that of a context which the function itself
// makes with a deadline: a timer, whatever else a select waits for.
func expires(ch ssa.Value) bool {
	return isDone(ch) && withDeadline(ch.(*ssa.Call).Call.Value, map[*ssa.Alloc]bool{})
}

// withDeadline follows a context through variables, which may be set to each other:
// seen are those that have been asked.
func withDeadline(ctx ssa.Value, seen map[*ssa.Alloc]bool) bool {
	switch v := ctx.(type) {
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		if !ok || v.Index != 0 {
			return false
		}
		fn := irx.CalleeOf(call.Common()).Func
		return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "context" &&
			(strings.HasPrefix(fn.Name(), "WithTimeout") || strings.HasPrefix(fn.Name(), "WithDeadline"))
	case *ssa.UnOp:
		cell, ok := v.X.(*ssa.Alloc)
		if !ok || seen[cell] {
			return false
		}
		seen[cell] = true
		return slices.ContainsFunc(*cell.Referrers(), func(ref ssa.Instruction) bool {
			st, ok := ref.(*ssa.Store)
			return ok && st.Addr == v.X && withDeadline(st.Val, seen)
		})
	}
	return false
}

func isTimes(t types.Type) bool {
	c, ok := t.Underlying().(*types.Chan)
	return ok && isNamed(c.Elem(), "time", "Time")
}

func isNamed(t types.Type, path, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path && n.Obj().Name() == name
}

// waitsOutside reports whether a call whose body nobody has seen takes time, by
// what it is given or called: a clock, a back-off or a limiter of which only an
// interface or a function value is known.
func (r *Result) waitsOutside(call *ssa.CallCommon) bool {
	c := irx.CalleeOf(call)
	if !c.Dynamic || c.Builtin != "" {
		return false
	}
	name := irx.ValueName(call.Value)
	if c.Func != nil {
		name = c.Func.Name()
	}
	if saysWait(name) {
		return true
	}
	params := call.Signature().Params()
	return params.Len() == 1 && isNamed(params.At(0).Type(), "time", "Duration") && call.Signature().Results().Len() == 0
}

func saysWait(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"sleep", "wait", "backoff", "delay", "pause", "throttle"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
