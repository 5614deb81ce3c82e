package own

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/dataflow"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- closures, deferred calls and goroutines --

const (
	maxInlineDepth  = 3
	maxInlineBlocks = 80
)

// inlinable reports whether the callee is walked in the caller's state: a
// literal or bound method, which shares variables with its maker, or a small
// function of the package that is given the address of a variable, or runs a
// literal.
func (r *run) inlinable(s *state, callee irx.Callee, ops []ssa.Value) bool {
	fn := callee.Body
	if fn == nil || len(fn.Blocks) > maxInlineBlocks || r.tooDeep(fn) {
		return false
	}
	if len(fn.FreeVars) > 0 || fn.Parent() != nil {
		return true
	}
	if len(fn.Blocks) > maxInlineBlocks/4 || fn.Pkg != r.top.Pkg {
		return false
	}
	guard, carries := false, false
	for i, op := range ops {
		x := r.eval(s, op)
		if x.k == addr && (r.isVariable(x.p) || i < len(fn.Params) && r.isLiteral(x.p) && onlyRun(fn.Params[i])) {
			return true
		}
		guard = guard || r.eng.tellsFailure(op.Type()) || irx.IsBool(op.Type())
		carries = carries || x.k == holds
	}
	return guard && carries // closeOnError(conn, err)
}

// tooDeep reports whether fn is not walked here any more. The literals of a
// function that is still walked are: nothing else tells what they do.
func (r *run) tooDeep(fn *ssa.Function) bool {
	bound := maxInlineDepth
	if fn.Parent() != nil {
		bound++
	}
	return len(r.stack) > bound || slices.Contains(r.stack, fn)
}

// isVariable reports whether the place is a whole local variable that can be
// nil: the address of one is passed only to change or test it.
func (r *run) isVariable(p place) bool {
	k := r.ps.keys[p]
	a, ok := k.v.(*ssa.Alloc)
	return ok && k.mem && k.path == 0 && nilableOrBool(irx.Deref(a.Type()))
}

// inline walks the callee from the state of w and goes on with the states at
// its returns.
func (r *run) inline(w *work, site ssa.CallInstruction, callee irx.Callee, c *ssa.CallCommon, mode callKind) []*work {
	exits := r.enter(w, callee.Body, c)
	var out []*work
	for _, e := range exits {
		next := &work{state: e.state.clone(), cause: w.cause}
		if e.cause != nil {
			next.cause = e.cause
		}
		next.defers = slices.Clone(w.defers)
		r.dropInner(next.state, w.state, callee.Body)
		if v := site.Value(); v != nil && mode == callMode {
			r.bindReturn(next.state, v, e.ret)
		}
		r.leave(next.state, callee.Body)
		out = append(out, next)
	}
	w.dead = true
	return out
}

// enter walks fn with its parameters and captured variables bound, and returns
// the states at its returns.
func (r *run) enter(w *work, fn *ssa.Function, c *ssa.CallCommon) []exit {
	s := w.clone()
	s.defers = nil
	r.bindParams(s, fn, c)
	r.stack = append(r.stack, fn)
	exits, _ := r.solve(fn, s)
	r.stack = r.stack[:len(r.stack)-1]
	ways := r.explain(fn, []dataflow.Reached{{Node: 0, In: dataflow.Set{r.in.id(s)}}})
	nameCauses(exits, ways)
	r.losses = append(r.losses, r.lossesOn(ways)...)
	return exits
}

// nameCauses gives each exit of an inlined function the call whose failure leads
// to it, when all ways to it have one.
func nameCauses(exits []exit, ways map[memoKey]causes) {
	for i := range exits {
		if x := &exits[i]; x.cause == nil {
			if w := ways[memoKey{x.block, x.id}]; len(w) > 0 && !slices.ContainsFunc(w, func(c *Cause) bool { return !c.hard() }) {
				x.cause = w[0]
			}
		}
	}
}

