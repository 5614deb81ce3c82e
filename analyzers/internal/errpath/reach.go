package errpath

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- listeners that nobody can close --
//
// What a loop does once its listener is closed matters only if somebody closes it.
// A listener that a function opens, keeps in its variables and does nothing with
// but accept stays open as long as the loop runs. Must-analysis: all values that
// may be the listener are followed back to where it is opened, and from there to
// every use in the package; one use that is not known to be harmless, a parameter
// of which a caller is not seen, or a variable that others can name, and it may be
// closed. What is made of it, and closes it, is followed, too: a TLS listener, an
// object that has it in a field.
//
// Of an internal package the callers are all in the same module, but not seen here.
// What they do with a listener that they pass is not known, and a loop that waits is
// no reason to suppose that they close it.

// Closable reports whether somebody may close the listener of a loop without an
// exit while it runs.
func (r *Result) Closable(l *acceptloop.Loop) bool {
	for l.Via != nil {
		if l.Callee == nil {
			return true
		}
		l = l.Callee
	}
	if l.Listener == nil {
		return true
	}
	t := &tracer{r: r, loop: l.Fn, seen: make(map[any]bool)}
	if l.Outer != nil {
		t.loop = l.Outer.Fn
	}
	t.from(l.Listener)
	return t.lost
}

// maxTraced bounds the values that are followed.
const maxTraced = 200

// tracer follows a listener; lost says that somebody else may have it.
type tracer struct {
	r    *Result
	loop *ssa.Function // holds the loop, and never returns
	seen map[any]bool
	lost bool
}

// visit reports whether a value, or a variable, is new.
func (t *tracer) visit(key any) bool {
	if t.lost || t.seen[key] {
		return false
	}
	t.seen[key] = true
	t.lost = len(t.seen) > maxTraced
	return !t.lost
}

// from follows a value that may be the listener, back and forth.
func (t *tracer) from(v ssa.Value) {
	if !t.visit(v) {
		return
	}
	switch v := v.(type) {
	case *ssa.Const:
		return
	case *ssa.MakeInterface:
		t.from(v.X)
	case *ssa.ChangeInterface:
		t.from(v.X)
	case *ssa.ChangeType:
		t.from(v.X)
	case *ssa.TypeAssert:
		t.from(v.X)
	case *ssa.Phi:
		for _, e := range v.Edges {
			t.from(e)
		}
	case *ssa.UnOp:
		if v.Op != token.MUL {
			t.lost = true
			return
		}
		t.variable(v.X)
	case *ssa.Extract:
		if ta, ok := v.Tuple.(*ssa.TypeAssert); ok {
			t.from(ta.X)
		} else {
			t.opened(v.Tuple, v.Index)
		}
	case *ssa.Call:
		t.opened(v, 0)
	case *ssa.Parameter:
		t.arguments(v)
	case *ssa.Alloc:
		t.parts(v)
	default:
		t.lost = true
	}
	t.uses(v)
}

// opened: a call that opens the listener, by the model, or a function of this
// package that returns it.
func (t *tracer) opened(v ssa.Value, i int) {
	call, ok := v.(*ssa.Call)
	if !ok {
		t.lost = true
		return
	}
	callee := irx.CalleeOf(call.Common())
	if spec := t.r.pkg.Model.Of(callee.Func); spec != nil {
		if w := slices.IndexFunc(spec.Wraps, func(w netmodel.Wrap) bool { return w.Result == i }); w >= 0 {
			t.from(irx.Operands(call.Common())[spec.Wraps[w].Operand])
			return
		}
		t.lost = !slices.ContainsFunc(spec.Acquires, func(a netmodel.Acquire) bool { return a.Result == i && a.Kind == netmodel.Listener })
		return
	}
	if callee.Body == nil || callee.Dynamic {
		t.lost = true
		return
	}
	for _, b := range callee.Body.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && b != callee.Body.Recover {
			t.from(ret.Results[i])
		}
	}
}

