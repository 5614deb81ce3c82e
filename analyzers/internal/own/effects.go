package own

import (
	"go/constant"
	"go/types"
	"slices"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
	"golang.org/x/tools/go/ssa"
)

// -- what a call does, by what is known of the callee --

// effectOn returns what the callee does to the resource that is at path of
// operand i.
func (r *run) effectOn(site ssa.CallInstruction, callee irx.Callee, i int, op ssa.Value, path Path) outcome {
	if reflectsMore(site, callee) {
		return outcome{ok: Kept, fail: Kept}
	}
	if spec := r.eng.Pkg.Model.Of(callee.Func); spec != nil {
		out := specEffect(spec, i)
		if r.ob.Call == nil && out.fail == Borrowed && delegates(r.top, callee) {
			out.fail = Kept
		}
		if out == (outcome{ok: Kept, fail: Borrowed}) && loadsNothing(spec, irx.Operands(site.Common())) {
			out.fail = Kept
		}
		if a := spec.Accept; a != nil && a.Session && a.Operand == i && out.fail == Borrowed && !bounded(irx.Operands(site.Common())) {
			out.fail = Closed // no stream comes any more: the session has ended
		}
		return out
	}
	if callee.Dynamic && callee.Func != nil {
		if impls := r.eng.Pkg.Implementations(callee.Func); len(impls) > 0 {
			return r.effectOfAny(impls, i, path)
		}
	}
	if r.supposedBorrowed(callee, i) {
		return outcome{ok: Kept, fail: Borrowed}
	}
	if r.ob.Kind == netmodel.Session && path != 0 && !isReceiver(callee, i) && types.IsInterface(op.Type()) && !endsAnything(op.Type()) {
		return outcome{ok: Kept, fail: Kept} // a client of it: contracts do not tell who keeps those
	}
	if c := r.eng.contract(callee); c != nil {
		if types.IsInterface(op.Type()) && path != 0 && !isReceiver(callee, i) {
			if !endable(op.Type()) && !c.speaksOf(i) && r.eng.mayHandOn(callee, i) && r.eng.showsEnd(op, op.Type(), path) {
				return outcome{ok: Kept, fail: Kept} // it was not followed, having no Close
			}
			path = 0 // the callee sees the wrapper only
		}
		if isReceiver(callee, i) && path == 0 && callee.Func.Name() == "Close" {
			return outcome{ok: Closed, fail: Closed}
		}
		if isReceiver(callee, i) && c.silent(i, path) && saysRelease(callee.Func.Name()) {
			return outcome{ok: Kept, fail: Kept}
		}
		if path.inVariable(op.Type()) {
			return outcome{ok: Kept, fail: Kept} // contracts do not follow it
		}
		if path.inElements(op.Type()) && !r.eng.followed(op.Type(), path) {
			return outcome{ok: Kept, fail: Borrowed}
		}
		p := c.param(i, path)
		if r.ob.Watched && isReceiver(callee, i) && saysRelease(callee.Func.Name()) && p.OK|p.Fail == Borrowed {
			return outcome{ok: Closed, fail: Closed} // the goroutine is told
		}
		return outcome{ok: p.OK, fail: p.Fail, result: p.Result, resultPath: p.ResultPath, also: p.Also, tended: p.Tended, marred: p.Marred, spawned: p.Spawned}
	}
	return r.unknownEffect(site.Common(), callee, i, path)
}

// delegates reports whether a method calls the one of the same name and signature of an
// interface: what becomes of a parameter when that fails is the business of both of
// them, and whoever calls the one expects it of the other.
func delegates(fn *ssa.Function, callee irx.Callee) bool {
	return callee.Dynamic && callee.Func != nil && fn.Signature.Recv() != nil && fn.Name() == callee.Func.Name() &&
		types.Identical(withoutReceiver(fn.Signature), withoutReceiver(callee.Func.Signature()))
}

func withoutReceiver(sig *types.Signature) *types.Signature {
	return types.NewSignatureType(nil, nil, nil, sig.Params(), sig.Results(), sig.Variadic())
}

// bounded reports whether one of the operands is a context that may end.
func bounded(ops []ssa.Value) bool {
	return slices.ContainsFunc(ops, func(op ssa.Value) bool {
		if !irx.IsContext(op.Type()) {
			return false
		}
		call, ok := op.(*ssa.Call)
		if !ok {
			return true
		}
		fn := irx.CalleeOf(call.Common()).Func
		return fn == nil || fn.FullName() != "context.Background" && fn.FullName() != "context.TODO"
	})
}

