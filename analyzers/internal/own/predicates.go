package own

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- functions that ask an error what it is --
//
// Theory: that of "when a call cannot fail", turned round. A must-analysis: where
// every return that can be reached under an assumption is false, a true result
// excludes the assumption. The assumptions are that the error is nil, and that it
// does not say that the connection is closed already. What cannot be evaluated may
// be true, which excludes nothing.

// Predicate tells what a bool result that is true says of parameters, sets of
// which the masks are.
type Predicate struct {
	// NonNil are errors that are not nil where it is true.
	NonNil uint32
	// Closed are errors that say, where it is true, that what gave them is closed.
	Closed uint32
}

// predicate finds out what fn says of the errors it is given.
func (e *Engine) predicate(fn *ssa.Function) (p Predicate) {
	d, ok := discriminator(fn.Signature)
	if !ok || d.kind != byBool || len(fn.Blocks) > maxSureBlocks {
		return p
	}
	for i, param := range fn.Params[:min(32, len(fn.Params))] {
		if !irx.IsError(param.Type()) {
			continue
		}
		names := namesOf(param)
		if e.sureUnder(fn, &supposition{disc: d, p: names, null: true, never: true}) {
			p.NonNil |= 1 << i
		}
		if e.sureUnder(fn, &supposition{disc: d, asked: names, never: true}) {
			p.Closed |= 1 << i
		}
	}
	return p
}

// predicateOf returns what a true result of a call says of its operands.
func (e *Engine) predicateOf(call *ssa.Call) (p Predicate) {
	callee := irx.CalleeOf(call.Common())
	ops := irx.Operands(call.Common())
	if spec := e.Pkg.Model.Of(callee.Func); spec != nil {
		if i := spec.TrueMeansNonNil; i != nil {
			p.NonNil = 1 << *i
			if len(ops) == 2 && saysErrClosed(ops[1]) {
				p.Closed = p.NonNil
			}
		}
		return p
	}
	if c := e.contract(callee); c != nil && !c.bottom {
		return c.True
	}
	if forwardsIs(callee) {
		p.NonNil = 1
		if saysErrClosed(ops[1]) {
			p.Closed = 1
		}
	}
	return p
}

// forwardsIs reports whether the callee, of a package in which no connection can
// appear and of which nothing is known therefore, is what libraries of errors
// call errors.Is and errors.As again, by its name and its signature.
func forwardsIs(callee irx.Callee) bool {
	if callee.Dynamic || callee.Func == nil || callee.Func.Name() != "Is" && callee.Func.Name() != "As" {
		return false
	}
	sig := callee.Func.Signature()
	return sig.Recv() == nil && sig.Params().Len() == 2 && irx.IsError(sig.Params().At(0).Type()) &&
		types.IsInterface(sig.Params().At(1).Type()) && sig.Results().Len() == 1 && irx.IsBool(sig.Results().At(0).Type())
}

// asksAbout returns the error that a call asks about, the first of several, or nil.
func (e *Engine) asksAbout(call *ssa.Call) ssa.Value {
	said := e.predicateOf(call).NonNil
	for i, op := range irx.Operands(call.Common()) {
		if said>>i&1 == 1 {
			return op
		}
	}
	return nil
}

// closedErrors are the errors of operations on something that is closed.
var closedErrors = map[string]bool{"net.ErrClosed": true, "os.ErrClosed": true, "internal/poll.ErrNetClosing": true}

// closedText is what net.ErrClosed says, for those who cannot name it.
const closedText = "use of closed network connection"

// errBadFD is EBADF on all systems.
const errBadFD = 9

// saysErrClosed reports whether v is an error that says that the connection or
// descriptor is closed.
func saysErrClosed(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.UnOp:
		g, ok := v.X.(*ssa.Global)
		return ok && v.Op == token.MUL && g.Pkg != nil && closedErrors[g.Pkg.Pkg.Path()+"."+g.Name()]
	case *ssa.MakeInterface:
		return saysErrClosed(v.X)
	case *ssa.Const:
		named, ok := types.Unalias(v.Type()).(*types.Named)
		if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != "syscall" || v.Value == nil || v.Value.Kind() != constant.Int {
			return false
		}
		n, exact := constant.Int64Val(v.Value)
		return exact && n == errBadFD
	}
	return false
}

