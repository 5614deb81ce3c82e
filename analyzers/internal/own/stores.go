package own

import (
	"golang.org/x/tools/go/ssa"
)

// -- stores --

// storeInstr stores into a place that is followed, or hands the value over.
func (r *run) storeInstr(w *work, v *ssa.Store) {
	to := r.eval(w.state, v.Addr)
	if to.k != addr {
		if !r.inHolder(w.state, v.Addr) {
			r.escape(w, v.Val)
		}
		return
	}
	carries := len(r.holdPaths(w.state, v.Val)) > 0
	if !carries {
		r.overwrite(w, to.p, v)
	}
	held := w.status == open && w.anyHolds()
	r.store(w.state, to.p, v.Val)
	if _, zero := v.Val.(*ssa.Const); zero {
		r.zeroCounts(w.state, v.Parent(), to.p, v.Val.Type())
	}
	if held && r.ob.Call != nil && callOf(v.Val) == r.ob.Call && !w.anyHolds() {
		r.lose(w, r.ob.Call, AtLoop) // the variable gets the next one
		return
	}
	if r.ps.outlives(to.p) || r.escaped(w.state, to.p) {
		r.markEscaped(w.state, v.Val)
	}
	if !carries {
		return
	}
	r.place(w, to.p)
	if w.status == closed && r.ps.outlives(to.p) && !r.isSubject(to.p) {
		r.misused(v)
	}
	switch {
	case r.ps.outlives(to.p) && !r.isSubject(to.p):
		r.captured = r.captured || r.isCaptured(to.p)
		r.keepInField(w)
	case w.status == open && (r.escaped(w.state, to.p) || closedByRunning(v)):
		w.status = kept // something else has this object or variable
	}
}

// inHolder reports whether an address is a field of the resource itself, which
// keeps nothing that it would not have anyway.
func (r *run) inHolder(s *state, v ssa.Value) bool {
	for {
		f, ok := v.(*ssa.FieldAddr)
		if !ok {
			return false
		}
		if r.eval(s, f.X).k == holds {
			return true
		}
		v = f.X
	}
}

// escaped reports whether something unknown can reach the object that p belongs
// to: what is stored in it later is handed over.
func (r *run) escaped(s *state, p place) bool {
	k := r.ps.keys[p]
	return k.mem && s.get(r.ps.mem(k.v, marker)).k != unknown
}

// markEscaped notes that something unknown can reach the object made here that
// v points to, and what it leads to.
func (r *run) markEscaped(s *state, v ssa.Value) {
	if x := r.eval(s, v); x.k == addr {
		r.markObject(s, x.p, 0)
	}
}

func (r *run) markObject(s *state, p place, depth int) {
	k := r.ps.keys[p]
	if _, isClosure := k.v.(*ssa.MakeClosure); isClosure || !k.mem || r.ps.outlives(p) || depth > maxSteps {
		return
	}
	var next []place
	r.parts(s, p, func(i int, rest Path) {
		if x := s.env[i].v; x.k == addr && rest != 0 && rest != marker && r.fillable(x.p) {
			next = append(next, x.p)
		}
	})
	s.set(r.ps.mem(k.v, marker), value{k: nonNil})
	for _, p := range next {
		r.markObject(s, p, depth+1)
	}
}

// keepInField hands the resource over to an object that outlives the function.
func (r *run) keepInField(w *work) {
	if w.status == open {
		w.status = kept
		w.flags |= field1
	}
	w.flags &^= viaGo // it is more than a goroutine that has it
}

// overwrite ends the ownership of an object whose field this function filled
// and now sets to something else that is known not to be the resource.
func (r *run) overwrite(w *work, p place, at *ssa.Store) {
	if w.status != kept || w.flags&field1 == 0 || w.get(p).k != holds || r.weak(p) {
		return
	}
	if x := r.eval(w.state, at.Val); x.k != isNil && !r.failedResult(w.state, at.Val) {
		return
	}
	r.clear(w.state, p)
	switch {
	case r.closedAtEnd(w) || r.deferredItself(w.state):
		w.status, w.flags = open, w.flags&^field1 // a deferred call was given it before
	case !r.heldAfter(w.state, at):
		r.lose(w, at, Overwritten)
	case r.eng.opened != nil:
		// Only variables have it now. A report leaves it at that: who filled
		// the field may know of another owner.
		w.status, w.flags = open, w.flags&^field1
	}
}

// escape hands v over to something unknown.
func (r *run) escape(w *work, v ssa.Value) {
	if at, ok := v.(ssa.Instruction); ok && w.status == closed && len(r.holdPaths(w.state, v)) > 0 {
		r.misused(at)
	}
	if (w.status == open || w.leftToGo()) && len(r.holdPaths(w.state, v)) > 0 {
		w.status = kept
		w.flags &^= field1 | goLeaks
	}
	if w.status == kept && w.flags&(field1|viaGo) != 0 && len(r.holdPaths(w.state, v)) > 0 {
		w.flags &^= field1 | viaGo // it is more than the field or the goroutine that has it
	}
	r.markEscaped(w.state, v)
	r.escapeClosure(w, v)
}