// supposedBorrowed reports whether this is the operand that
// [Engine.CallersRelease] asks about, and notes that it was met.
func (r *run) supposedBorrowed(callee irx.Callee, i int) bool {
	if s := r.eng.supposed; s != nil && callee.Body == s.fn && i == s.param {
		r.supposed = true
		return true
	}
	return false
}

func isReceiver(callee irx.Callee, i int) bool {
	return i == 0 && callee.Func != nil && callee.Func.Signature().Recv() != nil
}

// effectOfAny joins the contracts of all methods that a dynamic call may reach.
func (r *run) effectOfAny(impls []*ssa.Function, i int, path Path) outcome {
	var out outcome
	for _, fn := range impls {
		c := r.eng.contractOfBody(fn)
		if i == 0 {
			path = 0
		}
		p := c.param(i, path)
		out.ok |= p.OK
		out.fail |= p.Fail
		out.result, out.resultPath, out.also, out.marred = p.Result, p.ResultPath, p.Also, p.Marred
	}
	if i == 0 { // which object it is, and where it has the resource, is not known
		return outcome{ok: Kept, fail: Kept}
	}
	return out
}

// specEffect reads a row of the model.
func specEffect(spec *netmodel.Spec, i int) outcome {
	out := outcome{ok: Borrowed, fail: Borrowed}
	for _, rel := range spec.Releases {
		if rel == i {
			return outcome{ok: Closed, fail: Closed}
		}
	}
	for _, wr := range spec.Wraps {
		if wr.Operand == i && !wr.Borrows {
			out.ok, out.result = Returned, wr.Result
		}
	}
	for _, t := range spec.Takes {
		if t.Operand != i {
			continue
		}
		if t.When != netmodel.OnFailure && out.ok == Borrowed {
			out.ok = Kept
		}
		switch {
		case t.When == netmodel.OnSuccess:
		case t.When == netmodel.OnFailure:
			out.fail = Closed
		default:
			out.fail = Kept // kept or closed: the row does not tell
		}
	}
	return out
}

// loadsNothing reports whether the call would read files, and is given no names.
func loadsNothing(spec *netmodel.Spec, ops []ssa.Value) bool {
	return len(spec.Loads) > 0 && !slices.ContainsFunc(spec.Loads, func(i int) bool {
		c, ok := ops[i].(*ssa.Const)
		return !ok || c.Value == nil || c.Value.Kind() != constant.String || constant.StringVal(c.Value) != ""
	})
}

// unknownEffect is the effect of a callee of which nothing is known but the
// call itself.
func (r *run) unknownEffect(c *ssa.CallCommon, callee irx.Callee, i int, path Path) outcome {
	borrow, keep := outcome{ok: Borrowed, fail: Borrowed}, outcome{ok: Kept, fail: Kept}
	if c.IsInvoke() && i == 0 {
		switch {
		case saysRelease(callee.Func.Name()):
			return outcome{ok: Closed, fail: Closed}
		case path == 0 && givesView(c, callee):
			return keep
		case r.eng.ends(callee.Func):
			return keep // if it is one of those
		case path == 0 || r.ob.Kind == netmodel.Session && !endsAnything(c.Value.Type()):
			return borrow // a client of a session only calls over it
		}
		return keep
	}
	t := paramType(c.Signature(), i, callee)
	switch {
	case !canHold(t) && path == 0:
		return borrow
	case !canHold(t) && callee.Func != nil && !callee.Dynamic && !r.eng.showsEnd(irx.Operands(c)[i], t, path):
		return borrow
	case callee.Func != nil && !callee.Dynamic && r.eng.Pkg.Standard(callee.Func.Pkg()):
		if isAny(t) && !keepsAny(callee.Func.Pkg().Path()) || onlyLooks(callee.Func.Signature()) {
			return borrow
		}
	}
	return keep
}

// mayHandOn reports whether a callee does more with an operand than to call its methods,
// as far as is seen.
func (e *Engine) mayHandOn(callee irx.Callee, i int) bool {
	return callee.Body == nil || i >= len(callee.Body.Params) || e.handedOn(callee.Body.Params[i])
}

