package own

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what callers do --

// operand is one operand of the calls of a function.
type operand struct {
	fn    *ssa.Function
	param int
}

// CallersRelease reports whether fn is called in this package only, and each
// caller that is seen to pass a resource as the parameter closes it or hands it
// over when the call fails: then it is no fault of fn's to leave it open, even
// if it closes it on other paths.
func (e *Engine) CallersRelease(fn *ssa.Function, param int) bool {
	if fn.Object() == nil || token.IsExported(fn.Name()) {
		return false
	}
	e.supposed = &operand{fn, param}
	defer func() { e.supposed = nil }()
	found := false
	for _, caller := range e.Pkg.Funcs() {
		if caller == fn || !calls(caller, fn) {
			continue
		}
		for _, ob := range e.obligations(caller) {
			out := e.follow(caller, ob)
			if !out.supposed {
				continue
			}
			if out.Undecided || out.leaksBy(fn) {
				return false
			}
			found = true
		}
	}
	return found
}

// OnlyStarted reports whether the package does nothing with fn but start it with
// go: what its goroutine owns is told where it is started.
func (e *Engine) OnlyStarted(fn *ssa.Function) bool {
	if fn.Object() != nil && fn.Object().Exported() {
		return false
	}
	started := false
	for _, caller := range e.Pkg.Funcs() {
		for _, b := range caller.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok || irx.CalleeOf(call.Common()).Body != fn {
					continue
				}
				if _, isGo := call.(*ssa.Go); !isGo {
					return false
				}
				started = true
			}
		}
	}
	return started
}

func calls(caller, fn *ssa.Function) bool {
	for _, b := range caller.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok && irx.CalleeOf(call.Common()).Body == fn {
				return true
			}
		}
	}
	return false
}

// leaksBy reports whether a failure of fn leads to a leak of a resource that
// was acquired, or leaves a parameter open.
func (o *Outcome) leaksBy(fn *ssa.Function) bool {
	if o.Call == nil && o.Fail&Borrowed != 0 {
		return true
	}
	for _, l := range o.Leaks {
		if l.Cause != nil && l.Cause.Call != nil && irx.CalleeOf(l.Cause.Call.Common()).Body == fn {
			return true
		}
	}
	return false
}
