package own

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- transfer --

// work is a state on its way through a block, with the latest call that failed
// on this way.
type work struct {
	*state
	cause *Cause
	dead  bool
}

func (w *work) fork() *work { return &work{state: w.clone(), cause: w.cause} }

// step applies one instruction to w, in place; further states that the
// instruction leads to are returned. It is the only switch over instructions:
// kinds that are not listed neither move nor test anything.
func (r *run) step(w *work, instr ssa.Instruction) []*work {
	if r.derefsNil(w.state, instr) {
		w.dead = true
		return nil
	}
	r.serve(w, instr)
	if v, ok := instr.(ssa.Value); ok {
		if call, isCall := instr.(*ssa.Call); isCall {
			return r.call(w, call, callMode)
		}
		r.redefine(w, v)
	}
	switch instr := instr.(type) {
	case *ssa.Defer:
		r.deferCall(w, instr)
	case *ssa.Go:
		return r.call(w, instr, goMode)
	case *ssa.RunDefers:
		return r.runDefers(w)
	case *ssa.Alloc:
		r.alloc(w, instr)
	case *ssa.Store:
		r.storeInstr(w, instr)
	case *ssa.UnOp:
		r.unop(w, instr)
	case *ssa.BinOp:
		r.binop(w.state, instr)
	case *ssa.FieldAddr:
		r.address(w.state, instr, instr.X, field(instr.Field))
	case *ssa.IndexAddr:
		r.address(w.state, instr, instr.X, elem)
	case *ssa.Field:
		r.part(w.state, instr, instr.X, field(instr.Field))
	case *ssa.Index:
		r.part(w.state, instr, instr.X, elem)
	case *ssa.Extract:
		r.part(w.state, instr, instr.Tuple, field(instr.Index))
	case *ssa.Lookup:
		r.lookup(w.state, instr)
	case *ssa.MakeInterface:
		r.convert(w.state, instr, instr.X)
		if w.get(r.ps.reg(instr)).k == unknown && len(r.holdPaths(w.state, instr)) == 0 {
			r.bind(w.state, instr, value{k: nonNil})
		}
	case *ssa.ChangeInterface:
		r.convert(w.state, instr, instr.X)
	case *ssa.ChangeType:
		r.convert(w.state, instr, instr.X)
	case *ssa.Convert:
		r.convert(w.state, instr, instr.X)
	case *ssa.MultiConvert:
		r.convert(w.state, instr, instr.X)
	case *ssa.SliceToArrayPointer:
		r.convert(w.state, instr, instr.X)
	case *ssa.Slice:
		r.convert(w.state, instr, instr.X)
	case *ssa.TypeAssert:
		r.typeAssert(w.state, instr)
	case *ssa.MakeClosure:
		r.makeClosure(w.state, instr)
	case *ssa.MapUpdate:
		r.mapUpdate(w, instr)
	case *ssa.Range:
		r.rangeOver(w.state, instr)
	case *ssa.Next:
		r.next(w.state, instr)
	case *ssa.Send:
		r.escape(w, instr.X)
	case *ssa.Select:
		return r.selectInstr(w, instr)
	}
	return nil
}

// redefine forgets the register v, which is about to be defined anew. A deferred
// call that an earlier iteration registered still has the old value.
func (r *run) redefine(w *work, v ssa.Value) {
	if (w.status == open || w.leftToGo()) && len(w.defers) > 0 && r.deferred(w.state)[v] && len(r.holdPaths(w.state, v)) > 0 {
		w.status = kept
		w.flags &^= goLeaks
	}
	if r.once(v) {
		return
	}
	if w.status == open && r.deferredBeside(w.state, v) {
		w.status = kept // what the deferred call does depends on what v was
	}
	r.forget(w.state, v)
}

// deferredBeside reports whether a registered call has v, by which it may decide,
// as an operand beside the resource.
func (r *run) deferredBeside(s *state, v ssa.Value) bool {
	if !r.eng.tellsFailure(v.Type()) && !irx.IsBool(v.Type()) {
		return false
	}
	return slices.ContainsFunc(s.defers, func(id int32) bool {
		ops := irx.Operands(r.com.defers.list[id].Common())
		return slices.Contains(ops, v) && r.firstHolder(s, ops) >= 0
	})
}

// once reports whether no path defines v twice, so that nothing can be known of it
// before: looking for that takes long in a function of thousands of statements.
func (r *run) once(v ssa.Value) bool {
	instr, ok := v.(ssa.Instruction)
	return ok && instr.Parent() == r.top && !r.eng.shape(r.top).loops[instr.Block().Index]
}

func nilableOrBool(t types.Type) bool { return irx.Nilable(t) || irx.IsBool(t) }

// convert makes v another name of x.
func (r *run) convert(s *state, v, x ssa.Value) {
	r.bind(s, v, r.share(s, x))
	r.copyParts(s, r.ps.reg(x), r.ps.reg(v))
}

