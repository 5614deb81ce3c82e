package peerio

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- tracing a value back to the places it comes from --

// maxTrace bounds one search.
const maxTrace = 400

// origin is a place that a value comes from.
type origin struct {
	Ref
	// bound is what a wrapper on the way sets before each read.
	bound Bound
	// other says that the value has, on the way, a type that the kernel's
	// connections do not have.
	other bool
}

// tracer collects the origins of one value in its function.
type tracer struct {
	e     *engine
	seen  map[Ref]bool
	bound Bound
	other bool
	out   []origin
}

// traced returns the places that the part path of v comes from. A part that an
// object made here does not hold has no origin but the object.
func (e *engine) traced(v ssa.Value, path Path) []origin {
	t := tracer{e: e, seen: map[Ref]bool{}}
	t.trace(v, path)
	return t.out
}

// origins returns the places alone.
func (e *engine) origins(v ssa.Value, path Path) []Ref {
	var refs []Ref
	for _, o := range e.traced(v, path) {
		refs = append(refs, o.Ref)
	}
	return refs
}

// through traces what is below a wrapper that bounds its reads.
func (t *tracer) through(b Bound, v ssa.Value, path Path) {
	old := t.bound
	if b.Kind == Bounded {
		t.bound = b
	}
	t.trace(v, path)
	t.bound = old
}

func (t *tracer) trace(v ssa.Value, path Path) {
	if v == nil || len(path) > maxPath || t.seen[Ref{v, path}] || len(t.seen) > maxTrace {
		return
	}
	t.seen[Ref{v, path}] = true
	switch v := v.(type) {
	case *ssa.Const, *ssa.Builtin, *ssa.Function, *ssa.MakeClosure:
		return
	case *ssa.Phi:
		for _, edge := range v.Edges {
			t.trace(edge, path)
		}
	case *ssa.MakeInterface:
		var b Bound
		if path == "" {
			b = t.e.readBound(v.X.Type())
		}
		t.through(b, v.X, path)
	case *ssa.ChangeInterface:
		t.trace(v.X, path)
	case *ssa.ChangeType:
		t.trace(v.X, path)
	case *ssa.Convert:
		t.trace(v.X, path)
	case *ssa.TypeAssert:
		t.asserted(v, path)
	case *ssa.Slice:
		t.trace(v.X, path)
	case *ssa.IndexAddr:
		t.trace(v.X, path)
	case *ssa.Index:
		t.trace(v.X, path)
	case *ssa.FieldAddr:
		t.traceField(v.X, v.Field, path)
	case *ssa.Field:
		t.traceField(v.X, v.Field, path)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			t.trace(v.X, path)
		} else {
			t.base(v, path)
		}
	case *ssa.Extract:
		t.traceExtract(v, path)
	case *ssa.Call:
		t.traceResult(v, 0, v, path)
	default:
		t.base(v, path)
	}
}

func (t *tracer) traceField(x ssa.Value, field int, path Path) {
	if field > 255 {
		return
	}
	if p, ok := Path([]byte{byte(field)}).join(path); ok {
		t.trace(x, p)
	}
}

func (t *tracer) traceExtract(v *ssa.Extract, path Path) {
	switch tuple := v.Tuple.(type) {
	case *ssa.Call:
		t.traceResult(tuple, v.Index, v, path)
	case *ssa.TypeAssert:
		if v.Index == 0 {
			t.asserted(tuple, path)
		}
	default:
		t.base(v, path)
	}
}

// asserted traces what a type assertion is made of.
func (t *tracer) asserted(v *ssa.TypeAssert, path Path) {
	old := t.other
	t.other = t.other || notPlain(v.AssertedType)
	t.trace(v.X, path)
	t.other = old
}

// notPlain reports whether the connections of a TCP or Unix listener do not have a
// type: it is another package's, or it shakes hands.
func notPlain(t types.Type) bool {
	if types.IsInterface(t) {
		return irx.HasMethod(t, "Handshake") || irx.HasMethod(t, "HandshakeContext")
	}
	return isConn(t) && irx.TypePackage(t) != "net"
}

// base ends the search at v, unless the function itself fills the part.
func (t *tracer) base(v ssa.Value, path Path) {
	_, cell := v.(*ssa.FreeVar)
	_, object := v.(*ssa.Alloc)
	found := false
	if cell || object || path != "" {
		found = t.contents(v, path)
	}
	if !found || !object {
		t.out = append(t.out, origin{Ref{v, path}, t.bound, t.other})
	}
}

