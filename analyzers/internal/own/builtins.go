package own

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// builtin applies a builtin function.
func (r *run) builtin(w *work, site ssa.CallInstruction, name string) {
	v := site.Value()
	args := site.Common().Args
	switch name {
	case "append":
		r.append(w.state, v, args)
	case "copy":
		if len(r.holdPaths(w.state, args[1])) > 0 {
			r.escape(w, args[1])
		}
	case "panic", "ssa:wrapnilchk":
	}
}

// append makes a container that holds what its operands hold. The result of an
// earlier iteration is the same container.
func (r *run) append(s *state, v ssa.Value, args []ssa.Value) {
	carries := false
	for _, a := range args {
		carries = carries || len(r.holdPaths(s, a)) > 0
	}
	if base := r.eval(s, args[0]); base.k == addr && r.ps.outlives(base.p) {
		r.forget(s, v)
		r.bind(s, v, base)
		if !carries {
			for _, a := range args[1:] {
				r.markEscaped(s, a)
			}
		}
		if carries && !r.appendParts(s, base.p, args[1:]) {
			s.set(r.ps.child(base.p, elem), value{k: holds})
		}
		return
	}
	r.forget(s, v)
	obj := r.ps.mem(v, 0)
	if !carries {
		r.appendEmpty(s, v, args)
		return
	}
	if !r.appendParts(s, obj, args) {
		s.set(r.ps.child(obj, elem), r.element(s, obj, args))
	}
	r.bind(s, v, value{addr, obj})
}

// appendParts lets the elements of obj, which are structs, have in their fields what
// those of the operands have in theirs, and reports whether that leads to the
// resource.
func (r *run) appendParts(s *state, obj place, args []ssa.Value) bool {
	found := false
	for _, a := range args {
		if base := r.eval(s, a); base.k == addr {
			found = r.copyHeld(s, r.ps.child(base.p, elem), r.ps.child(obj, elem)) || found
		}
	}
	return found
}

// appendEmpty lets the appended slice lead to an object that has nothing in it yet,
// and may be filled later.
func (r *run) appendEmpty(s *state, v ssa.Value, args []ssa.Value) {
	for _, a := range slices.Backward(args) {
		base := r.eval(s, a)
		if base.k != addr {
			continue
		}
		if x := s.get(r.ps.child(base.p, elem)); x.k == addr && r.fillable(x.p) {
			obj := r.ps.mem(v, 0)
			s.set(r.ps.child(obj, elem), x)
			r.bind(s, v, value{addr, obj})
			return
		}
	}
}

// fillable reports whether the place is an object made here that has a field for a
// resource.
func (r *run) fillable(p place) bool {
	k := r.ps.keys[p]
	a, ok := k.v.(*ssa.Alloc)
	if !ok || !k.mem || k.path != 0 {
		return false
	}
	st, ok := irx.Deref(a.Type()).Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if _, ok := irx.ResourceKind(f.Type()); ok || irx.IsEndpoint(f.Type()) {
			return true
		}
	}
	return false
}

// element is what the elements of an appended slice may be: the resource, or
// the one object that leads to it.
func (r *run) element(s *state, obj place, args []ssa.Value) value {
	x := s.get(r.ps.child(obj, elem))
	for _, a := range args {
		base := r.eval(s, a)
		if base.k != addr {
			continue
		}
		if y := s.get(r.ps.child(base.p, elem)); y.k == holds || y.k == addr && !r.reached(s, x) {
			x = y
		}
	}
	if x.k == unknown {
		return value{k: holds}
	}
	return x
}

// reached reports whether x is the resource or an object that leads to it.
func (r *run) reached(s *state, x value) bool {
	return x.k == holds || x.k == addr && len(r.holdsUnder(s, x.p, 0, 0, nil)) > 0
}

// havoc forgets what a callee may change: variables whose address it is given,
// and variables that a closure it is given assigns.
func (r *run) havoc(w *work, callee irx.Callee, ops []ssa.Value, mode callKind) {
	for i, op := range ops {
		x := r.eval(w.state, op)
		if x.k != addr || mode == deferMode && irx.IsError(irx.Deref(op.Type())) {
			continue
		}
		if fn := r.closureOf(w.state, op); fn != nil {
			r.escapeClosure(w, op)
			r.havocCaptured(w.state, fn, x.p)
			continue
		}
		if r.keepsObject(callee, i) {
			r.markEscaped(w.state, op)
		}
		kept := r.errorsKept(w.state, callee, i, op)
		r.havocObject(w.state, x.p)
		for _, b := range kept {
			w.set(b.at, b.v)
		}
	}
}

// keepsObject reports whether the callee may keep the object that operand i
// points to.
func (r *run) keepsObject(callee irx.Callee, i int) bool {
	if r.eng.Pkg.Model.Of(callee.Func) != nil {
		return false
	}
	c := r.eng.contract(callee)
	if c == nil {
		return callee.Func == nil || !r.eng.Pkg.Standard(callee.Func.Pkg()) && !(callee.Dynamic && i == 0)
	}
	return slices.ContainsFunc(c.Params, func(p ParamContract) bool { return p.Param == i && p.OK|p.Fail == Kept })
}

func (r *run) havocObject(s *state, p place) {
	k := r.ps.keys[p]
	s.filter(func(b binding) bool {
		o := r.ps.keys[b.at]
		if o.v != k.v || !o.mem || b.v.k == holds || b.v.k == addr {
			return true
		}
		_, under := o.path.under(k.path)
		return !under || o.path == marker
	})
}

func (r *run) havocCaptured(s *state, fn *ssa.Function, closure place) {
	for i, fv := range fn.FreeVars {
		if cell := s.get(r.ps.child(closure, field(i))); cell.k == addr && assigns(fv) {
			r.havocObject(s, cell.p)
		}
	}
}

// assigns reports whether a captured variable is assigned in the function.
func assigns(fv *ssa.FreeVar) bool {
	for _, ref := range *fv.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr == ssa.Value(fv) {
				return true
			}
		case *ssa.MakeClosure:
			return true
		}
	}
	return false
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}
