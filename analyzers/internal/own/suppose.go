package own

import (
	"go/constant"
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- branches that an assumption decides --

// cond evaluates a test of the parameter, or of the outcome of a call that is
// always the same.
func (s *supposition) cond(v ssa.Value) tri {
	if t := s.eng.known(v); t != maybe {
		return t
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.NOT {
			return s.cond(v.X).not()
		}
	case *ssa.Call, *ssa.Extract:
		if s.falseOf(v) {
			return no
		}
		if ex, ok := v.(*ssa.Extract); ok {
			if s.expected(ex) {
				return yes
			}
			if t := s.asserted(ex); t != maybe {
				return t
			}
		}
		if t := s.given(v); t != maybe {
			return t.not()
		}
		return s.outcome(v)
	case *ssa.BinOp:
		if s.asksClosed(v) {
			return triOf(v.Op == token.NEQ)
		}
		return s.test(v)
	}
	return maybe
}

// test evaluates a comparison with nil, and with the length of the parameter.
func (s *supposition) test(b *ssa.BinOp) tri {
	null := maybe
	switch {
	case irx.IsNil(b.Y):
		null = s.isNil(b.X)
	case irx.IsNil(b.X):
		null = s.isNil(b.Y)
	}
	switch {
	case b.Op == token.EQL && null != maybe:
		return null
	case b.Op == token.NEQ && null != maybe:
		return null.not()
	case s.excludes(b):
		return triOf(b.Op == token.NEQ)
	case s.full != nil:
		return s.empties(b)
	case s.p != nil && s.null:
		return s.emptiness(b)
	}
	return maybe
}

// excludes reports whether b compares an error that is nil with one that is not.
func (s *supposition) excludes(b *ssa.BinOp) bool {
	if !s.null || b.Op != token.EQL && b.Op != token.NEQ || !irx.IsError(b.X.Type()) {
		return false
	}
	for _, p := range [2][2]ssa.Value{{b.X, b.Y}, {b.Y, b.X}} {
		if s.p[p[0]] && s.eng.neverNil(p[1], map[ssa.Value]bool{}) {
			return true
		}
	}
	return false
}

// isNil tells whether v is the parameter, a variable that has not been assigned
// anything, or the error of a call, and nil.
func (s *supposition) isNil(v ssa.Value) tri {
	switch v := v.(type) {
	case *ssa.Const:
		return triOf(v.IsNil())
	case *ssa.Call, *ssa.Extract:
		if t := s.given(v); t != maybe {
			return t
		}
		if irx.IsError(v.Type()) {
			return s.outcome(v)
		}
	case *ssa.UnOp:
		if irx.IsError(v.Type()) && unassigned(v) {
			return yes
		}
	}
	if s.p[v] {
		return triOf(s.null)
	}
	return maybe
}

// outcome tells whether v, the result of a call that tells, tells of success each
// time.
func (s *supposition) outcome(v ssa.Value) tri {
	call, result := resultOf(v)
	if call == nil {
		return maybe
	}
	callee := irx.CalleeOf(call.Common())
	d, ok := discriminator(callSignature(call.Common(), callee))
	if !ok || d.index != result || d.kind == byNil {
		return maybe
	}
	if s.surely(call, callee) {
		return yes
	}
	if s.eng.Pkg.Model.Of(callee.Func) != nil {
		return maybe
	}
	if c := s.eng.contract(callee); c != nil && c.Fails {
		return no
	}
	return maybe
}

// resultOf returns the call that v is a result of, and which one; or nil.
func resultOf(v ssa.Value) (*ssa.Call, int) {
	switch v := v.(type) {
	case *ssa.Call:
		return v, 0
	case *ssa.Extract:
		call, _ := v.Tuple.(*ssa.Call)
		return call, v.Index
	}
	return nil, 0
}

// emptiness evaluates a test of the length of the parameter, which is 0: an
// index is never below it.
func (s *supposition) emptiness(b *ssa.BinOp) tri {
	if s.isLen(b.X) {
		if c, ok := b.Y.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Int {
			return triOf(constant.Compare(constant.MakeInt64(0), b.Op, c.Value))
		}
	}
	if s.isLen(b.Y) {
		switch b.Op {
		case token.LSS:
			return no
		case token.GEQ:
			return yes
		}
	}
	return maybe
}

func (s *supposition) isLen(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	return ok && irx.CalleeOf(call.Common()).Builtin == "len" && s.p[call.Call.Args[0]]
}
