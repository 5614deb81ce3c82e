package own

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// -- the calls of a function --

// allCalls returns the calls of a function that nothing else can call: it is not
// exported, it is no value, and no interface has it for a method. Otherwise, and when
// there are too many, it is empty.
func (e *Engine) allCalls(fn *ssa.Function) []ssa.CallInstruction {
	calls, known := e.callsOf[fn]
	if !known {
		if e.callsOf == nil {
			e.callsOf = map[*ssa.Function][]ssa.CallInstruction{}
		}
		calls = e.findCalls(fn)
		e.callsOf[fn] = calls
	}
	return calls
}

func (e *Engine) findCalls(fn *ssa.Function) (calls []ssa.CallInstruction) {
	if e.calledElsewhere(fn) {
		return nil
	}
	for _, use := range e.Pkg.Uses(fn) {
		from, callee := []ssa.Instruction{use}, ssa.Value(fn)
		if mc, ok := use.(*ssa.MakeClosure); ok {
			if mc.Fn != callee {
				return nil // a method value is called without its receiver
			}
			from, callee = *mc.Referrers(), mc
		}
		for _, ref := range from {
			if _, debug := ref.(*ssa.DebugRef); debug {
				continue
			}
			call := callOnly(ref, callee)
			if call == nil || len(calls) == maxPossibleSteps {
				return nil
			}
			calls = append(calls, call)
		}
	}
	return calls
}

// callOnly returns the instruction when it calls fn and does no more with it, or nil.
func callOnly(use ssa.Instruction, fn ssa.Value) ssa.CallInstruction {
	call, ok := use.(ssa.CallInstruction)
	if !ok || call.Common().IsInvoke() || call.Common().Value != fn || slices.Contains(call.Common().Args, fn) {
		return nil
	}
	return call
}

// calledElsewhere reports whether somebody may call fn whom the package does not show:
// it is exported, or a method that is called through an interface.
func (e *Engine) calledElsewhere(fn *ssa.Function) bool {
	if fn.Synthetic != "" || fn.Signature.TypeParams() != nil || fn.Signature.RecvTypeParams() != nil {
		return true
	}
	obj := fn.Object()
	if obj == nil {
		return fn.Parent() == nil
	}
	recv := fn.Signature.Recv()
	if recv == nil {
		return obj.Exported() && obj.Pkg().Name() != "main"
	}
	return obj.Exported() || e.Pkg.Invoked(fn.Name()) // of whichever type that has it, or embeds it
}
