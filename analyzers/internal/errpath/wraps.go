package errpath

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- listeners that accept from another one --
//
//	func Wrap(ln net.Listener) *Listener {
//		l := &Listener{inner: ln, conns: make(chan net.Conn)}
//		go l.pump()
//		return l
//	}
//
// Whether descriptors run out for such a listener is decided by the one that it was
// given. Must-analysis of a type: one field is a listener and no other holds any, the
// field is set only where an object is made, and Accept is the field's own, or all
// that the methods accept from is the field. Which other errors Accept may return is
// not asked.

// Wrap says of a function that the listener it returns accepts from its operand only.
type Wrap struct{ Operand int }

// AFact marks Wrap as a fact.
func (*Wrap) AFact() {}

func (w *Wrap) String() string {
	return fmt.Sprintf("returns a listener that accepts from operand %d", w.Operand)
}

// findWraps gives the functions of the package that return such listeners their facts.
func (r *Result) findWraps() {
	for _, component := range r.pkg.BottomUp() {
		for _, fn := range component {
			i, ok := r.wrapOf(fn)
			if !ok {
				continue
			}
			r.wraps[fn] = i
			if obj, ok := fn.Object().(*types.Func); ok && obj.Exported() && obj.Pkg() == r.pass.Pkg {
				r.pass.ExportObjectFact(obj, &Wrap{i})
			}
		}
	}
}

func (r *Result) wrapOf(fn *ssa.Function) (operand int, ok bool) {
	if res := fn.Signature.Results(); res.Len() == 0 || !isListener(res.At(0).Type()) {
		return 0, false
	}
	operand = -1
	for _, b := range fn.Blocks {
		ret, isRet := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !isRet || b == fn.Recover || irx.IsNil(ret.Results[0]) {
			continue
		}
		p, isParam := r.innermost(ret.Results[0]).(*ssa.Parameter)
		if !isParam || !isListener(p.Type()) {
			return 0, false
		}
		i := slices.Index(fn.Params, p)
		if operand >= 0 && i != operand {
			return 0, false
		}
		operand = i
	}
	return operand, operand >= 0
}

// isWrap reports whether a function of this package is one that wraps.
func (r *Result) isWrap(fn *ssa.Function) bool {
	_, ok := r.wraps[fn]
	return ok
}

// wrapOfCall is the operand of a call that its result accepts from.
func (r *Result) wrapOfCall(c irx.Callee) (operand int, ok bool) {
	switch {
	case c.Dynamic:
		return 0, false
	case c.Body != nil:
		operand, ok = r.wraps[c.Body]
		return operand, ok
	case c.Func == nil || c.Func.Pkg() == nil || r.pkg.Standard(c.Func.Pkg()):
		return 0, false
	}
	var f Wrap
	ok = r.pass.ImportObjectFact(c.Func.Origin(), &f)
	return f.Operand, ok
}

// innermost is the listener from which, through others, the one that v is accepts.
func (r *Result) innermost(v ssa.Value) ssa.Value {
	for range 3 * maxWraps {
		v = held(unboxed(held(v)))
		inner := r.inner(v)
		if inner == nil {
			return v
		}
		v = inner
	}
	return v
}

// inner is the listener from which a listener that is made here accepts; nil when that
// is not known.
func (r *Result) inner(v ssa.Value) ssa.Value {
	var made *ssa.Alloc
	for range maxWraps { // variables may be set to each other
		if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
			v = load.X // a struct that is no pointer
		}
		if made, _ = v.(*ssa.Alloc); made == nil {
			break
		}
		whole := onlyStored(made)
		if whole == nil {
			return r.givenListener(made)
		}
		v = whole
	}
	call := callBehind(v)
	if ex, ok := v.(*ssa.Extract); call == nil || ok && ex.Index != 0 {
		return nil
	}
	i, ok := r.wrapOfCall(irx.CalleeOf(call.Common()))
	if ops := irx.Operands(call.Common()); ok && i < len(ops) {
		return ops[i]
	}
	return nil
}

// embedding is the wrapper whose Accept, promoted from a field, is called with the field
// as the listener; nil when it is none.
func (r *Result) embedding(listener ssa.Value) ssa.Value {
	var whole ssa.Value
	switch v := listener.(type) {
	case *ssa.Field:
		whole = v.X
	case *ssa.UnOp:
		if addr, ok := v.X.(*ssa.FieldAddr); ok {
			whole = addr.X
		}
	}
	if whole == nil {
		return nil
	}
	if f := r.source(irx.Deref(whole.Type())); f == nil || !loadsField(listener, f) {
		return nil
	}
	return whole
}

// givenListener is what an object is given to accept from.
func (r *Result) givenListener(made *ssa.Alloc) (given ssa.Value) {
	f := r.source(irx.Deref(made.Type()))
	if f == nil {
		return nil
	}
	for _, ref := range *made.Referrers() {
		addr, ok := ref.(*ssa.FieldAddr)
		if !ok || field(addr) != f {
			continue
		}
		for _, use := range *addr.Referrers() {
			if st, ok := use.(*ssa.Store); ok && st.Addr == addr {
				if given != nil {
					return nil
				}
				given = st.Val
			}
		}
	}
	return given
}
