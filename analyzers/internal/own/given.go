package own

import (
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- closures that are given to a callee --

// closureEffect walks a closure that something else may call, and tells what it
// does to the resource. The effect is 0 when it never returns.
func (r *run) closureEffect(w *work, fn *ssa.Function, closure ssa.Value) (Effect, []exit) {
	if fn == nil || len(fn.Blocks) == 0 || r.tooDeep(fn) || len(fn.Blocks) > maxInlineBlocks {
		return Kept, nil
	}
	s := w.clone()
	s.defers = nil
	r.bindFreeVars(s, fn, closure)
	r.stack = append(r.stack, fn)
	exits, e := r.solve(fn, s)
	r.stack = r.stack[:len(r.stack)-1]
	for _, x := range exits {
		e |= effectOfStatus(x.state.status)
	}
	return e, exits
}

func effectOfStatus(s status) Effect {
	switch s {
	case closed:
		return Closed
	case kept:
		return Kept
	}
	return Borrowed
}

// closureOperand tells what a call does to the resource by a closure that it is
// given. A callee that the model knows to run it, runs it; any other may.
func (r *run) closureOperand(w *work, site ssa.CallInstruction, callee irx.Callee, i int, op ssa.Value) (outcome, bool) {
	if w.status != open || len(r.holdPaths(w.state, op)) == 0 {
		return outcome{}, false
	}
	fn := r.closureOf(w.state, op)
	e, exits := r.closureEffect(w, fn, op)
	if c := r.eng.local[fn]; e == 0 && c != nil && c.Ending != returns {
		return outcome{ok: Borrowed, fail: Borrowed}, true // who runs it ends the process
	}
	if c := r.eng.contract(callee); c != nil && r.eng.Pkg.Model.Of(callee.Func) == nil && e != Borrowed && e != 0 {
		p := c.param(i, 0)
		if p.OK == Borrowed|Kept && e&Borrowed == 0 {
			return outcome{ok: e, fail: ran(p.Fail, e), drops: true}, true
		}
		return outcome{ok: ran(p.OK, e), fail: ran(p.Fail, e)}, true
	}
	switch {
	case e == Closed && r.runs(callee, i):
		return outcome{ok: Closed, fail: Closed}, true
	case e == Borrowed && !r.runs(callee, i) && r.assigns(w.state, fn, op, exits):
		return outcome{ok: Kept, fail: Kept}, true // a variable has it, if the callee runs it
	case e == Borrowed:
		if r.spawns(callee, i) {
			r.spawnedClosure(w, site, exits)
		}
		return r.borrowingClosure(callee, i), true
	case e == 0 && r.runs(callee, i):
		return outcome{ok: Borrowed, fail: Borrowed}, true
	}
	return outcome{ok: Kept, fail: Kept}, true
}

// assigns reports whether a closure gives the resource, or an object that may have
// it, to a variable around.
func (r *run) assigns(s *state, fn *ssa.Function, closure ssa.Value, exits []exit) bool {
	obj := r.eval(s, closure)
	for i := range fn.FreeVars {
		cell := s.get(r.ps.child(obj.p, field(i)))
		if cell.k != addr || !r.isVariable(cell.p) {
			continue
		}
		before := s.get(cell.p)
		for _, x := range exits {
			if now := x.state.get(cell.p); now != before && (now.k == holds || now.k == addr) {
				return true
			}
		}
	}
	return false
}

// borrowingClosure is what a callee does to the resource by a closure that only
// uses it: nothing, unless its result leads to it then.
func (r *run) borrowingClosure(callee irx.Callee, i int) outcome {
	out := outcome{ok: Borrowed, fail: Borrowed}
	if r.eng.Pkg.Model.Of(callee.Func) != nil {
		return out
	}
	if c := r.eng.contract(callee); c != nil && !c.bottom {
		if p := c.param(i, 0); p.OK == Returned {
			out = outcome{ok: Returned, fail: p.Fail, result: p.Result, resultPath: p.ResultPath, also: p.Also}
		}
	}
	return out
}

// ran is what becomes of the resource when a callee does p to a closure that
// does e to it: "kept" for a closure means that it runs, now or later.
func ran(p, e Effect) Effect {
	if p == Kept {
		return e
	}
	return p
}

// waits reports whether the resource is opened to wait for peers: at the start of a
// service, when nothing has been stopped that would run no more.
func (r *run) waits() bool { return r.ob.Kind == netmodel.Listener || r.ob.Kind == netmodel.PacketConn }

func (r *run) runs(callee irx.Callee, i int) bool {
	spec := r.eng.Pkg.Model.Of(callee.Func)
	return spec != nil && spec.Runs != nil && *spec.Runs == i
}

func (r *run) spawns(callee irx.Callee, i int) bool {
	spec := r.eng.Pkg.Model.Of(callee.Func)
	return spec != nil && spec.Spawns != nil && *spec.Spawns == i
}