// alloc makes a new, zero object. The object that an earlier iteration made
// here is told apart no longer: if something still leads to it, its resource
// counts as handed over.
func (r *run) alloc(w *work, a *ssa.Alloc) {
	root := r.ps.mem(a, 0)
	if (w.status == open || w.leftToGo()) && r.pointedAt(w.state, root) {
		// A deferred call, too, looks at the variables of its own iteration.
		if len(r.holdsUnder(w.state, root, 0, 0, nil)) > 0 || r.closedLater(w.state) {
			w.status = kept
			w.flags &^= goLeaks
		}
	}
	r.clear(w.state, root)
	elemType := a.Type().Underlying().(*types.Pointer).Elem()
	if nilableOrBool(elemType) {
		w.set(root, value{k: isNil})
	}
	r.zeroCounts(w.state, a.Parent(), root, elemType)
}

// zeroCounts notes that the numbers in a new struct are zero, those that fn asks for.
func (r *run) zeroCounts(s *state, fn *ssa.Function, at place, t types.Type) {
	st, ok := t.Underlying().(*types.Struct)
	if !ok || s.status != open {
		return
	}
	for _, i := range r.eng.shape(fn).counts(st) {
		s.set(r.ps.child(at, field(i)), value{isInt, 0})
	}
}

// pointedAt reports whether an object or closure leads to the object root.
func (r *run) pointedAt(s *state, root place) bool {
	return slices.ContainsFunc(s.env, func(b binding) bool {
		return b.v == (value{addr, root}) && r.ps.keys[b.at].mem
	})
}

// address makes v the address of a part of what x points to.
func (r *run) address(s *state, v, x ssa.Value, step uint32) {
	base := r.eval(s, x)
	whole := base.k == holds // x points to it
	if base.k == addr {
		part := r.ps.child(base.p, step)
		r.bind(s, v, value{addr, part})
		whole = s.get(base.p).k == holds && s.get(part).k == unknown
	}
	// A connection inside the resource stands for it: an embedded one whose
	// methods are promoted, or the one that a wrapper closes.
	if whole && irx.Closable(irx.Deref(v.Type())) {
		r.bind(s, v, value{k: holds})
	}
}

// part makes v a part of the struct, tuple or array x.
func (r *run) part(s *state, v, x ssa.Value, step uint32) {
	p := r.ps.child(r.ps.reg(x), step)
	r.bind(s, v, s.get(p))
	if s.get(p).k == unknown && s.get(r.ps.reg(x)).k == holds && irx.Closable(v.Type()) {
		r.bind(s, v, value{k: holds}) // as in address
	}
	r.copyParts(s, p, r.ps.reg(v))
}

func (r *run) lookup(s *state, v *ssa.Lookup) {
	base := r.eval(s, v.X)
	if base.k != addr {
		return
	}
	from, to := r.ps.child(base.p, elem), r.ps.reg(v)
	if v.CommaOk {
		to = r.ps.child(to, field(0))
	}
	r.copyElement(s, from, to, v.X.Type())
}

// copyElement lets a place have what the elements of a container of type t have. A
// pointer that nothing is known of stays where it is: paths follow it.
func (r *run) copyElement(s *state, from, to place, t types.Type) {
	x := s.get(from)
	if el := elemOf(t); el != nil && x.k == unknown && isPointer(el) && len(r.holdsUnder(s, from, 0, 0, nil)) > 0 {
		s.set(to, value{addr, from})
		return
	}
	s.set(to, x)
	r.copyHeld(s, from, to)
}

func (r *run) unop(w *work, v *ssa.UnOp) {
	switch v.Op {
	case token.MUL:
		switch p := r.eval(w.state, v.X); p.k {
		case addr:
			r.load(w.state, v, p.p)
		case holds:
			if irx.Closable(v.Type()) {
				r.bind(w.state, v, p)
			}
		}
	case token.NOT:
		if t := r.truth(w.state, v.X); t != maybe {
			r.bind(w.state, v, boolValue(t == no))
		}
	}
}

func (r *run) binop(s *state, v *ssa.BinOp) {
	if v.Op == token.ADD {
		x, y := r.eval(s, v.X), r.eval(s, v.Y)
		if x.k == isInt && y.k == isInt && x.p+y.p == 0 {
			r.bind(s, v, value{isInt, 0}) // the first index of a range loop
		}
		return
	}
	if t := r.compare(s, v); t != maybe {
		r.bind(s, v, boolValue(t == yes))
	}
}