func (r *run) bindParams(s *state, fn *ssa.Function, c *ssa.CallCommon) {
	if c == nil {
		return
	}
	ops := irx.Operands(c)
	for i, p := range fn.Params {
		if i < len(ops) {
			r.bind(s, p, r.share(s, ops[i]))
			r.copyParts(s, r.ps.reg(ops[i]), r.ps.reg(p))
		}
	}
	r.bindFreeVars(s, fn, c.Value)
}

// bindFreeVars binds the captured variables of fn to those of the closure.
func (r *run) bindFreeVars(s *state, fn *ssa.Function, closure ssa.Value) {
	obj := r.eval(s, closure)
	for i, fv := range fn.FreeVars {
		if obj.k == addr {
			r.bind(s, fv, s.get(r.ps.child(obj.p, field(i))))
		}
	}
}

// bindReturn gives the results of an inlined call to its register.
func (r *run) bindReturn(s *state, v ssa.Value, ret *ssa.Return) {
	r.forget(s, v)
	for i, res := range ret.Results {
		p := r.resultPlace(v, i)
		s.set(p, r.share(s, res))
		r.copyParts(s, r.ps.reg(res), p)
	}
}

// leave drops the registers of an inlined function, and the objects that it made
// when nothing else leads to them.
func (r *run) leave(s *state, fn *ssa.Function) {
	s.filter(func(b binding) bool {
		k := r.ps.keys[b.at]
		return k.mem || k.v.Parent() != fn
	})
	own := func(p place) bool { return r.ps.keys[p].v.Parent() == fn }
	led := map[ssa.Value]bool{}
	for changed := true; changed; {
		changed = false
		for _, b := range s.env {
			if b.v.k != addr || !own(b.v.p) || own(b.at) && !led[r.ps.keys[b.at].v] {
				continue
			}
			if v := r.ps.keys[b.v.p].v; !led[v] {
				led[v], changed = true, true
			}
		}
	}
	s.filter(func(b binding) bool { return !own(b.at) || led[r.ps.keys[b.at].v] })
}

// closureOf returns the literal that v is known to be, or nil.
func (r *run) closureOf(s *state, v ssa.Value) *ssa.Function {
	if x := r.eval(s, v); x.k == addr {
		if k := r.ps.keys[x.p]; k.path == 0 {
			if mc, ok := k.v.(*ssa.MakeClosure); ok {
				return mc.Fn.(*ssa.Function)
			}
		}
	}
	return nil
}

// closuresIn joins the effects of the closures in the object or slice that v
// points to; 0 when there are none.
func (r *run) closuresIn(w *work, v ssa.Value) Effect {
	x := r.eval(w.state, v)
	if x.k != addr || w.status != open {
		return 0
	}
	var found []*ssa.MakeClosure
	r.parts(w.state, x.p, func(i int, _ Path) {
		if y := w.env[i].v; y.k == addr {
			if mc, ok := r.ps.keys[y.p].v.(*ssa.MakeClosure); ok && r.ps.keys[y.p].path == 0 {
				found = append(found, mc)
			}
		}
	})
	var e Effect
	for _, mc := range found {
		one, exits := r.closureEffect(w, mc.Fn.(*ssa.Function), mc)
		e |= one
		if slices.ContainsFunc(exits, func(x exit) bool { _, _, ok := r.returned(x); return ok }) {
			e |= Returned
		}
	}
	return e
}

// behindFunc reports whether a function value that is not a known literal leads
// to the resource from inside what v is or points to: an option in a slice, a
// callback in a field. Whoever runs it may get or keep the resource.
func (r *run) behindFunc(s *state, v ssa.Value) bool {
	x := r.eval(s, v)
	return x.k == addr && r.funcUnder(s, x.p, 0)
}