// contents traces what the function stores in the part of the object or cell at
// addr. Of an object taken as a whole, it is whatever can be read through it.
func (t *tracer) contents(addr ssa.Value, path Path) (found bool) {
	for _, s := range storesIn(addr, "", nil) {
		rest, ok := path.under(s.path)
		if !ok || len(s.path) > len(path) && !t.e.carries(s.val.Type()) {
			continue
		}
		found = true
		t.trace(s.val, rest)
	}
	return t.filled(addr, path) || found
}

// filled traces what calls that are given the object at addr store in it.
func (t *tracer) filled(addr ssa.Value, path Path) (found bool) {
	if addr.Referrers() == nil || path == "" {
		return false
	}
	for _, ref := range *addr.Referrers() {
		call, ok := ref.(*ssa.Call)
		if !ok {
			continue
		}
		for _, tg := range t.e.targets(&call.Call) {
			for _, f := range tg.sum.Fills {
				rest, ok := path.under(f.IntoPath)
				if !ok || tg.operand(f.Into) != addr {
					continue
				}
				if p, ok := f.Path.join(rest); ok {
					found = true
					t.trace(tg.operand(f.On), p)
				}
			}
		}
	}
	return found
}

type store struct {
	path Path
	val  ssa.Value
}

// storesIn lists what the function stores below addr.
func storesIn(addr ssa.Value, at Path, out []store) []store {
	if addr.Referrers() == nil {
		return out
	}
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr == addr {
				out = append(out, store{at, ref.Val})
			}
		case *ssa.FieldAddr:
			if p, ok := at.join(Path([]byte{byte(ref.Field)})); ok && ref.Field < 256 {
				out = storesIn(ref, p, out)
			}
		case *ssa.IndexAddr:
			if ref.X == addr {
				out = storesIn(ref, at, out)
			}
		}
	}
	return out
}

// traceResult traces result i of a call, which is v: what it holds of the
// operands, else the result itself.
func (t *tracer) traceResult(call *ssa.Call, i int, v ssa.Value, path Path) {
	found := false
	for _, tg := range t.e.targets(&call.Call) {
		for _, h := range tg.sum.Holds {
			rest, ok := path.under(h.ResultPath)
			if h.Result != i || !ok {
				continue
			}
			if p, ok := h.Path.join(rest); ok {
				found = true
				t.through(h.Bound, tg.operand(h.On), p)
			}
		}
	}
	for _, op := range t.e.passedOn(&call.Call, v.Type()) {
		found = true
		t.trace(op, path)
	}
	if !found {
		t.base(v, path)
	}
}

// readBound returns what the Read of a wrapper type sets before each read.
func (e *engine) readBound(typ types.Type) Bound {
	m := irx.Method(typ, "Read")
	if m == nil || e.pkg.Model.Of(m) != nil {
		return Bound{}
	}
	body := e.pkg.SSA().Prog.FuncValue(m)
	s := e.summaryOf(body, m)
	if s == nil || len(s.Waits) == 0 {
		e.late = e.late || m.Pkg() == e.pkg.Pass.Pkg && !e.seen[body] // it comes after its users
		return Bound{}
	}
	for _, w := range s.Waits {
		if w.On == 0 && w.Bound.Kind != Bounded {
			return Bound{}
		}
	}
	return s.Waits[0].Bound
}

// passedOn returns the operands that a result of type typ stands for although
// nothing is known of the callee: append's, and the one connection that a
// dynamic call turns into another connection.
func (e *engine) passedOn(call *ssa.CallCommon, typ types.Type) []ssa.Value {
	callee := irx.CalleeOf(call)
	if callee.Builtin == "append" {
		return call.Args
	}
	if !callee.Dynamic || !isConn(typ) || e.pkg.Model.Of(callee.Func) != nil {
		return nil
	}
	for _, a := range call.Args {
		if isConn(a.Type()) {
			return []ssa.Value{a}
		}
	}
	return nil
}

func isConn(t types.Type) bool {
	kind, ok := irx.ResourceKind(t)
	return ok && (kind == netmodel.Conn || kind == netmodel.PacketConn)
}
