package backlog

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// origins receives what a value is made of.
type origins interface {
	constant(v int64, r Range)
	param(p *ssa.Parameter, r Range)
	// load is a read of a cell; base is the struct or pointer of a field.
	load(c cell, base ssa.Value, r Range)
	// result is result i of a call of a function of the package.
	result(fn *ssa.Function, i int, r Range)
}

// tracer follows a value backwards inside one function.
type tracer struct {
	x    *index
	to   origins
	seen map[ssa.Value]bool
}

func (x *index) trace(v ssa.Value, at *ssa.BasicBlock, r Range, to origins) {
	t := &tracer{x: x, to: to, seen: make(map[ssa.Value]bool)}
	t.visit(v, at, r)
}

// visit looks at v as it is used in block at.
func (t *tracer) visit(v ssa.Value, at *ssa.BasicBlock, r Range) {
	if r = t.guarded(v, at, r); r.empty() {
		return
	}
	switch v := v.(type) {
	case *ssa.Const:
		if c, ok := intOf(v.Value); ok && r.Contains(c) {
			t.to.constant(c, r)
		}
	case *ssa.Phi:
		t.phi(v, r)
	case *ssa.Convert:
		t.visit(v.X, at, r)
	case *ssa.ChangeType:
		t.visit(v.X, at, r)
	case *ssa.Parameter:
		t.to.param(v, r)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			t.loadAddr(v.X, r)
		}
	case *ssa.Field:
		if c := t.x.loaded(v); c != nil {
			t.to.load(c, v.X, r)
		}
	case *ssa.Call:
		t.call(v, at, 0, r)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			t.call(call, at, v.Index, r)
		}
	}
}

func (t *tracer) loadAddr(addr ssa.Value, r Range) {
	if p, ok := addr.(*ssa.UnOp); ok && p.Op == token.MUL { // *pointer, itself a variable
		if t.seen[p] {
			return // a merge sets a field to the same field of another object
		}
		t.seen[p] = true
		for _, st := range t.x.stores[t.x.cellOf(p.X)] {
			t.loadAddr(st.Val, r)
		}
		return
	}
	if call, ok := addr.(*ssa.Call); ok {
		t.flagDefault(call, r)
		return
	}
	c := t.x.cellOf(addr)
	if c == nil {
		return
	}
	var base ssa.Value
	if f, ok := addr.(*ssa.FieldAddr); ok {
		base = f.X
	}
	t.to.load(c, base, r)
}

// flagDefault takes the default of a command line flag for its value: it is
// what a program gets that is started without the flag.
func (t *tracer) flagDefault(call *ssa.Call, r Range) {
	if args := call.Call.Args; isFlagInt(call.Common()) && len(args) >= 2 {
		t.visit(args[len(args)-2], call.Block(), r)
	}
}

func isFlagInt(call *ssa.CallCommon) bool {
	fn := irx.CalleeOf(call).Func
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "flag" {
		return false
	}
	return fn.Name() == "Int" || fn.Name() == "IntVar"
}

func (t *tracer) phi(phi *ssa.Phi, r Range) {
	if t.seen[phi] {
		return
	}
	t.seen[phi] = true
	for i, edge := range phi.Edges {
		pred := phi.Block().Preds[i]
		if _, isConst := edge.(*ssa.Const); isConst {
			t.visit(edge, pred, r)
			continue
		}
		t.visit(edge, pred, t.onEdge(edge, pred, phi.Block(), r))
	}
}

func (t *tracer) call(call *ssa.Call, at *ssa.BasicBlock, result int, r Range) {
	c := irx.CalleeOf(call.Common())
	switch {
	case c.Builtin == "min" || c.Builtin == "max":
		t.extremum(c.Builtin, call.Call.Args, at, r)
	case isCmpOr(c.Func):
		t.firstNonZero(call.Call.Args, at, r)
	case c.Body != nil && !t.seen[call]:
		t.seen[call] = true
		t.to.result(c.Body, result, r)
	}
}

