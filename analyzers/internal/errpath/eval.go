package errpath

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- pure evaluation of values in a state --

// maxDepth bounds the evaluation of one expression.
const maxDepth = 24

func (p *player) eval(v ssa.Value, s state) value {
	clear(p.known)
	return p.evalTo(v, s, 0)
}

// evalTo evaluates each part of an expression once.
func (p *player) evalTo(v ssa.Value, s state, depth int) value {
	if is, ok := s.env[v]; ok {
		return is
	}
	if is, ok := p.known[v]; ok {
		return is
	}
	is := p.compute(v, s, depth)
	p.known[v] = is
	return is
}

func (p *player) compute(v ssa.Value, s state, depth int) value {
	if v == p.err {
		return isErr
	}
	if v == p.conn && v != nil {
		return isConn
	}
	if depth > maxDepth {
		return unknown
	}
	sub := func(w ssa.Value) value { return p.evalTo(w, s, depth+1) }
	switch v := v.(type) {
	case *ssa.Const:
		return constValue(v)
	case *ssa.MakeInterface:
		return p.boxed(v, sub(v.X))
	case *ssa.ChangeInterface:
		return sub(v.X)
	case *ssa.ChangeType:
		return sub(v.X)
	case *ssa.Convert:
		return sub(v.X)
	case *ssa.TypeAssert:
		if !v.CommaOk {
			return sub(v.X)
		}
	case *ssa.Extract:
		return p.extract(v, s, depth+1)
	case *ssa.UnOp:
		return p.unary(v, s, depth+1)
	case *ssa.FieldAddr:
		return onlyErr(sub(v.X))
	case *ssa.Field:
		return onlyErr(sub(v.X))
	case *ssa.BinOp:
		return p.compare(v, s, depth+1)
	case *ssa.Call:
		return p.callValue(v, s, depth+1)
	}
	return unknown
}

// onlyErr: a part of the error is in its chain; a part of anything else is not
// known.
func onlyErr(v value) value {
	if v == isErr {
		return isErr
	}
	return unknown
}

func constValue(c *ssa.Const) value {
	if c.IsNil() {
		return isNil
	}
	if c.Value != nil && c.Value.Kind() == constant.Bool {
		return truth(constant.BoolVal(c.Value))
	}
	return unknown
}

// boxed: an interface that holds something is not nil.
func (p *player) boxed(v *ssa.MakeInterface, inner value) value {
	if inner == isErr || inner == isConn || inner == isText {
		return inner
	}
	return nonNil
}

func (p *player) unary(v *ssa.UnOp, s state, depth int) value {
	switch v.Op {
	case token.NOT:
		return p.evalTo(v.X, s, depth).not()
	case token.MUL:
		if g, ok := v.X.(*ssa.Global); ok && irx.IsError(v.Type()) && g.Pkg != nil {
			return nonNil // a sentinel
		}
		if f, ok := v.X.(*ssa.FieldAddr); ok && p.evalTo(f.X, s, depth) != isErr {
			if s.field(f) != nil {
				return isConn
			}
			return p.flag(v)
		}
		if is := p.evalTo(v.X, s, depth); is == isErr || is == isConn {
			return is
		}
		return p.flag(v)
	}
	return unknown
}

// flag: a flag that nothing in the package sets is false.
func (p *player) flag(load *ssa.UnOp) value {
	if irx.IsBool(load.Type()) && p.r.flags.neverSet(load.X) {
		return isFalse
	}
	return unknown
}

func (p *player) extract(v *ssa.Extract, s state, depth int) value {
	switch t := v.Tuple.(type) {
	case *ssa.TypeAssert:
		if p.evalTo(t.X, s, depth) != isErr {
			return unknown
		}
		holds := p.holds(t.AssertedType)
		if v.Index == 1 {
			return holds
		}
		if holds == isTrue {
			return isErr
		}
		return unknown
	case *ssa.Call:
		return p.result(t, v.Index, s, depth)
	}
	return unknown
}

// holds tells whether the error, or one in its chain, has the type.
func (p *player) holds(t types.Type) value {
	if p.kind.untyped() {
		return unknown
	}
	if i, ok := t.Underlying().(*types.Interface); ok {
		for m := range i.Methods() {
			switch m.Name() {
			case "Error", "Unwrap", "Timeout", "Temporary":
			default:
				return isFalse
			}
		}
		return isTrue
	}
	path, name := named(t)
	switch {
	case path == "net" && name == "OpError":
		return isTrue
	case path == "os" && name == "SyscallError", name == "Errno":
		return truth(p.kind == EMFILE)
	}
	return isFalse
}