// parts follows the listeners in an object that is made here.
func (t *tracer) parts(object *ssa.Alloc) {
	for _, ref := range *object.Referrers() {
		f, ok := ref.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		for _, use := range *f.Referrers() {
			if st, ok := use.(*ssa.Store); ok && isListener(st.Val.Type()) {
				t.from(st.Val)
			}
		}
	}
}

// part follows what is done with a field of such an object.
func (t *tracer) part(f *ssa.FieldAddr) {
	for _, use := range *f.Referrers() {
		switch use := use.(type) {
		case *ssa.Store:
			t.lost = t.lost || use.Addr != ssa.Value(f)
		case *ssa.UnOp:
			if isListener(use.Type()) {
				t.from(use)
			}
		default:
			t.lost = true
		}
	}
}

// arguments follows a parameter to all callers, when these are known.
func (t *tracer) arguments(p *ssa.Parameter) {
	i := slices.Index(p.Parent().Params, p)
	calls := t.r.callsOf(p.Parent())
	if len(calls) == 0 {
		if !t.r.moduleOnly(p.Parent()) {
			t.lost = true
			return
		}
		calls = t.r.pkg.Calls(p.Parent())
	}
	for _, call := range calls {
		if ops := call.Common().Args; i < len(ops) {
			t.from(ops[i])
		} else {
			t.lost = true
		}
	}
}

// moduleOnly reports whether a function is exported by an internal package, and
// nothing but called.
func (r *Result) moduleOnly(fn *ssa.Function) bool {
	obj := fn.Object()
	internal := slices.Contains(strings.Split(r.pass.Pkg.Path(), "/"), "internal")
	return internal && obj != nil && obj.Exported() && !r.asValue[fn] && (fn.Signature.Recv() == nil || !r.mayBeInvoked(fn))
}

// variable follows what is stored in a variable, and what is loaded from it.
func (t *tracer) variable(addr ssa.Value) {
	switch addr := addr.(type) {
	case *ssa.Alloc:
		t.cell(addr)
	case *ssa.FreeVar:
		if b := irx.Binding(addr); b != nil {
			t.variable(b)
		} else {
			t.lost = true
		}
	case *ssa.FieldAddr:
		if object, ok := addr.X.(*ssa.Alloc); ok && types.IsInterface(addr.Type().Underlying().(*types.Pointer).Elem()) && isListener(object.Type()) {
			t.from(object) // a listener made of it
			return
		}
		if f := field(addr); f != nil && f.Pkg() == t.r.pass.Pkg && !f.Embedded() && t.r.flags.private(f) {
			t.shared(f)
		} else {
			t.lost = true
		}
	default:
		t.lost = true
	}
}

// cell follows a local variable, also where literals capture it.
func (t *tracer) cell(addr ssa.Value) {
	if !t.visit(addr) {
		return
	}
	for _, ref := range *addr.Referrers() {
		t.access(ref, addr)
	}
}

// access follows one use of the address of a variable.
func (t *tracer) access(ref ssa.Instruction, addr ssa.Value) {
	switch ref := ref.(type) {
	case *ssa.Store:
		if ref.Addr == addr {
			t.from(ref.Val)
		} else {
			t.lost = true
		}
	case *ssa.UnOp:
		t.from(ref)
	case *ssa.MakeClosure:
		for i, b := range ref.Bindings {
			if b == addr {
				t.cell(ref.Fn.(*ssa.Function).FreeVars[i])
			}
		}
	case *ssa.DebugRef:
	default:
		t.lost = true
	}
}

// shared follows a field of this package's own, in whatever object.
func (t *tracer) shared(f *types.Var) {
	if !t.visit(f) {
		return
	}
	for _, fn := range t.r.pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.FieldAddr:
					if field(instr) == f {
						t.cell(instr)
					}
				case *ssa.Field:
					if s, ok := instr.X.Type().Underlying().(*types.Struct); ok && s.Field(instr.Field).Origin() == f {
						t.from(instr)
					}
				}
			}
		}
	}
}