// showsEnd reports whether a callee that is given an object as an interface without
// a Close can end, or give away, what the object has at path all the same: one of the
// methods that it sees does so, or it is not known what they do with it.
func (e *Engine) showsEnd(op ssa.Value, seen types.Type, path Path) bool {
	iface, ok := seen.Underlying().(*types.Interface)
	if !ok || path == 0 {
		return false
	}
	of := irx.Unboxed(op).Type()
	if path.inOther(of) {
		return true
	}
	for m := range iface.Methods() {
		found, index, _ := types.LookupFieldOrMethod(of, true, m.Pkg(), m.Name())
		if fn, ok := found.(*types.Func); ok && e.methodEnds(fn, index[:len(index)-1], path) {
			return true
		}
	}
	return false
}

// methodEnds reports whether a method that is promoted from the embedded fields of index
// ends, or gives away, what the object has at path, as far as is known. One of the
// standard library, or of a part that is an interface, does what the model or its name
// says. One of this package may be inferred later only: it counts as one that does.
func (e *Engine) methodEnds(fn *types.Func, index []int, path Path) bool {
	for _, i := range index {
		rest, ok := path.under(Path(field(i)))
		if !ok {
			return false // it sees another part
		}
		path = rest
	}
	if spec := e.Pkg.Model.Of(fn); spec != nil {
		return slices.Contains(spec.Releases, 0)
	}
	if types.IsInterface(recvType(fn)) || e.Pkg.Standard(fn.Pkg()) {
		return saysRelease(fn.Name())
	}
	if fn.Pkg() == e.Pkg.Pass.Pkg {
		return true
	}
	c := e.importedContract(fn.Origin())
	return c == nil || (c.param(0, path).OK|c.param(0, path).Fail)&^Borrowed != 0
}

// endsAnything reports whether an interface has a method that ends something.
func endsAnything(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	if !ok {
		return true
	}
	for m := range i.Methods() {
		if saysRelease(m.Name()) {
			return true
		}
	}
	return false
}

// givesView reports whether a method that is chosen at run time gives something
// that can be closed, and does not say that it opens it: that may be another face
// of the receiver, whose end is the receiver's.
func givesView(c *ssa.CallCommon, callee irx.Callee) bool {
	results := c.Signature().Results()
	return results.Len() > 0 && !irx.IsError(results.At(0).Type()) && endable(results.At(0).Type()) && !acquiresByName(c, callee)
}

// paramType is the type that the callee gives to operand i.
func paramType(sig *types.Signature, i int, callee irx.Callee) types.Type {
	if callee.Func != nil {
		sig = callee.Func.Signature()
	}
	if sig.Recv() != nil {
		if i == 0 {
			return sig.Recv().Type()
		}
		i--
	}
	if i < sig.Params().Len() {
		return sig.Params().At(i).Type()
	}
	return nil
}

// canHold reports whether a callee that is given a value as type t can close
// it: not so for an interface without a Close method, such as io.Writer.
func canHold(t types.Type) bool {
	if t == nil {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Interface:
		return u.NumMethods() == 0 || irx.CanEnd(t)
	case *types.Basic:
		return u.Info()&types.IsInteger != 0 || u.Kind() == types.UnsafePointer
	}
	return true
}

func isAny(t types.Type) bool {
	if isGeneric(t) {
		return false
	}
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = s.Elem()
	}
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.NumMethods() == 0
}

// isGeneric reports whether t is a type parameter, or a slice of one.
func isGeneric(t types.Type) bool {
	if s, ok := t.(*types.Slice); ok {
		t = s.Elem()
	}
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

// onlyLooks reports whether a generic function can do no more than look at what it
// is given, or change its order (slices.Contains, slices.Sort): it returns nothing
// that can have it, and is given no other container to put it into (maps.Copy).
func onlyLooks(sig *types.Signature) bool {
	generic := 0
	for v := range sig.Params().Variables() {
		if isGeneric(v.Type()) {
			generic++
		}
	}
	for v := range sig.Results().Variables() {
		if _, basic := v.Type().Underlying().(*types.Basic); !basic {
			return false
		}
	}
	return generic > 0 && (generic == 1 || sig.Results().Len() > 0)
}

// keepsAny reports whether functions of a standard package store values that
// they are given as any.
func keepsAny(path string) bool {
	switch path {
	case "sync", "sync/atomic", "container/list", "container/heap", "container/ring", "context", "reflect", "runtime", "testing", "expvar":
		return true
	}
	return false
}
