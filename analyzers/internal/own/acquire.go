package own

import (
	"cmp"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- acquisitions --

// obligations returns all that is followed in fn: parameters and acquisitions.
func (e *Engine) obligations(fn *ssa.Function) []*Obligation {
	subjects, _ := e.subjects(fn)
	return append(subjects, e.acquisitions(fn)...)
}

// acquisitions returns the obligations that the calls of fn create, and those
// that its literals leave in its variables.
func (e *Engine) acquisitions(fn *ssa.Function) []*Obligation {
	var out []*Obligation
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok && !e.keptByCallback(call) {
				out = append(out, e.acquired(fn, call)...)
			}
		}
	}
	return append(out, e.innerAcquisitions(fn)...)
}

func (e *Engine) acquired(fn *ssa.Function, call *ssa.Call) []*Obligation {
	callee := irx.CalleeOf(call.Common())
	if lit := literalIn(call.Call.Value); lit != nil && len(lit.Blocks) > 0 {
		callee = irx.Callee{Body: lit}
	}
	if spec := e.Pkg.Model.Of(callee.Func); spec != nil {
		return e.bySpec(fn, call, spec)
	}
	if c := e.contract(callee); c != nil && !callee.Dynamic {
		if slices.ContainsFunc(c.Results, func(res ResultContract) bool { return res.OnFail }) {
			c = cmp.Or(e.contractFor(call, callee.Body), c)
		}
		var out []*Obligation
		for _, res := range c.Results {
			out = append(out, &Obligation{Fn: fn, Call: call, Result: res.Result, Path: res.Path, Kind: netmodel.Kind(res.Kind), OnFail: res.OnFail, FailOnly: res.FailOnly, Lasting: res.Lasting, Watched: res.Watched, Marred: res.Marred, Cleaner: res.Cleaner, Beside: res.Beside})
		}
		if len(out) == 0 && !c.bottom && !c.Unknown && c.Foreign&1 == 0 {
			return dynamic(fn, call, callee)
		}
		return out
	}
	if callee.Dynamic {
		return dynamic(fn, call, callee)
	}
	return nil
}

// keptByCallback reports whether the call is given a function that keeps or closes
// what the call returns: the callee may run it with the resource before it gives
// the resource to its caller. Which of the two runs first is not asked: it errs
// towards silence.
func (e *Engine) keptByCallback(call *ssa.Call) bool {
	if spec := e.Pkg.Model.Of(irx.CalleeOf(call.Common()).Func); spec != nil || call.Call.Signature().Results().Len() == 0 {
		return false
	}
	given := call.Call.Signature().Results().At(0).Type()
	return slices.ContainsFunc(call.Call.Args, func(arg ssa.Value) bool {
		fn := functionOf(arg)
		return fn != nil && slices.ContainsFunc(fn.Params, func(p *ssa.Parameter) bool {
			return types.Identical(p.Type(), given) && e.contractOfBody(fn).param(slices.Index(fn.Params, p), 0).OK&(Kept|Closed|Returned) != 0
		})
	})
}

// functionOf returns the function that v is, when it is written where v is made.
func functionOf(v ssa.Value) *ssa.Function {
	switch v := v.(type) {
	case *ssa.MakeClosure:
		return v.Fn.(*ssa.Function)
	case *ssa.Function:
		if len(v.Blocks) > 0 {
			return v
		}
	}
	return nil
}

func (e *Engine) bySpec(fn *ssa.Function, call *ssa.Call, spec *netmodel.Spec) []*Obligation {
	var out []*Obligation
	for _, a := range spec.Acquires {
		ob := &Obligation{Fn: fn, Call: call, Result: a.Result, Kind: a.Kind, Lasting: a.Kind == netmodel.FD}
		if a.Kind == netmodel.FD && isFDPair(call, a.Result) {
			ob.Path = Path(elem)
		}
		out = append(out, ob)
	}
	return out
}

// isFDPair reports whether the result is an array of descriptors, as
// socketpair(2) gives.
func isFDPair(call *ssa.Call, i int) bool {
	t := call.Type()
	if tuple, ok := t.(*types.Tuple); ok {
		t = tuple.At(i).Type()
	}
	_, ok := t.Underlying().(*types.Array)
	return ok
}

// acquireVerbs begin the names of functions that open what they return. They
// count only for dynamic calls that return a connection-like type.
var acquireVerbs = []string{"dial", "accept", "listen", "open", "connect", "hijack", "upgrade", "establish"}

// dynamic finds an acquisition by an interface method or function value, or by
// a function that makes its connection itself (a network in user space): its
// result must be a network resource by its methods, and its name or the name
// of the function's type must say that it opens one.
func dynamic(fn *ssa.Function, call *ssa.Call, callee irx.Callee) []*Obligation {
	sig := call.Call.Signature()
	if sig.Results().Len() == 0 || !acquiresByName(call.Common(), callee) {
		return nil
	}
	kind, ok := irx.ResourceKind(sig.Results().At(0).Type())
	if !ok {
		return nil
	}
	if d, ok := discriminator(sig); !ok || d.index == 0 {
		return nil
	}
	if kind == netmodel.Conn && callee.Func != nil && ofSession(callee.Func) {
		kind = netmodel.Stream
	}
	return []*Obligation{{Fn: fn, Call: call, Kind: kind}}
}