// closedByText returns the error whose text a call searches for [closedText], or
// nil.
func closedByText(call *ssa.Call) ssa.Value {
	if len(call.Call.Args) != 2 {
		return nil
	}
	callee := irx.CalleeOf(call.Common())
	if callee.Func == nil || callee.Func.Pkg() == nil || callee.Func.Pkg().Path() != "strings" || !isClosedText(call.Call.Args[1]) {
		return nil
	}
	return textOf(call.Call.Args[0])
}

func isClosedText(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.String && strings.Contains(constant.StringVal(c.Value), closedText)
}

// textOf returns the error whose text v is, or nil.
func textOf(v ssa.Value) ssa.Value {
	call, ok := v.(*ssa.Call)
	if !ok || !call.Call.IsInvoke() || call.Call.Method.Name() != "Error" {
		return nil
	}
	return call.Call.Value
}

// closedByCompare returns the error that a comparison finds to be one that says
// that the connection is closed when it is equal, or nil.
func closedByCompare(b *ssa.BinOp) ssa.Value {
	if b.Op != token.EQL && b.Op != token.NEQ {
		return nil
	}
	for _, p := range [2][2]ssa.Value{{b.X, b.Y}, {b.Y, b.X}} {
		if saysErrClosed(p[1]) {
			return p[0]
		}
		if isClosedText(p[1]) {
			return textOf(p[0])
		}
	}
	return nil
}

// asksClosed reports whether v, when it is true, says that the error which is
// asked about tells that the connection is closed.
func (s *supposition) asksClosed(v ssa.Value) bool {
	if s.asked == nil {
		return false
	}
	switch v := v.(type) {
	case *ssa.Call:
		if err := closedByText(v); err != nil {
			return s.madeOf(err, 0)
		}
		said := s.eng.predicateOf(v).Closed
		for i, op := range irx.Operands(v.Common()) {
			if said>>i&1 == 1 && s.madeOf(op, 0) {
				return true
			}
		}
	case *ssa.BinOp:
		if err := closedByCompare(v); err != nil {
			return s.madeOf(err, 0)
		}
	}
	return false
}

// madeOf reports whether v is the error that is asked about, or one within it.
func (s *supposition) madeOf(v ssa.Value, depth int) bool {
	if s.asked[v] {
		return true
	}
	if depth > maxExpr {
		return false
	}
	switch v := v.(type) {
	case *ssa.Extract:
		return s.madeOf(v.Tuple, depth+1)
	case *ssa.TypeAssert:
		return s.madeOf(v.X, depth+1)
	case *ssa.ChangeInterface:
		return s.madeOf(v.X, depth+1)
	case *ssa.MakeInterface:
		return s.madeOf(v.X, depth+1)
	case *ssa.UnOp:
		return s.madeOf(v.X, depth+1)
	case *ssa.FieldAddr:
		return s.madeOf(v.X, depth+1)
	case *ssa.Alloc:
		return s.filledBy(v, depth)
	case *ssa.Call:
		fn := irx.CalleeOf(v.Common()).Func
		ops := irx.Operands(v.Common())
		return fn != nil && strings.HasSuffix(fn.Name(), "Unwrap") && len(ops) == 1 && s.madeOf(ops[0], depth+1)
	}
	return false
}

// filledBy reports whether errors.As puts the error that is asked about into the
// variable.
func (s *supposition) filledBy(a *ssa.Alloc, depth int) bool {
	for _, ref := range *a.Referrers() {
		mi, ok := ref.(*ssa.MakeInterface)
		if !ok {
			continue
		}
		for _, use := range *mi.Referrers() {
			call, ok := use.(*ssa.Call)
			if ok && s.eng.predicateOf(call).NonNil&1 == 1 && len(call.Call.Args) == 2 && call.Call.Args[1] == ssa.Value(mi) {
				return s.madeOf(call.Call.Args[0], depth+1)
			}
		}
	}
	return false
}

