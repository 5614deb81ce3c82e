package own

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- calls --

type callKind uint8

const (
	callMode callKind = iota
	deferMode
	goMode
)

// outcome is the effect of a call on the resource, for success and failure.
type outcome struct {
	ok, fail   Effect
	result     int
	resultPath Path
	also       Path  // see ParamContract.Also
	tended     bool  // see ParamContract.Tended
	marred     uint8 // see ParamContract.Marred
	spawned    bool  // see ParamContract.Spawned
	// drops says that the callee may forget a closure that would close or keep
	// the resource, and tells nobody.
	drops bool
}

// merge combines the effects of two ways by which one call is given the
// resource: what one of them does beyond borrowing is done.
func (o outcome) merge(p outcome) outcome {
	if (o.ok|o.fail)&Returned == 0 {
		o.result, o.resultPath, o.also, o.tended, o.marred = p.result, p.resultPath, p.also, p.tended, p.marred
	}
	o.spawned = (o.spawned || (o.ok|o.fail)&Kept == 0) && (p.spawned || (p.ok|p.fail)&Kept == 0)
	o.ok, o.fail = mergeEffect(o.ok, p.ok), mergeEffect(o.fail, p.fail)
	o.drops = o.drops && p.drops
	return o
}

func mergeEffect(a, b Effect) Effect {
	if a == Borrowed {
		return b
	}
	if b == Borrowed {
		return a
	}
	return a | b
}

// call applies a call, deferred call or go statement to w.
func (r *run) call(w *work, site ssa.CallInstruction, mode callKind) []*work {
	common := site.Common()
	callee := r.target(w.state, common)
	if callee.Builtin != "" {
		r.builtin(w, site, callee.Builtin)
		return nil
	}
	r.peek(w, callee, common)
	r.watchCall(w, site)
	if mode == callMode {
		if site == r.ob.Call {
			return r.birth(w, site)
		}
		r.redefine(w, site.Value())
	}
	ops := irx.Operands(common)
	if w.status == kept && w.flags&field1 != 0 && r.givesField(w.state, site, ops) {
		w.flags &^= field1
	}
	if !common.IsInvoke() && callee.Dynamic && w.status == open && len(r.holdPaths(w.state, common.Value)) > 0 {
		w.status = kept // an unknown function that has it, or is it, runs
	}
	if mode == goMode {
		return r.spawn(w, site, callee, ops)
	}
	if w.status == open && (r.closesBase(w.state, callee, ops) || r.closesOuter(w.state, callee, ops)) {
		w.status = closed
	}
	if r.inlinable(w.state, callee, ops) {
		return r.inline(w, site, callee, common, mode)
	}
	if r.noReturn(callee) || callee.Func == nil && callee.Dynamic && r.eng.endingOfVariable(common.Value) != returns {
		w.dead = true
		return nil
	}
	out, carried := r.effectOfCall(w, site, callee, ops)
	r.havoc(w, callee, ops, mode)
	if !carried {
		r.resultFacts(w.state, site, callee, ops)
		return nil
	}
	return r.apply(w, site, callee, out, mode)
}

// givesField reports whether the call is of a method of the object that keeps the
// resource and gives a resource back: its own, perhaps, which is closed by it then.
func (r *run) givesField(s *state, site ssa.CallInstruction, ops []ssa.Value) bool {
	v := site.Value()
	if v == nil || len(ops) == 0 || site.Common().Signature().Recv() == nil || !irx.CanEnd(v.Type()) {
		return false
	}
	paths := r.holdPaths(s, ops[0])
	return len(paths) > 0 && !slices.Contains(paths, 0)
}

// target resolves the callee, also when it is a closure that the state knows,
// or a method of an object that was made here.
func (r *run) target(s *state, c *ssa.CallCommon) irx.Callee {
	callee := irx.CalleeOf(c)
	if !callee.Dynamic {
		return callee
	}
	x := r.eval(s, c.Value)
	if x.k != addr {
		return callee
	}
	k := r.ps.keys[x.p]
	switch v := k.v.(type) {
	case *ssa.MakeClosure:
		if !c.IsInvoke() && k.path == 0 {
			fn := v.Fn.(*ssa.Function)
			f, _ := fn.Object().(*types.Func)
			return irx.Callee{Func: f, Body: fn}
		}
	case *ssa.Function: // captures nothing
		if !c.IsInvoke() && k.path == 0 && len(v.Blocks) > 0 {
			f, _ := v.Object().(*types.Func)
			return irx.Callee{Func: f, Body: v}
		}
	case *ssa.Alloc:
		if c.IsInvoke() && k.path == 0 {
			return r.devirtualize(v, c.Method, callee)
		}
	}
	return callee
}

