package peerio

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/dataflow"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what results hold --

// holder collects which parts of one result are inputs.
type holder struct {
	e    *engine
	fn   *ssa.Function
	seen map[ssa.Value]bool
	// bound is that of the wrapper around what is looked at.
	bound Bound
	out   []hold
}

// holds returns which parts of the results of fn are its inputs.
func (e *engine) holds(fn *ssa.Function) []hold {
	if !e.givesBack(fn) {
		return nil
	}
	h := &holder{e: e, fn: fn}
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		for i, v := range ret.Results {
			if e.carries(v.Type()) {
				h.seen = map[ssa.Value]bool{}
				h.hold(v, i, "")
			}
		}
	}
	return h.out
}

// givesBack reports whether a result of fn can hold one of its inputs.
func (e *engine) givesBack(fn *ssa.Function) bool {
	results := fn.Signature.Results()
	any := false
	for v := range results.Variables() {
		any = any || e.carries(v.Type())
	}
	if !any {
		return false
	}
	for _, in := range inputs(fn) {
		if e.carries(in.Type()) {
			return true
		}
	}
	return false
}

// hold notes what v, which is the part at of result i, holds.
func (h *holder) hold(v ssa.Value, i int, at Path) {
	if h.seen[v] || len(at) > maxPath {
		return
	}
	h.seen[v] = true
	switch v := v.(type) {
	case *ssa.Phi:
		for _, edge := range v.Edges {
			h.hold(edge, i, at)
		}
		return
	case *ssa.MakeInterface:
		old := h.bound
		if b := h.e.readBound(v.X.Type()); b.Kind == Bounded {
			h.bound = b
		}
		h.hold(v.X, i, at)
		h.bound = old
		return
	case *ssa.ChangeInterface:
		h.hold(v.X, i, at)
		return
	case *ssa.ChangeType:
		h.hold(v.X, i, at)
		return
	case *ssa.UnOp:
		if v.Op == token.MUL {
			h.hold(v.X, i, at)
			return
		}
	case *ssa.Alloc:
		h.object(v, i, at)
		return
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok && h.result(call, v.Index, i, at) {
			return
		}
	case *ssa.Call:
		if h.result(v, 0, i, at) {
			return
		}
	}
	h.note(h.e.traced(v, ""), i, at)
}

// object notes what the function stores in an object that it made.
func (h *holder) object(a *ssa.Alloc, i int, at Path) {
	for _, s := range storesIn(a, "", nil) {
		if p, ok := at.join(s.path); ok && h.e.carries(s.val.Type()) {
			h.hold(s.val, i, p)
		}
	}
}

// result notes what result r of a call holds, part by part, so that the paths in
// a constructor that calls another one are kept.
func (h *holder) result(call *ssa.Call, r, i int, at Path) bool {
	found := false
	for _, t := range h.e.targets(&call.Call) {
		for _, inner := range t.sum.Holds {
			p, ok := at.join(inner.ResultPath)
			if inner.Result != r || !ok || t.operand(inner.On) == nil {
				continue
			}
			found = true
			h.note(h.e.traced(t.operand(inner.On), inner.Path), i, p)
		}
	}
	return found
}

func (h *holder) note(origins []origin, i int, at Path) {
	for _, o := range origins {
		on := inputOf(h.fn, o.Base)
		if on < 0 || !h.e.carries(o.Base.Type()) {
			continue
		}
		bound := o.bound
		if bound.Kind != Bounded {
			bound = h.bound
		}
		h.out = appendNew(h.out, hold{i, at, on, o.Path, bound})
	}
}

// -- deadlines at return --

// summarize adds what the function leaves behind when it succeeds.
func (l *limits) summarize(sum *summary) {
	var end dataflow.Set
	results := map[int][]Bound{}
	for _, b := range l.fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || l.e.fails(ret) {
			continue
		}
		s := l.entry(b.Index)
		for _, instr := range b.Instrs {
			s = l.step(s, instr)
		}
		s = l.apply(s, l.exit)
		end = dataflow.Union(end, s)
		for i, v := range ret.Results {
			if isConn(v.Type()) {
				results[i] = append(results[i], l.returned(s, v)...)
			}
		}
	}
	for i, ref := range l.refs {
		if on := inputOf(l.fn, ref.Base); on >= 0 {
			b := l.bound(end, i)
			if given, ok := l.given(end, i); ok && b.Open() {
				b = given
			}
			if b.Kind != Unbounded {
				sum.Limits = append(sum.Limits, limit{on, ref.Path, b})
			}
		}
	}
	for i := range l.fn.Signature.Results().Len() {
		if b, ok := common(results[i]); ok {
			sum.Results = append(sum.Results, resultLimit{i, b})
		}
	}
}

// returned lists what bounds the connections that v may be.
func (l *limits) returned(s dataflow.Set, v ssa.Value) []Bound {
	var out []Bound
	for _, ref := range l.e.origins(v, "") {
		out = append(out, l.of(s, ref))
	}
	return out
}

func common(bounds []Bound) (Bound, bool) {
	for _, b := range bounds {
		if b.Kind != Bounded {
			return Bound{}, false
		}
	}
	if len(bounds) == 0 {
		return Bound{}, false
	}
	return bounds[0], true
}

// fails reports whether a return is known to return an error.
func (e *engine) fails(ret *ssa.Return) bool {
	if len(ret.Results) == 0 {
		return false
	}
	v := ret.Results[len(ret.Results)-1]
	if !irx.IsError(v.Type()) {
		return false
	}
	switch v := v.(type) {
	case *ssa.Const:
		return false
	case *ssa.MakeInterface:
		return true
	case *ssa.UnOp:
		if _, ok := v.X.(*ssa.Global); ok && v.Op == token.MUL {
			return true // a sentinel error
		}
	case *ssa.Call:
		if spec := e.pkg.Model.Of(irx.CalleeOf(&v.Call).Func); spec != nil && len(spec.NonNil) > 0 {
			return true
		}
	}
	return nonNilAt(v, ret.Block())
}

// nonNilAt reports whether a test `v != nil` dominates b.
func nonNilAt(v ssa.Value, b *ssa.BasicBlock) bool {
	for d := b; d != nil && d.Idom() != nil; d = d.Idom() {
		up := d.Idom()
		cond, ok := up.Instrs[len(up.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cmp, ok := cond.Cond.(*ssa.BinOp)
		if !ok || cmp.X != v && cmp.Y != v {
			continue
		}
		if cmp.Op == token.NEQ && up.Succs[0] == d || cmp.Op == token.EQL && up.Succs[1] == d {
			return len(d.Preds) == 1 && (irx.IsNil(cmp.X) || irx.IsNil(cmp.Y))
		}
	}
	return false
}
