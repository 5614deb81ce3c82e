package own

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- values --

// eval returns what is known of v in the state.
func (r *run) eval(s *state, v ssa.Value) value {
	if x := s.get(r.ps.reg(v)); x.k != unknown {
		return x
	}
	switch v := v.(type) {
	case *ssa.Const:
		return constValue(v)
	case *ssa.Builtin:
		return value{k: nonNil}
	case *ssa.Alloc, *ssa.MakeClosure, *ssa.Function, *ssa.MakeMap, *ssa.MakeSlice, *ssa.Global:
		return value{addr, r.ps.mem(v, 0)}
	case *ssa.FreeVar:
		return value{addr, r.ps.mem(v, 0)}
	case *ssa.Parameter:
		if _, ok := v.Type().Underlying().(*types.Pointer); ok {
			return value{addr, r.ps.mem(v, 0)}
		}
	case *ssa.UnOp:
		if g, ok := v.X.(*ssa.Global); ok && v.Op == token.MUL && irx.IsError(v.Type()) && g != nil {
			return value{k: nonNil} // sentinel errors are not nil
		}
	}
	return value{}
}

func constValue(c *ssa.Const) value {
	if c.Value == nil {
		if irx.Nilable(c.Type()) {
			return value{k: isNil}
		}
		return value{}
	}
	switch c.Value.Kind() {
	case constant.Bool:
		if constant.BoolVal(c.Value) {
			return value{k: nonNil}
		}
		return value{k: isNil}
	case constant.Int:
		if n, ok := constant.Int64Val(c.Value); ok && -8 <= n && n <= 64 {
			return value{isInt, place(n)}
		}
	}
	return value{}
}

// tri is a truth value that may be unknown.
type tri uint8

const (
	maybe tri = iota
	yes
	no
)

func triOf(b bool) tri {
	if b {
		return yes
	}
	return no
}

func (t tri) not() tri {
	switch t {
	case yes:
		return no
	case no:
		return yes
	}
	return maybe
}

// nilness tells whether a value is nil (or false).
func (r *run) nilness(v value) tri {
	switch v.k {
	case isNil:
		return yes
	case nonNil, holds, fresh:
		return no
	case addr:
		// A parameter may be a nil pointer, unless the resource is supposed to
		// be behind it; what is made here is not.
		if k := r.ps.keys[v.p]; k.path == 0 && k.mem && !(r.isSubject(v.p) && (r.ob.Path != 0 || r.ob.Variable)) {
			if _, param := k.v.(*ssa.Parameter); param {
				return maybe
			}
		}
		return no
	}
	return maybe
}

// -- conditions --

// truth tells whether the boolean v is true in the state.
func (r *run) truth(s *state, v ssa.Value) tri {
	if t := r.nilness(r.eval(s, v)).not(); t != maybe {
		return t
	}
	if t := r.eng.known(v); t != maybe {
		return t
	}
	if x, c, ok := r.eng.asked(v); ok {
		if t := r.equalsConstant(s, x, c); t != maybe {
			return t
		}
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.NOT {
			return r.truth(s, v.X).not()
		}
	case *ssa.BinOp:
		return r.compare(s, v)
	case *ssa.Call:
		if r.impliesNil(s, v) {
			return no
		}
	}
	return maybe
}

func (r *run) compare(s *state, b *ssa.BinOp) tri {
	if t := r.eng.known(b); t != maybe {
		return t
	}
	if t := r.decideConstant(s, b); t != maybe {
		return t
	}
	x, y := r.eval(s, b.X), r.eval(s, b.Y)
	if y.k == isNil && r.boxes(s, b.X, x) {
		x = value{k: nonNil}
	}
	if y.k == isInt && r.nonEmpty(s, b.X) {
		if t := compareLen(b.Op, y.p); t != maybe {
			return t
		}
	}
	switch b.Op {
	case token.EQL:
		return r.equal(x, y)
	case token.NEQ:
		return r.equal(x, y).not()
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		return r.order(s, b, x, y)
	}
	return maybe
}

// boxes reports whether v, of which nothing else is known, is an interface with a
// struct in it that has the resource: it is not nil.
func (r *run) boxes(s *state, v ssa.Value, x value) bool {
	return x.k == unknown && types.IsInterface(v.Type()) && len(r.holdPaths(s, v)) > 0
}

func (r *run) order(s *state, b *ssa.BinOp, x, y value) tri {
	if x.k == isInt && y.k == isInt {
		return triOf(constant.Compare(constant.MakeInt64(int64(x.p)), b.Op, constant.MakeInt64(int64(y.p))))
	}
	if x.k == holds && y.k == isInt && y.p <= 0 { // a descriptor that was opened is not negative
		return compareFD(b.Op, y.p)
	}
	if b.Op == token.LSS && x.k == isInt && x.p == 0 && (r.nonEmpty(s, b.Y) || r.loopsOverHolder(s, b) || y.k == unknown && r.servesInRounds(s, b)) {
		return yes
	}
	return maybe
}

// compareLen compares a length that is at least 1 with n.
func compareLen(op token.Token, n place) tri {
	switch {
	case n < 1 && (op == token.EQL || op == token.LEQ), n < 2 && op == token.LSS:
		return no
	case n < 1 && (op == token.NEQ || op == token.GTR), n < 2 && op == token.GEQ:
		return yes
	}
	return maybe
}