// extremum: of min(n, c), n gets through up to c, and c may come out whatever
// n is.
func (t *tracer) extremum(name string, args []ssa.Value, at *ssa.BasicBlock, r Range) {
	limit := whole()
	for _, a := range args {
		if k, ok := a.(*ssa.Const); ok {
			if c, ok := intOf(k.Value); ok && name == "min" {
				limit = limit.where(token.LEQ, c)
			} else if ok {
				limit = limit.where(token.GEQ, c)
			}
		}
	}
	for _, a := range args {
		t.visit(a, at, r.and(limit))
	}
}

func isCmpOr(fn *types.Func) bool {
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "cmp" && fn.Name() == "Or"
}

// firstNonZero: cmp.Or(a, b) is a, or b when a is 0. Its arguments are the
// elements of a slice that is made for the call.
func (t *tracer) firstNonZero(args []ssa.Value, at *ssa.BasicBlock, r Range) {
	if len(args) != 1 {
		return
	}
	elems := irx.Variadic(args[0])
	for i, v := range elems {
		if i < len(elems)-1 {
			t.visit(v, at, r.where(token.NEQ, 0))
		} else {
			t.visit(v, at, r)
		}
	}
}

// -- what a branch says of a value --

// guarded narrows r to the values of v that can be there in block at: those
// that the branches passed on every way to it let through.
func (t *tracer) guarded(v ssa.Value, at *ssa.BasicBlock, r Range) Range {
	if _, isConst := v.(*ssa.Const); isConst {
		return r // a constant is what it is; an impossible branch is dead code
	}
	for d := at; d.Idom() != nil; d = d.Idom() {
		if len(d.Preds) == 1 {
			r = t.onEdge(v, d.Preds[0], d, r)
		}
	}
	return r
}

// onEdge narrows r by the branch at the end of from when to is one of its arms.
func (t *tracer) onEdge(v ssa.Value, from, to *ssa.BasicBlock, r Range) Range {
	branch, ok := from.Instrs[len(from.Instrs)-1].(*ssa.If)
	if !ok || from.Succs[0] == from.Succs[1] {
		return r
	}
	w, op, c, ok := comparison(branch.Cond)
	if !ok || !t.same(plain(v), w) {
		return r
	}
	if to == from.Succs[1] {
		op = negate(op)
	}
	return r.where(op, c)
}

// same reports whether two values are one, or loaded from one cell.
func (t *tracer) same(v, w ssa.Value) bool {
	if v == w {
		return true
	}
	c := t.x.loaded(v)
	return c != nil && c == t.x.loaded(w)
}

// replaced returns the values of a cell that nothing in the package replaces:
// "if c.Backlog == 0 { c.Backlog = 128 }", wherever it stands, takes 0 away.
// Whether it runs before the field is read is not asked; silence is the safe
// side.
func (x *index) replaced(c cell) Range {
	r := whole()
	for _, t := range x.tests[c] {
		for i, succ := range t.branch.Block().Succs {
			if len(succ.Preds) == 1 && x.storedUnder(c, succ) {
				op := t.op
				if i == 0 {
					op = negate(op)
				}
				r = r.where(op, t.c)
			}
		}
	}
	for _, st := range x.stores[c] {
		own := &selfFlow{c: c}
		x.trace(st.Val, st.Block(), whole(), own)
		if own.reached && own.others {
			r = r.and(own.r)
		}
	}
	return r
}

func (x *index) storedUnder(c cell, b *ssa.BasicBlock) bool {
	for _, st := range x.stores[c] {
		if st.Parent() == b.Parent() && b.Dominates(st.Block()) {
			return true
		}
	}
	return false
}

// selfFlow notices a cell that is filled from itself: c.n = max(c.n, 128).
type selfFlow struct {
	c               cell
	reached, others bool
	r               Range
}

func (s *selfFlow) constant(int64, Range)            { s.others = true }
func (s *selfFlow) param(*ssa.Parameter, Range)      { s.others = true }
func (s *selfFlow) result(*ssa.Function, int, Range) { s.others = true }
func (s *selfFlow) load(c cell, _ ssa.Value, r Range) {
	if c != s.c {
		s.others = true
		return
	}
	if s.reached {
		r = hull(r, s.r)
	}
	s.reached, s.r = true, r
}