func (r *run) funcUnder(s *state, base place, depth int) bool {
	if depth > maxSteps {
		return false
	}
	found := false
	r.parts(s, base, func(i int, _ Path) {
		b := s.env[i]
		if found || b.v.k != addr || b.v.p == base {
			return
		}
		_, literal := r.ps.keys[b.v.p].v.(*ssa.MakeClosure)
		if !literal && isFunc(r.ps.typeOf(b.at)) && len(r.holdsUnder(s, b.v.p, 0, 0, nil)) > 0 {
			found = true
			return
		}
		found = r.funcUnder(s, b.v.p, depth+1)
	})
	return found
}

func isFunc(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// escapeClosure notes that something unknown has a closure: if the closure
// closes or keeps what a captured variable holds, the variable's content is
// taken care of from now on, also when it is assigned later.
func (r *run) escapeClosure(w *work, v ssa.Value) {
	fn := r.closureOf(w.state, v)
	if fn == nil || w.status != unborn {
		return
	}
	obj := r.eval(w.state, v)
	for i := range fn.FreeVars {
		cell := w.get(r.ps.child(obj.p, field(i)))
		if cell.k != addr || !r.isVariable(cell.p) || r.escaped(w.state, cell.p) {
			continue
		}
		try := w.fork()
		try.status = open
		try.set(cell.p, value{k: holds})
		if e, _ := r.closureEffect(try, fn, v); e&^Borrowed != 0 {
			w.set(r.ps.mem(r.ps.keys[cell.p].v, marker), value{k: nonNil})
		}
	}
}

// deferCall registers a deferred call.
func (r *run) deferCall(w *work, d *ssa.Defer) {
	if r.inert(w.state, d) {
		return
	}
	id := r.com.defers.id(d)
	if !slices.Contains(w.defers, id) {
		w.defers = append(w.defers, id)
	}
}

// runDefers runs the registered calls, last first, each in the states that the
// one before it left.
func (r *run) runDefers(w *work) []*work {
	states := []*work{w}
	ids := w.defers
	w.defers = nil
	for i := len(ids) - 1; i >= 0; i-- {
		d := r.com.defers.list[ids[i]]
		var next []*work
		for _, s := range states {
			extra := r.call(s, d, deferMode)
			if !s.dead {
				next = append(next, s)
			}
			next = append(next, extra...)
		}
		states = r.distinct(next)
	}
	if len(states) == 0 {
		w.dead = true
		return nil
	}
	if states[0] == w {
		return states[1:]
	}
	w.dead = true
	return states
}

// dropped reports whether the starter of a goroutine that has the resource comes
// to an end, or to the next iteration, without closing it itself.
func (r *run) dropped(exits []exit, leaver int32) bool {
	return r.leftToGo[leaver] || slices.ContainsFunc(exits, func(x exit) bool {
		_, _, returned := r.returned(x)
		return x.state.leftToGo() && x.state.leaver == leaver && !returned
	})
}

// deferredItself reports whether a deferred call has the resource as an operand:
// not a literal, which sees what its variables hold when it runs.
func (r *run) deferredItself(s *state) bool {
	for v := range r.deferred(s) {
		if r.closureOf(s, v) == nil && len(r.holdPaths(s, v)) > 0 {
			return true
		}
	}
	return false
}

// selectInstr splits by the arm that is taken: a send of the resource hands it
// over in that arm only.
func (r *run) selectInstr(w *work, v *ssa.Select) []*work {
	carries := false
	for _, st := range v.States {
		carries = carries || st.Send != nil && len(r.holdPaths(w.state, st.Send)) > 0
	}
	if !carries {
		return nil
	}
	index := r.ps.child(r.ps.reg(v), field(0))
	var out []*work
	for i := range v.States {
		arm := w.fork()
		arm.set(index, value{isInt, place(i)})
		if send := v.States[i].Send; send != nil {
			r.escape(arm, send)
		}
		out = append(out, arm)
	}
	if v.Blocking {
		w.dead = true
	} else {
		w.set(index, value{isInt, -1})
	}
	return out
}
