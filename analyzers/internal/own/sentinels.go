package own

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- errors that say that a server has closed it --

// assumeServed draws what follows from err being the sentinel: where that is the
// ErrServerClosed of a server, it has closed the listener that it was given.
func (r *run) assumeServed(s *state, err, sentinel ssa.Value) {
	load, ok := sentinel.(*ssa.UnOp)
	if !ok || load.Op != token.MUL || s.status != open {
		return
	}
	global, ok := load.X.(*ssa.Global)
	if !ok || !serverClosed[global.Name()] {
		return
	}
	call, _ := resultOf(r.origin(s, err))
	if call == nil {
		return
	}
	callee := irx.CalleeOf(call.Common()).Func
	spec := r.eng.Pkg.Model.Of(callee)
	if spec == nil || spec.Serves == nil || global.Pkg.Pkg != callee.Pkg() {
		return
	}
	if ops := irx.Operands(call.Common()); *spec.Serves < len(ops) && r.eval(s, ops[*spec.Serves]).k == holds {
		s.status = closed
	}
}

// serverClosed are the names of what servers return once they have been shut down.
var serverClosed = map[string]bool{"ErrServerClosed": true, "ErrServerStopped": true}