// compare evaluates a comparison with the error, its text or nil.
func (p *player) compare(b *ssa.BinOp, s state, depth int) value {
	if b.Op != token.EQL && b.Op != token.NEQ {
		return unknown
	}
	x, y := p.evalTo(b.X, s, depth), p.evalTo(b.Y, s, depth)
	eq := unknown
	switch {
	case x == isErr:
		eq = p.equals(b.Y, y)
	case y == isErr:
		eq = p.equals(b.X, x)
	case x == isText:
		eq = p.textIs(b.Y)
	case y == isText:
		eq = p.textIs(b.X)
	case irx.IsNil(b.Y):
		eq = nilness(x)
	case irx.IsNil(b.X):
		eq = nilness(y)
	case isTruth(x) && isTruth(y):
		eq = truth(x == y)
	}
	if b.Op == token.NEQ {
		return eq.not()
	}
	return eq
}

func isTruth(v value) bool { return v == isTrue || v == isFalse }

// nilness: is a value of which this is known equal to nil? Of a connection it is
// not known: some accept functions return one together with an error.
func nilness(v value) value {
	switch v {
	case isNil:
		return isTrue
	case nonNil, isErr:
		return isFalse
	}
	return unknown
}

// equals tells whether the error is (or wraps) what another value holds.
func (p *player) equals(other ssa.Value, is value) value {
	if is == isNil {
		return isFalse
	}
	if m, ok := other.(*ssa.MakeInterface); ok {
		other = m.X
	}
	switch o := other.(type) {
	case *ssa.Const:
		return p.isErrno(o)
	case *ssa.UnOp:
		if g, ok := o.X.(*ssa.Global); ok && o.Op == token.MUL {
			return p.isSentinel(g)
		}
	}
	return unknown
}

// isErrno: is the error this error number?
func (p *player) isErrno(c *ssa.Const) value {
	if p.kind == Ended {
		return unknown
	}
	return truth(p.kind == EMFILE && outOfDescriptors(c))
}

// outOfDescriptors reports whether a constant is EMFILE or ENFILE.
func outOfDescriptors(c *ssa.Const) bool { return isErrorNumber(c, "EMFILE", "ENFILE") }

// isErrorNumber reports whether a constant is one of the error numbers that its
// own package gives these names.
func isErrorNumber(c *ssa.Const, names ...string) bool {
	n, ok := types.Unalias(c.Type()).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || c.Value == nil {
		return false
	}
	for _, name := range names {
		k, ok := n.Obj().Pkg().Scope().Lookup(name).(*types.Const)
		if ok && constant.Compare(c.Value, token.EQL, k.Val()) {
			return true
		}
	}
	return false
}

// isSentinel: is the error this package variable? What says that a session is over
// is that something was closed or has ended, or a word of its library's own, which
// may as well mean to try again; it is never a context's.
func (p *player) isSentinel(g *ssa.Global) value {
	path := g.Pkg.Pkg.Path()
	switch {
	case path == "context":
		return isFalse
	case p.kind == Ended && ends(g):
		return isTrue
	case p.kind == Ended:
		return unknown
	case p.kind == EMFILE, p.kind == Own && p.r.pkg.Standard(g.Pkg.Pkg):
		return isFalse
	case p.kind == Own:
		return unknown
	case path == "net" && g.Name() == "ErrClosed":
		return isTrue
	case path == "io" || path == "net" || path == "os" || path == "syscall":
		return isFalse
	}
	return unknown // the listener may be somebody's own
}

// ends reports whether a package variable is one by which the standard library says
// that something is over.
func ends(g *ssa.Global) bool {
	switch g.Pkg.Pkg.Path() + "." + g.Name() {
	case "net.ErrClosed", "os.ErrClosed", "io.EOF", "io.ErrClosedPipe":
		return true
	}
	return false
}

func (p *player) textIs(other ssa.Value) value {
	c, ok := stringConst(other)
	if !ok || p.kind.untyped() {
		return unknown
	}
	return truth(strings.EqualFold(p.kind.text(), c) || strings.HasSuffix(p.kind.text(), ": "+c))
}

func stringConst(v ssa.Value) (string, bool) {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(c.Value), true
}

// Polls reports whether the function of the loop asks for EAGAIN: its socket does
// not block, and a return leads back to whoever waits for the next connection.
func (r *Result) Polls(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, op := range instr.Operands(nil) {
				v := *op
				if m, ok := v.(*ssa.MakeInterface); ok {
					v = m.X
				}
				if c, ok := v.(*ssa.Const); ok && isErrorNumber(c, "EAGAIN", "EWOULDBLOCK") {
					return true
				}
			}
		}
	}
	return false
}
