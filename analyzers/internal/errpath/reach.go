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
// closed.

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

// arguments follows a parameter to all callers, when these are known.
func (t *tracer) arguments(p *ssa.Parameter) {
	i := slices.Index(p.Parent().Params, p)
	calls := t.r.callsOf(p.Parent())
	if len(calls) == 0 {
		t.lost = true
		return
	}
	for _, call := range calls {
		if ops := call.Common().Args; i < len(ops) {
			t.from(ops[i])
		} else {
			t.lost = true
		}
	}
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

// uses follows the listener to where it goes.
func (t *tracer) uses(v ssa.Value) {
	if v.Referrers() == nil {
		return
	}
	for _, ref := range *v.Referrers() {
		if t.lost {
			return
		}
		t.use(ref, v)
	}
}

func (t *tracer) use(ref ssa.Instruction, v ssa.Value) {
	switch ref := ref.(type) {
	case *ssa.DebugRef, *ssa.BinOp:
	case *ssa.Return:
		t.returned(ref, v)
	case *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType, *ssa.Phi, *ssa.TypeAssert:
		t.from(ref.(ssa.Value))
	case *ssa.Extract:
		t.from(ref)
	case *ssa.Store:
		if ref.Val == v {
			t.variable(ref.Addr)
		}
	case ssa.CallInstruction:
		t.passed(ref, v)
	default:
		t.lost = true
	}
}

// returned follows the listener to the callers, who must all be known.
func (t *tracer) returned(ret *ssa.Return, v ssa.Value) {
	calls := t.r.callsOf(ret.Parent())
	t.lost = t.lost || len(calls) == 0
	i := slices.Index(ret.Results, v)
	for _, call := range calls {
		value, ok := call.(*ssa.Call)
		if !ok {
			continue
		}
		if len(ret.Results) == 1 {
			t.from(value)
			continue
		}
		for _, ref := range *value.Referrers() {
			if ex, ok := ref.(*ssa.Extract); ok && ex.Index == i {
				t.from(ex)
			}
		}
	}
}

// passed looks at a call of a method of the listener, or of a function of this
// package that is given it. A Close in the function of the loop is for the time
// before it, or is deferred; in the loop itself it is not.
func (t *tracer) passed(call ssa.CallInstruction, v ssa.Value) {
	callee, ops := irx.CalleeOf(call.Common()), irx.Operands(call.Common())
	if callee.Func != nil && callee.Func.Signature().Recv() != nil && len(ops) > 0 && ops[0] == v && !slices.Contains(ops[1:], v) {
		if only(callee.Func.Name()) {
			return
		}
		if callee.Func.Name() == "Close" && t.outside(call) {
			return
		}
	}
	if callee.Body == nil || callee.Dynamic || len(ops) != len(callee.Body.Params) {
		t.lost = true
		return
	}
	for i, op := range ops {
		if op == v && t.visit(callee.Body.Params[i]) {
			t.uses(callee.Body.Params[i])
		}
	}
}

// outside reports whether a call in the function of the loop is made before the
// loop, or deferred.
func (t *tracer) outside(call ssa.CallInstruction) bool {
	if call.Parent() == t.loop {
		_, deferred := call.(*ssa.Defer)
		_, now := call.(*ssa.Call)
		return deferred || now && !loops(call)
	}
	refs := call.Parent().Referrers()
	if call.Parent().Parent() != t.loop || refs == nil || len(*refs) != 1 {
		return false
	}
	mc, ok := (*refs)[0].(*ssa.MakeClosure)
	if !ok || len(*mc.Referrers()) != 1 {
		return false
	}
	_, deferred := (*mc.Referrers())[0].(*ssa.Defer)
	return deferred
}

// only reports whether a method of a listener does nothing but accept or tell
// about it.
func only(name string) bool {
	switch name {
	case "Addr", "String", "SetDeadline", "LocalAddr", "Multiaddr":
		return true
	}
	return strings.HasPrefix(name, "Accept")
}