func (r *run) devirtualize(obj *ssa.Alloc, m *types.Func, callee irx.Callee) irx.Callee {
	found, _, _ := types.LookupFieldOrMethod(obj.Type(), false, m.Pkg(), m.Name())
	fn, ok := found.(*types.Func)
	if !ok || types.IsInterface(fn.Signature().Recv().Type()) {
		return callee
	}
	body := obj.Parent().Prog.FuncValue(fn)
	if body != nil && len(body.Blocks) == 0 {
		body = nil
	}
	return irx.Callee{Func: fn, Body: body}
}

func (r *run) noReturn(callee irx.Callee) bool { return r.eng.endingOfCallee(callee) != returns }

// effectOfCall returns what the call does to the resource; carried is false
// when no operand leads to it.
func (r *run) effectOfCall(w *work, site ssa.CallInstruction, callee irx.Callee, ops []ssa.Value) (out outcome, carried bool) {
	for i, op := range ops {
		if fn := r.closureOf(w.state, op); fn != nil {
			if o, ok := r.closureOperand(w, site, callee, i, op); ok {
				out, carried = pick(out, o, carried), true
			}
			continue
		}
		viaClosure := r.closuresIn(w, op)&^Borrowed != 0 || r.behindFunc(w.state, op)
		for _, path := range r.holdPaths(w.state, op) {
			o := r.effectOn(site, callee, i, op, path)
			if viaClosure && o.ok == Borrowed {
				o = outcome{ok: Kept, fail: Kept} // a callback in an object: contracts do not tell
			}
			out, carried = pick(out, o, carried), true
		}
	}
	return out, carried
}

func pick(old, o outcome, carried bool) outcome {
	if !carried {
		return o
	}
	return old.merge(o)
}

// apply splits w by the outcome of the call and moves the resource.
func (r *run) apply(w *work, site ssa.CallInstruction, callee irx.Callee, out outcome, mode callKind) []*work {
	d, splits := discriminator(callSignature(site.Common(), callee))
	if splits && mode == callMode && r.cannotFail(w.state, callee, irx.Operands(site.Common())) {
		out.fail = 0
		r.setOutcome(w.state, site, d, true)
		r.move(w, site, out.ok, out)
		return nil
	}
	if c := r.eng.contract(callee); c != nil && r.eng.Pkg.Model.Of(callee.Func) == nil {
		if site.Value() != nil && mode == callMode {
			r.fixedResults(w.state, site.Value(), c)
			r.givenResults(w.state, site.Value(), c, irx.Operands(site.Common()))
		}
		if c.Fails && splits {
			out.ok = 0
		}
	}
	if splits && d.kind == byNil && r.eng.Pkg.Model.Of(callee.Func) != nil {
		splits = false // the model's wrappers do not fail
		out.fail = 0
	}
	if splits && d.kind == byNil && out.ok&(Returned|Kept) != 0 && out.fail == Borrowed && neverAsked(site.Value()) {
		out.fail = 0
	}
	if out.drops && !r.waits() && !splits && mode == callMode {
		dropped := w.fork()
		dropped.cause = &Cause{Call: site, Soft: true}
		r.move(w, site, out.ok, out)
		return []*work{dropped}
	}
	if out.ok == out.fail && out.ok&Returned == 0 || !splits || mode == deferMode || site.Value() == nil {
		r.move(w, site, out.ok|failOnly(out, splits), out)
		r.resultFacts(w.state, site, callee, irx.Operands(site.Common()))
		return nil
	}
	var extra []*work
	if out.fail != 0 {
		f := w.fork()
		if r.setOutcome(f.state, site, d, false) {
			f.cause = &Cause{Call: site}
			if (out.fail == Borrowed|Kept || out.fail == Borrowed|Returned) && out.ok&Closed == 0 {
				// It failed before it took the resource over, or after.
				early := f.fork()
				r.move(early, site, Borrowed, out)
				extra = append(extra, early)
			}
			r.move(f, site, out.fail, out)
			extra = append(extra, f)
		}
	}
	if out.ok == 0 {
		w.dead = true
		return extra
	}
	r.setOutcome(w.state, site, d, true)
	r.move(w, site, out.ok, out)
	return extra
}