// falseOf evaluates what the assumption makes false.
func (s *supposition) falseOf(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Call:
		if s.asksClosed(v) {
			return true
		}
		said := s.eng.predicateOf(v).NonNil
		for i, op := range irx.Operands(v.Common()) {
			if said>>i&1 == 1 && s.isNil(op) == yes {
				return true
			}
		}
	case *ssa.Extract:
		ta, ok := v.Tuple.(*ssa.TypeAssert)
		return ok && v.Index == 1 && s.isNil(ta.X) == yes
	}
	return false
}

// panics reports whether a block asks the parameter, which is nil, something.
func (s *supposition) panics(b *ssa.BasicBlock) bool {
	if s.p == nil || !s.null {
		return false
	}
	for _, instr := range b.Instrs {
		if call, ok := instr.(*ssa.Call); ok && call.Call.IsInvoke() && s.p[call.Call.Value] {
			return true
		}
	}
	return false
}

// -- in a state of the walk --

// impliesNil reports whether the call is false since an error is nil that would
// not be nil.
func (r *run) impliesNil(s *state, call *ssa.Call) bool {
	said := r.eng.predicateOf(call).NonNil
	for i, op := range irx.Operands(call.Common()) {
		if said>>i&1 == 1 && r.nilness(r.eval(s, op)) == yes {
			return true
		}
	}
	return false
}

// assumeAsked refines the state by a call that is true; false means it cannot be.
func (r *run) assumeAsked(s *state, call *ssa.Call) bool {
	said := r.eng.predicateOf(call)
	for i, op := range irx.Operands(call.Common()) {
		if said.Closed>>i&1 == 1 {
			r.isClosed(s, op)
		}
		if said.NonNil>>i&1 == 1 && !r.assumeNil(s, op, false) {
			return false
		}
	}
	if err := closedByText(call); err != nil {
		r.isClosed(s, err)
	}
	if len(call.Call.Args) == 2 && said.NonNil&1 == 1 {
		r.assumeServed(s, call.Call.Args[0], call.Call.Args[1]) // errors.Is
	}
	return true
}

// isClosed records that an error says that what gave it is closed: the resource,
// when it came from the resource itself. Somebody has closed it then.
func (r *run) isClosed(s *state, err ssa.Value) {
	if s.status == open && r.gaveError(s, err, 0) {
		s.status = closed
	}
}

// gaveError reports whether an error came from calls on the resource: where
// several ways meet, from nothing else that can be closed.
func (r *run) gaveError(s *state, err ssa.Value, depth int) bool {
	switch v := r.origin(s, err).(type) {
	case *ssa.Extract, *ssa.Call:
		call, _ := resultOf(v)
		return call != nil && r.isOn(s, call)
	case *ssa.Phi:
		return depth < maxSteps && slices.ContainsFunc(v.Edges, func(x ssa.Value) bool { return r.gaveError(s, x, depth+1) }) &&
			!slices.ContainsFunc(v.Edges, func(x ssa.Value) bool { return !r.gaveError(s, x, depth+1) && othersError(x) })
	}
	return false
}

// isOn reports whether a call works on the resource: its first operand is it, or
// is the object that it is in.
func (r *run) isOn(s *state, call *ssa.Call) bool {
	ops := irx.Operands(call.Common())
	if len(ops) == 0 {
		return false
	}
	return r.eval(s, ops[0]).k == holds || r.eval(s, rootOf(ops[0])).k == holds
}

// othersError reports whether v may be the error of something that can be closed.
func othersError(v ssa.Value) bool {
	if irx.IsNil(v) {
		return false
	}
	call, _ := resultOf(v)
	if call == nil {
		_, phi := v.(*ssa.Phi)
		return !phi
	}
	return slices.ContainsFunc(irx.Operands(call.Common()), func(op ssa.Value) bool { return endable(rootOf(op).Type()) || endable(op.Type()) })
}