func compareFD(op token.Token, n place) tri {
	switch op {
	case token.LSS, token.LEQ:
		if op == token.LSS || n < 0 {
			return no
		}
	case token.GEQ:
		return yes
	case token.GTR:
		if n < 0 {
			return yes
		}
	}
	return maybe
}

func (r *run) equal(x, y value) tri {
	if x.k == isInt && y.k == isInt {
		return triOf(x.p == y.p)
	}
	if x.k == holds && y.k == isInt && y.p < 0 || y.k == holds && x.k == isInt && x.p < 0 {
		return no
	}
	if y.k == isNil {
		return r.nilness(x)
	}
	if x.k == isNil {
		return r.nilness(y)
	}
	return maybe
}

// assume refines the state by "v is truth"; false means it cannot be.
func (r *run) assume(s *state, v ssa.Value, truth bool) bool {
	if t := r.truth(s, v); t != maybe {
		return t == triOf(truth)
	}
	from := r.origin(s, v)
	r.learn(s, v, boolValue(truth))
	r.learnAsked(s, v, truth)
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.NOT {
			return r.assume(s, v.X, !truth)
		}
		if ex, ok := from.(*ssa.Extract); ok {
			return r.assumeFound(s, ex, truth) // in a variable that a literal captures
		}
	case *ssa.BinOp:
		return r.assumeCompare(s, v, truth)
	case *ssa.Call:
		return !truth || r.assumeAsked(s, v)
	case *ssa.Extract:
		return r.assumeFound(s, v, truth)
	}
	return true
}

// assumeFound draws what follows from the second result of an assertion or a
// look-up.
func (r *run) assumeFound(s *state, v *ssa.Extract, truth bool) bool {
	if v.Index != 1 {
		return true
	}
	switch x := v.Tuple.(type) {
	case *ssa.UnOp:
		if !truth && s.status == open && r.endsWith(s, x.X) {
			s.status = closed
		}
	case *ssa.Select:
		if ch := receivedFrom(x, v); !truth && s.status == open && ch != nil && r.endsWith(s, ch) {
			s.status = closed
		}
	case *ssa.TypeAssert:
		if truth {
			return r.assumeNil(s, x.X, false)
		}
		r.notAsserted(s, x)
	case *ssa.Lookup:
		if truth {
			r.found(s, x)
		}
	}
	return true
}

func boolValue(b bool) value {
	if b {
		return value{k: nonNil}
	}
	return value{k: isNil}
}

func (r *run) assumeCompare(s *state, b *ssa.BinOp, truth bool) bool {
	if b.Op != token.EQL && b.Op != token.NEQ {
		return true
	}
	r.learnConstant(s, b, truth)
	same := truth == (b.Op == token.EQL)
	if same {
		r.assumeServed(s, b.X, b.Y)
	}
	if err := closedByCompare(b); err != nil && same {
		r.isClosed(s, err)
	}
	for _, p := range [2][2]ssa.Value{{b.X, b.Y}, {b.Y, b.X}} {
		other := r.eval(s, p[1])
		switch {
		case other.k == isNil && irx.IsBool(p[0].Type()):
			return r.assume(s, p[0], !same)
		case other.k == nonNil && irx.IsBool(p[0].Type()):
			return r.assume(s, p[0], same)
		case other.k == isInt && same:
			r.learn(s, p[0], other)
			return true
		case other.k == isNil:
			return r.assumeNil(s, p[0], same)
		case other.k == nonNil && same:
			return r.assumeNil(s, p[0], false)
		}
	}
	return true
}

// assumeNil refines the state by "v is (not) nil".
func (r *run) assumeNil(s *state, v ssa.Value, null bool) bool {
	x := r.eval(s, v)
	if t := r.nilness(x); t != maybe {
		return t == triOf(null)
	}
	if irx.IsError(v.Type()) {
		if null {
			r.succeeded(s, r.origin(s, v))
		} else {
			r.refused(s, v)
		}
	}
	r.learn(s, v, boolValue(!null))
	if mi, ok := v.(*ssa.ChangeInterface); ok {
		return r.assumeNil(s, mi.X, null)
	}
	return true
}

// learn records that v, unknown so far, is x, here and wherever the same
// unknown value stands.
func (r *run) learn(s *state, v ssa.Value, x value) {
	if old := r.eval(s, v); old.k == sym {
		s.replace(old.p, x)
		return
	} else if old.k == addr {
		return // the pointer stays what it is
	}
	s.set(r.ps.reg(v), x)
}

// share returns the value of v for copying to another place: an unknown value
// becomes a symbol, so that what is learnt of one copy is learnt of both.
func (r *run) share(s *state, v ssa.Value) value {
	x := r.eval(s, v)
	if x.isConstant() {
		return value{} // a fact of this register only
	}
	if x.k != unknown {
		return x
	}
	if _, isConst := v.(*ssa.Const); isConst || !irx.Nilable(v.Type()) && !irx.IsBool(v.Type()) && !r.opens(v) {
		return value{}
	}
	x = value{sym, r.ps.reg(v)}
	s.set(r.ps.reg(v), x)
	return x
}

// origin returns the value that a symbol or register stands for, to find the
// call whose failure a branch tests.
func (r *run) origin(s *state, v ssa.Value) ssa.Value {
	if x := r.eval(s, v); x.k == sym {
		return r.ps.keys[x.p].v
	}
	return v
}