func (r *run) typeAssert(s *state, v *ssa.TypeAssert) {
	if !v.CommaOk {
		r.convert(s, v, v.X)
		return
	}
	to := r.ps.child(r.ps.reg(v), field(0))
	can := r.assertion(s, v)
	if isSocketAddr(v) || r.ownAddr(s, v) || can == yes {
		s.set(r.ps.child(r.ps.reg(v), field(1)), value{k: nonNil})
	}
	if can == no {
		s.set(r.ps.child(r.ps.reg(v), field(1)), value{k: isNil})
		s.set(to, value{k: isNil})
		return
	}
	if iface, ok := v.AssertedType.Underlying().(*types.Interface); ok && types.Implements(v.X.Type(), iface) {
		if x := r.eval(s, v.X); x.k == holds || x.k == addr {
			s.set(r.ps.child(r.ps.reg(v), field(1)), value{k: nonNil})
		}
	}
	if x := r.eval(s, v.X); x.k == holds || x.k == addr {
		s.set(to, x)
	}
	r.copyParts(s, r.ps.reg(v.X), to)
}

// isSocketAddr reports whether v asserts that the address of one of net's own
// sockets is one of net's own addresses: it is.
func isSocketAddr(v *ssa.TypeAssert) bool {
	call, ok := v.X.(*ssa.Call)
	if !ok || irx.TypePackage(v.AssertedType) != "net" {
		return false
	}
	callee := irx.CalleeOf(call.Common())
	return !callee.Dynamic && callee.Func != nil && callee.Func.Pkg() != nil && callee.Func.Pkg().Path() == "net"
}

// ownAddr reports whether v asserts that an address of the resource is of the
// network that it was dialled or listened on: it is.
func (r *run) ownAddr(s *state, v *ssa.TypeAssert) bool {
	call, ok := v.X.(*ssa.Call)
	if !ok || !call.Call.IsInvoke() || r.ob.Call == nil || irx.TypePackage(v.AssertedType) != "net" {
		return false
	}
	from := irx.CalleeOf(r.ob.Call.Common())
	if from.Dynamic || from.Func == nil || from.Func.Pkg() == nil || from.Func.Pkg().Path() != "net" || r.eval(s, call.Call.Value).k != holds {
		return false
	}
	family := r.eng.networkOf(r.ob.Call)
	return family != "" && family == netFamily(v.AssertedType)
}

// makeClosure makes a closure object whose elements are what it captures.
func (r *run) makeClosure(s *state, v *ssa.MakeClosure) {
	root := r.ps.mem(v, 0)
	r.clear(s, root)
	for i, b := range v.Bindings {
		if x := r.share(s, b); x.k != unknown {
			s.set(r.ps.child(root, field(i)), x)
		}
	}
}

func (r *run) mapUpdate(w *work, v *ssa.MapUpdate) {
	m := r.eval(w.state, v.Map)
	if m.k != addr || r.ps.outlives(m.p) || r.escaped(w.state, m.p) {
		r.captured = r.captured || r.isAround(v.Map) && len(r.holdPaths(w.state, v.Value)) > 0
		r.escape(w, v.Value)
		r.escape(w, v.Key)
		return
	}
	cell := r.ps.child(m.p, elem)
	if x := r.eval(w.state, v.Value); x.k == addr && r.fillable(x.p) && w.get(cell).k == unknown {
		w.set(cell, x) // it may be filled later
	}
	for _, x := range []ssa.Value{v.Key, v.Value} {
		if len(r.holdPaths(w.state, x)) > 0 {
			if !r.copyHeld(w.state, r.ps.reg(x), cell) {
				w.set(cell, r.eval(w.state, x))
			}
			r.place(w, m.p)
		}
	}
}

func (r *run) rangeOver(s *state, v *ssa.Range) {
	if len(r.holdPaths(s, v.X)) > 0 {
		r.bind(s, v, value{k: fresh})
		r.copyContents(s, v.X, v)
	} else if r.servesInSteps(s, v) {
		r.bind(s, v, value{k: fresh})
	}
}

// copyContents lets the iterator v stand for the elements of x.
func (r *run) copyContents(s *state, x, v ssa.Value) {
	if base := r.eval(s, x); base.k == addr {
		from, to := r.ps.child(base.p, elem), r.ps.child(r.ps.reg(v), elem)
		r.copyElement(s, from, to, x.Type())
	}
}

// next advances an iterator: over something that holds the resource the first
// step succeeds, and the element may be it.
func (r *run) next(s *state, v *ssa.Next) {
	iter := r.ps.reg(v.Iter)
	from, self := r.ps.child(iter, elem), r.ps.reg(v)
	if s.get(iter).k == fresh {
		s.set(r.ps.child(self, field(0)), value{k: nonNil})
		s.set(iter, value{})
	}
	x := s.get(from)
	if !r.copyHeld(s, from, r.ps.child(self, field(2))) && x.k == unknown {
		return
	}
	s.set(r.ps.child(self, field(1)), x)
	s.set(r.ps.child(self, field(2)), x)
}