// ofSession reports whether a method gives a stream of its receiver: one that both
// opens and accepts what the method gives, and that can be closed, or calls it a
// stream.
func ofSession(m *types.Func) bool {
	recv := recvType(m)
	if recv == nil || !irx.Closable(recv) && !strings.HasSuffix(m.Name(), "Stream") {
		return false
	}
	given := m.Signature().Results().At(0).Type()
	opens, accepts := false, false
	for sel := range types.NewMethodSet(recv).Methods() {
		f := sel.Obj().(*types.Func)
		if res := f.Signature().Results(); res.Len() > 0 && types.Identical(res.At(0).Type(), given) && saysAcquire(f.Name()) {
			accept := strings.HasPrefix(strings.ToLower(f.Name()), "accept")
			opens, accepts = opens || !accept, accepts || accept
		}
	}
	return opens && accepts
}

func acquiresByName(c *ssa.CallCommon, callee irx.Callee) bool {
	names := []string{}
	if callee.Func != nil {
		names = append(names, callee.Func.Name())
	} else {
		names = append(names, irx.ValueName(c.Value))
		if from, ok := c.Value.(*ssa.Call); ok { // c.Dialer()(ctx)
			if f := irx.CalleeOf(from.Common()).Func; f != nil {
				names = append(names, f.Name())
			}
		}
		if n, ok := types.Unalias(c.Value.Type()).(*types.Named); ok {
			names = append(names, n.Obj().Name())
		}
	}
	return slices.ContainsFunc(names, saysAcquire)
}

func saysAcquire(name string) bool {
	name = strings.ToLower(name)
	for _, prefix := range []string{"", "do", "net", "try", "must", "raw"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && slices.ContainsFunc(acquireVerbs, func(v string) bool { return strings.HasPrefix(rest, v) }) {
			return true
		}
	}
	return false
}

// birth applies the acquiring call.
func (r *run) birth(w *work, site ssa.CallInstruction) []*work {
	if w.status != unborn {
		return r.again(w, site)
	}
	r.noteBases(w.state, site)
	var extra []*work
	if r.eng.dupOfNothing(site) {
		w.dead = true
		return nil
	}
	if r.reborn {
		skip := w.fork()
		r.forget(skip.state, site.Value())
		extra = append(extra, skip)
	}
	r.forget(w.state, site.Value())
	w.status = open
	w.cause = nil
	d, splits := discriminator(site.Common().Signature())
	if r.ob.OnFail && splits {
		failed := w.fork()
		r.setOutcome(failed.state, site, d, false)
		r.bindAcquired(failed.state, site)
		failed.cause = &Cause{Call: site}
		if r.ob.FailOnly {
			*w = *failed
			return extra
		}
		extra = append(extra, failed)
	}
	if r.eng.Peek != nil && splits && !r.ob.OnFail {
		extra = append(extra, r.notAcquired(w, site, d))
	}
	if splits && (d.kind != byNil) {
		r.setOutcome(w.state, site, d, true)
	}
	r.bindAcquired(w.state, site)
	return extra
}

// bindAcquired lets the results of the acquiring call lead to the resource: where
// it is, and the function that closes it.
func (r *run) bindAcquired(s *state, site ssa.CallInstruction) {
	r.besideAcquired(s, site)
	r.bindResult(s, site, r.ob.Result, r.ob.Path, r.ob.Marred)
	if r.ob.Cleaner > 0 {
		r.bindResult(s, site, r.ob.Cleaner-1, 0, 0)
	}
}

// notAcquired is the state after the acquisition failed. There is nothing to
// close in it, so only tests that look at states follow it.
func (r *run) notAcquired(w *work, site ssa.CallInstruction, d disc) *work {
	f := w.fork()
	f.status = unborn
	f.flags |= failed
	f.set(r.resultPlace(site.Value(), r.ob.Result), value{k: isNil})
	r.setOutcome(f.state, site, d, false)
	return f
}

// again runs the acquiring call while an earlier result of it is followed. That
// one is lost when the registers that are about to be defined anew were the
// last to lead to it, and the callee only used it, if it was given it at all.
func (r *run) again(w *work, site ssa.CallInstruction) []*work {
	deferred := r.deferredItself(w.state) // was given the earlier result
	given, carried := r.effectOfCall(w, site, r.target(w.state, site.Common()), irx.Operands(site.Common()))
	if carried && w.status == open && (given.ok|given.fail)&^Borrowed != 0 {
		w.status = kept // by the callee, which closes it or hands it on, perhaps only where it succeeds
	}
	r.forget(w.state, site.Value())
	if w.leftToGo() && !deferred && !r.reachable(w.state) {
		if r.leftToGo == nil {
			r.leftToGo = map[int32]bool{}
		}
		r.leftToGo[w.leaver] = true
	}
	if w.status != open {
		return nil
	}
	if deferred {
		w.status = kept // closed when the function ends
		return nil
	}
	if !w.anyHolds() {
		r.lose(w, site, AtLoop)
	}
	return nil
}
