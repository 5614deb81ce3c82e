package own

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- branches that types exclude --

// exhausted reports whether the false edge at the end of b is the default of a
// switch over a named type that has a case for each of its constants.
func (e *Engine) exhausted(b *ssa.BasicBlock) bool {
	yes, ok := e.exhaust[b]
	if !ok {
		yes = exhausts(b)
		if e.exhaust == nil {
			e.exhaust = map[*ssa.BasicBlock]bool{}
		}
		e.exhaust[b] = yes
	}
	return yes
}

func exhausts(b *ssa.BasicBlock) bool {
	v, c := caseOf(b)
	if v == nil {
		return false
	}
	named, ok := types.Unalias(v.Type()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	seen := map[string]bool{}
	for at := b; c != nil; {
		seen[c.Value.ExactString()] = true
		if len(at.Preds) != 1 || len(at.Preds[0].Succs) != 2 || at.Preds[0].Succs[1] != at {
			break
		}
		at = at.Preds[0]
		var w ssa.Value
		if w, c = caseOf(at); w != v {
			break
		}
	}
	return len(seen) > 1 && coversAll(named, seen)
}

// caseOf returns the operands of "v == constant" when b ends by testing it.
func caseOf(b *ssa.BasicBlock) (ssa.Value, *ssa.Const) {
	cond, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return nil, nil
	}
	cmp, ok := cond.Cond.(*ssa.BinOp)
	if !ok || cmp.Op != token.EQL {
		return nil, nil
	}
	if c, ok := cmp.Y.(*ssa.Const); ok && c.Value != nil {
		return cmp.X, c
	}
	return nil, nil
}

// coversAll reports whether each constant that the type's package declares of
// the type is in the set.
func coversAll(t *types.Named, set map[string]bool) bool {
	scope := t.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		c, ok := scope.Lookup(name).(*types.Const)
		if ok && types.Identical(c.Type(), t) && c.Val().Kind() != constant.Unknown && !set[c.Val().ExactString()] {
			return false
		}
	}
	return true
}

// assertion tells whether v asserts what is so: by the types that its operand can
// have, or by the type that package net gives to sockets of the resource's network.
// What a descriptor of a file is, the author knows.
func (r *run) assertion(s *state, v *ssa.TypeAssert) tri {
	if t := asserts(r.eng.typesOf(v.X), v.AssertedType); t != maybe {
		return t
	}
	if r.ob.Call == nil || r.eval(s, v.X).k != holds || irx.TypePackage(v.AssertedType) != "net" {
		return maybe
	}
	callee := irx.CalleeOf(r.ob.Call.Common())
	if callee.Dynamic || callee.Func == nil || callee.Func.Pkg() == nil || callee.Func.Pkg().Path() != "net" {
		return maybe
	}
	if spec := r.eng.Pkg.Model.Of(callee.Func); spec != nil && spec.Dup {
		return yes
	}
	family, asserted := r.eng.networkOf(r.ob.Call), netFamily(v.AssertedType)
	if family == "" || asserted == "" {
		return maybe
	}
	return triOf(family == asserted)
}

// -- what the second result of an assertion or a look-up tells of the first --

// found makes what a look-up in a map has found not nil: nobody stores nil to
// find it again.
func (r *run) found(s *state, lookup *ssa.Lookup) {
	for _, ref := range *lookup.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && ex.Index == 0 && irx.Nilable(ex.Type()) && elemOf(ex.Type()) == nil {
			r.assumeNil(s, ex, false)
		}
	}
}

// notAsserted makes the value of a failed comma-ok assertion nil.
func (r *run) notAsserted(s *state, ta *ssa.TypeAssert) {
	for _, ref := range *ta.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && ex.Index == 0 && irx.Nilable(ex.Type()) {
			r.clear(s, r.ps.reg(ex))
			r.bind(s, ex, value{k: isNil})
			r.nilCells(s, ex)
		}
	}
}

// nilCells makes variables nil that are assigned v and nothing else.
func (r *run) nilCells(s *state, v ssa.Value) {
	for _, ref := range *v.Referrers() {
		st, ok := ref.(*ssa.Store)
		if !ok || st.Val != v {
			continue
		}
		if cell, ok := st.Addr.(*ssa.Alloc); ok && !assigned(cell, st) {
			p := r.ps.mem(cell, 0)
			r.clear(s, p)
			s.set(p, value{k: isNil})
		}
	}
}