// failOnly adds the failure effect when the outcomes are not told apart.
func failOnly(out outcome, splits bool) Effect {
	if splits {
		return out.fail
	}
	return 0
}

func callSignature(c *ssa.CallCommon, callee irx.Callee) *types.Signature {
	if callee.Func != nil {
		return callee.Func.Signature()
	}
	return c.Signature()
}

// move changes the status by an effect. More than one possible effect means
// that the callee decides, and nothing is concluded.
func (r *run) move(w *work, site ssa.CallInstruction, e Effect, out outcome) {
	if e&Returned != 0 {
		r.noteServed(site)
		r.bindResult(w.state, site, out.result, out.resultPath, out.marred)
		if out.also != 0 {
			r.bindResult(w.state, site, out.result, out.also, out.marred)
		}
	}
	if w.leftToGo() && e&^(Returned|Borrowed) != 0 {
		w.flags &^= goLeaks
	}
	if w.status == closed && (e&(Closed|Kept) != 0 || e == Borrowed && usesConn(site)) {
		r.misused(site)
	}
	if w.status == kept && e&Kept != 0 {
		w.flags &^= field1 // it is more than the field that has it
	}
	if w.status != open && !(w.status == kept && e == Closed) {
		return
	}
	if out.tended && e == Returned {
		e = Kept
	}
	switch e &^ Returned {
	case Closed:
		w.status = closed
		w.flags &^= viaGo // whatever a goroutine does
	case 0, Borrowed:
	default:
		w.status = kept
		w.flags &^= field1
		if out.spawned {
			w.flags |= viaGo
		}
	}
}

// dropsResult reports whether nothing is done with the results of a call.
func dropsResult(site ssa.CallInstruction) bool {
	v := site.Value()
	return v != nil && v.Referrers() != nil && !slices.ContainsFunc(*v.Referrers(), func(ref ssa.Instruction) bool {
		_, debug := ref.(*ssa.DebugRef)
		return !debug
	})
}

// bindResult lets a result of the call lead to the resource, beside which errors are
// nil but for those that marred names.
func (r *run) bindResult(s *state, site ssa.CallInstruction, result int, path Path, marred uint8) {
	v := site.Value()
	if v == nil {
		return
	}
	p, t := r.ps.reg(v), v.Type()
	if tuple, ok := t.(*types.Tuple); ok {
		p, t = r.ps.child(p, field(result)), tuple.At(result).Type()
	}
	if path == 0 {
		s.set(p, value{k: holds})
		return
	}
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		s.set(r.ps.join(p, path), value{k: holds})
		r.unmar(s, p, t, path, marred)
		return
	}
	obj := r.ps.mem(v, Path(field(result)))
	s.set(p, value{addr, obj})
	s.set(r.ps.join(obj, path), value{k: holds})
	r.unmar(s, obj, t, path, marred)
}

// resultFacts binds what is known of the results of a call that is not given
// the resource.
func (r *run) resultFacts(s *state, site ssa.CallInstruction, callee irx.Callee, ops []ssa.Value) {
	v := site.Value()
	if v == nil {
		return
	}
	if r.refersToNil(s, callee, ops) == no {
		r.bind(s, v, boolValue(false))
	}
	if r.cannotFail(s, callee, ops) {
		if d, ok := discriminator(callSignature(site.Common(), callee)); ok {
			r.setOutcome(s, site, d, true)
		}
	}
	spec := r.eng.Pkg.Model.Of(callee.Func)
	if spec != nil {
		for _, i := range spec.NonNil {
			s.set(r.resultPlace(v, i), value{k: nonNil})
		}
		for _, n := range spec.NilOf {
			if n.Operand < len(ops) {
				s.set(r.resultPlace(v, n.Result), r.share(s, ops[n.Operand]))
			}
		}
		return
	}
	c := r.eng.contract(callee)
	if c == nil {
		return
	}
	r.fixedResults(s, v, c)
	r.givenResults(s, v, c, ops)
	if d, ok := discriminator(callSignature(site.Common(), callee)); ok && c.Fails {
		r.setOutcome(s, site, d, false)
	}
}

func (r *run) resultPlace(v ssa.Value, i int) place {
	if _, ok := v.Type().(*types.Tuple); ok {
		return r.ps.child(r.ps.reg(v), field(i))
	}
	return r.ps.reg(v)
}
