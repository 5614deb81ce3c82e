package errpath

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- listeners behind an interface --
//
// Of a net.Listener only where it was made tells whether accepting takes a
// descriptor. Must-analysis: everything that may be the listener is known, and all
// of it shares one socket or takes from a channel, or accepts from what does.

// Opener says of a function that the listeners it returns take from a channel.
type Opener struct{}

// AFact marks Opener as a fact.
func (*Opener) AFact() {}

func (*Opener) String() string { return "returns a listener that takes from a channel" }

// findOpeners gives the functions of the package that return such listeners their
// facts; the Accept methods have theirs.
func (r *Result) findOpeners() {
	for _, fn := range r.pkg.Funcs() {
		obj, ok := fn.Object().(*types.Func)
		if ok && obj.Exported() && obj.Pkg() == r.pass.Pkg && r.opensQueues(fn) {
			r.pass.ExportObjectFact(obj, new(Opener))
		}
	}
}

// opensQueues reports whether the first result of a function is an interface, and
// always a listener that takes from a channel, or nil.
func (r *Result) opensQueues(fn *ssa.Function) bool {
	res := fn.Signature.Results()
	if res.Len() == 0 || !types.IsInterface(res.At(0).Type()) || !isListener(res.At(0).Type()) {
		return false
	}
	found := false
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || b == fn.Recover || irx.IsNil(ret.Results[0]) {
			continue
		}
		if !r.isQueue(ret.Results[0]) {
			return false
		}
		found = true
	}
	return found
}

// isQueue reports whether a listener takes from a channel, or accepts from one that
// does. What another function has opened is not asked: it may be a wrapper of its own,
// whose channel has the errors of the kernel's listener, too.
func (r *Result) isQueue(v ssa.Value) bool {
	for range maxWraps {
		v = held(unboxed(held(v)))
		if !types.IsInterface(v.Type()) && r.queued(irx.Method(v.Type(), "Accept")) {
			return true
		}
		if v = r.inner(v); v == nil {
			return false
		}
	}
	return false
}

func isListener(t types.Type) bool {
	kind, ok := irx.ResourceKind(t)
	return ok && kind == netmodel.Listener
}

// Shares reports whether all that a loop may accept from is a listener whose
// connections have no descriptors of their own.
func (r *Result) Shares(accepts *acceptloop.Result, l *acceptloop.Loop) bool {
	from, all := accepts.Opened(l, r.isWrap)
	if wrapper := r.embedding(l.Listener); !all && wrapper != nil {
		from, all = accepts.OpenedBy(wrapper, r.isWrap)
	}
	return all && r.allShare(accepts, from, 0)
}

// maxWraps bounds the listeners that wrap one another.
const maxWraps = 4

func (r *Result) allShare(accepts *acceptloop.Result, from []ssa.Value, depth int) bool {
	return depth < maxWraps && !slices.ContainsFunc(from, func(v ssa.Value) bool { return !r.shares(accepts, v, depth) })
}

// shares looks at what makes one listener.
func (r *Result) shares(accepts *acceptloop.Result, v ssa.Value, depth int) bool {
	if m := irx.Method(v.Type(), "Accept"); m != nil && !types.IsInterface(v.Type()) {
		if spec := r.pkg.Model.Of(m); r.queued(m) || spec != nil && spec.Shared {
			return true
		}
	}
	if inner := r.inner(v); inner != nil {
		from, all := accepts.OpenedBy(inner, r.isWrap)
		return all && r.allShare(accepts, from, depth+1)
	}
	call := callBehind(v)
	if call == nil {
		return false
	}
	fn := irx.CalleeOf(call.Common()).Func
	spec := r.pkg.Model.Of(fn)
	if spec == nil {
		return fn != nil && fn.Pkg() != nil && !r.pkg.Standard(fn.Pkg()) && r.pass.ImportObjectFact(fn.Origin(), new(Opener))
	}
	for _, w := range spec.Wraps {
		ops := irx.Operands(call.Common())
		if w.Borrows || w.Operand >= len(ops) || !isListener(ops[w.Operand].Type()) {
			continue
		}
		if from, all := accepts.OpenedBy(ops[w.Operand], r.isWrap); all && r.allShare(accepts, from, depth+1) {
			return true
		}
	}
	return spec.Shared
}

// callBehind is the call of which v is a result, or nil.
func callBehind(v ssa.Value) *ssa.Call {
	if ex, ok := v.(*ssa.Extract); ok {
		v = ex.Tuple
	}
	call, _ := v.(*ssa.Call)
	return call
}
