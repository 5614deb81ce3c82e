package delay

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// Waits reports whether an instruction takes time: it sleeps or waits for a
// timer, or calls what does.
func (r *Result) Waits(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Call:
		return r.OfCall(instr.Common()).Delays || r.waitsOutside(instr.Common())
	case *ssa.UnOp:
		return instr.Op == token.ARROW && isTimes(instr.X.Type())
	case *ssa.Select:
		return instr.Blocking && receivesTime(instr)
	}
	return false
}

// receivesTime reports whether an arm of a select waits for a timer.
func receivesTime(sel *ssa.Select) bool {
	for _, st := range sel.States {
		if st.Dir == types.RecvOnly && isTimes(st.Chan.Type()) {
			return true
		}
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
