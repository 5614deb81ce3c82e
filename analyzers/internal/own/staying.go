package own

import (
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- failures after which the process goes on --

// FailureStays reports whether some caller of fn in this package goes on after fn
// has failed: one that is not told, a goroutine, a caller that keeps the error to
// itself. A may-analysis over the callers that are seen; where they hand the error
// up to somebody who is not seen, nothing is known, and the answer is no.
func (e *Engine) FailureStays(fn *ssa.Function) bool { return e.failureStays(fn, 0) }

func (e *Engine) failureStays(fn *ssa.Function, depth int) bool {
	d, ok := discriminator(fn.Signature)
	if depth > maxEnds || e.IsMain(fn) || e.EndsProcess(fn) {
		return false
	}
	if !ok || d.kind != byError {
		return true
	}
	for _, site := range e.Pkg.Calls(fn) {
		call, waits := site.(*ssa.Call)
		if !waits {
			return true
		}
		caller := call.Parent()
		if above, ok := discriminator(caller.Signature); ok && above.kind == byError {
			if caller != fn && e.failureStays(caller, depth+1) {
				return true
			}
			continue
		}
		if err := errorOf(call, d); err == nil || !e.endsAfter(call, err, depth) {
			return true
		}
	}
	return false
}

// FailsByValues reports whether a call fails by the values that it is given and
// nothing else.
func (e *Engine) FailsByValues(call ssa.CallInstruction) bool {
	callee := irx.CalleeOf(call.Common())
	return e.checkedBy(callee) != 0 || e.setsDeadline(callee)
}
