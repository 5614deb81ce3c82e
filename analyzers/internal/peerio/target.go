package peerio

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- what a call can reach --

// target is one function that a call may run, with the values that it is given,
// numbered as its inputs.
type target struct {
	sum   *summary
	fn    *types.Func // nil for a literal
	body  *ssa.Function
	given []ssa.Value
	// spec is what the model states of the function; its waits end a chain.
	spec *netmodel.Spec
	// invoked is the interface on which the function is called, or nil.
	invoked types.Type
}

// operand returns the value of an input; nil when it is not known.
func (t *target) operand(i int) ssa.Value {
	if i < len(t.given) {
		return t.given[i]
	}
	return nil
}

// name is what a report calls the target.
func (t *target) name(e *engine) string {
	switch {
	case t.fn == nil:
		return "a function literal"
	case t.spec != nil && t.invoked != nil:
		return "(" + types.TypeString(t.invoked, shortQualifier(e.pkg.Pass.Pkg)) + ")." + t.fn.Name()
	}
	return irx.FuncName(t.fn, e.pkg.Pass.Pkg)
}

func shortQualifier(pkg *types.Package) types.Qualifier {
	return func(p *types.Package) string {
		if p == pkg {
			return ""
		}
		return p.Name()
	}
}

var nothing = new(summary)

// targets returns the functions that a call may run of which something is
// known. It is asked several times of each call of the function at hand.
func (e *engine) targets(call *ssa.CallCommon) []target {
	t, ok := e.memo[call]
	if !ok {
		t = e.findTargets(call)
		e.memo[call] = t
	}
	return t
}

func (e *engine) findTargets(call *ssa.CallCommon) []target {
	callee := irx.CalleeOf(call)
	switch {
	case callee.Builtin != "":
		return nil
	case call.IsInvoke():
		return e.invoked(call)
	case callee.Body != nil:
		return e.known(funcValue{callee.Body, bindings(call.Value)}, call.Args)
	case callee.Func != nil:
		fn, _ := call.Value.(*ssa.Function)
		return e.known(funcValue{fn: fn}, call.Args)
	}
	var out []target
	for _, fv := range e.funcsOf(call.Value, 0) {
		e.late = true
		out = append(out, e.known(fv, call.Args)...)
	}
	return out
}

func bindings(v ssa.Value) []ssa.Value {
	if mc, ok := v.(*ssa.MakeClosure); ok {
		return slices.Clone(mc.Bindings)
	}
	return nil
}

// known returns the target of calling a known function value with args.
func (e *engine) known(fv funcValue, args []ssa.Value) []target {
	if fv.fn == nil {
		return nil
	}
	obj, _ := fv.fn.Object().(*types.Func)
	t := target{fn: obj, body: fv.fn, given: args}
	switch {
	case fv.fn.Synthetic != "" && obj != nil && len(fv.fn.FreeVars) == 1:
		// A method value: the receiver is captured, and comes first.
		recv := append(slices.Clone(fv.bindings), nil)[:1]
		t.given = append(recv, args...)
		t.body = fv.fn.Prog.FuncValue(obj)
	case len(fv.bindings) > 0:
		t.given = append(paddedTo(args, len(fv.fn.Params)), fv.bindings...)
	}
	return e.summed(t)
}

// paddedTo returns args with unknown ones added up to n.
func paddedTo(args []ssa.Value, n int) []ssa.Value {
	out := slices.Clone(args)
	for len(out) < n {
		out = append(out, nil)
	}
	return out
}

// summed completes a target with its summary. In the package under analysis the
// code goes before the model: it has positions, and it may be another version
// than the model speaks of.
func (e *engine) summed(t target) []target {
	if t.fn != nil && t.fn.Pkg() != e.pkg.Pass.Pkg {
		t.spec = e.pkg.Model.Of(t.fn)
	}
	if t.spec != nil {
		t.sum = e.specSummary(t.spec, t.fn)
	} else {
		t.sum = e.summaryOf(t.body, t.fn)
	}
	if t.sum == nil {
		t.sum = nothing
	}
	return []target{t}
}

// summaryOf returns the summary of a function of this package or another one.
func (e *engine) summaryOf(body *ssa.Function, obj *types.Func) *summary {
	if body != nil {
		if o := body.Origin(); o != nil {
			body = o
		}
		if len(body.Blocks) > 0 {
			e.reading[body] = true
			return e.sums[body]
		}
	}
	if obj == nil || obj.Pkg() == nil || obj.Pkg() == e.pkg.Pass.Pkg {
		return nil
	}
	obj = obj.Origin()
	s, ok := e.imports[obj]
	if !ok {
		if f := e.imported(obj); f != nil {
			s = f.summary()
		}
		e.imports[obj] = s
	}
	return s
}

// -- dynamic calls --

// invoked returns the targets of a call of an interface method: the method of
// the dynamic type when that can be told, the model's row, the methods of the
// package's own types, or what the method's name and signature promise of any
// connection.
func (e *engine) invoked(call *ssa.CallCommon) []target {
	given := irx.Operands(call)
	var out []target
	if t := e.dynamicType(call.Value, 0); t.typ != nil {
		if m := methodOf(t.typ, call.Method); m != nil {
			e.late = e.late || m.Pkg() == e.pkg.Pass.Pkg
			out = e.summed(target{fn: m, body: e.pkg.SSA().Prog.FuncValue(m), given: given})
		}
		if len(out) > 0 && t.sure {
			return out
		}
	}
	spec := e.pkg.Model.Of(call.Method)
	if spec == nil {
		if impls := e.implementers(call); len(impls) > 0 {
			return append(out, e.implementations(call, impls)...)
		}
		if spec = promised(call.Method); spec == nil {
			return out
		}
	}
	return append(out, target{fn: call.Method, given: given, spec: spec, sum: e.specSummary(spec, call.Method), invoked: call.Value.Type()})
}

func methodOf(t types.Type, m *types.Func) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(t, false, m.Pkg(), m.Name())
	fn, _ := obj.(*types.Func)
	return fn
}

// implementations joins what the package's own types do in a method of an
// interface. Others may implement it too; one type that waits is enough to say
// that the call may.
func (e *engine) implementations(call *ssa.CallCommon, impls []*types.Func) []target {
	e.late = true
	var out []target
	for _, fn := range impls {
		t := target{fn: fn, body: e.pkg.SSA().Prog.FuncValue(fn), given: append([]ssa.Value{nil}, call.Args...)}
		out = append(out, e.summed(t)...)
	}
	return out
}

// implementers returns the methods behind a dynamic call that are declared in
// the package that declares the interface: this one or another, whose exported
// types have facts.
func (e *engine) implementers(call *ssa.CallCommon) []*types.Func {
	m := call.Method
	fns, ok := e.impls[m]
	if !ok {
		iface, isIface := call.Value.Type().Underlying().(*types.Interface)
		if isIface && m.Pkg() != nil && (m.Pkg() == e.pkg.Pass.Pkg || !e.pkg.Standard(m.Pkg())) {
			fns = e.findImplementers(iface, m)
		}
		e.impls[m] = fns
	}
	return fns
}

func (e *engine) findImplementers(iface *types.Interface, m *types.Func) []*types.Func {
	var out []*types.Func
	for _, ptr := range e.pkg.Implementers(m.Pkg(), iface) {
		if fn := methodOf(ptr, m); fn != nil && fn.Pkg() == m.Pkg() {
			out = append(out, fn)
		}
	}
	return out
}

// promised returns what the name and signature of an interface method promise
// when nothing else is known of it: an interface that *tls.Conn or any other
// connection satisfies means what they mean by it.
func promised(m *types.Func) *netmodel.Spec {
	p, r := m.Signature().Params(), m.Signature().Results()
	if r.Len() == 0 || !irx.IsError(r.At(r.Len()-1).Type()) {
		return nil
	}
	switch {
	case strings.HasPrefix(m.Name(), "Read") && fillsBytes(m.Signature()):
		return &netmodel.Spec{Peer: []netmodel.Peer{{IO: netmodel.Read, Context: contextParam(p)}}}
	case m.Name() == "Handshake" && p.Len() == 0 && r.Len() == 1:
		return &netmodel.Spec{Peer: []netmodel.Peer{{IO: netmodel.Handshake, Context: -1}}}
	case m.Name() == "HandshakeContext" && p.Len() == 1 && r.Len() == 1 && irx.IsContext(p.At(0).Type()):
		return &netmodel.Spec{Peer: []netmodel.Peer{{IO: netmodel.Handshake, Context: 1}}}
	case m.Name() == "SetDeadline" && p.Len() == 1 && isTime(p.At(0).Type()):
		return &netmodel.Spec{Deadline: []netmodel.Deadline{{Dirs: netmodel.BothDirs, Time: 1}}}
	case m.Name() == "SetReadDeadline" && p.Len() == 1 && isTime(p.At(0).Type()):
		return &netmodel.Spec{Deadline: []netmodel.Deadline{{Dirs: netmodel.ReadDir, Time: 1}}}
	}
	return nil
}

// fillsBytes reports whether a signature is that of a read: it takes a buffer,
// perhaps after a context, and returns how much of it is filled, perhaps with
// an address.
func fillsBytes(sig *types.Signature) bool {
	n, ok := sig.Results().At(0).Type().(*types.Basic)
	if !ok || n.Kind() != types.Int || sig.Results().Len() < 2 || sig.Results().Len() > 3 {
		return false
	}
	last := sig.Params().Len() - 1
	return last >= 0 && last <= 1 && irx.IsBytes(sig.Params().At(last).Type()) && (last == 0 || irx.IsContext(sig.Params().At(0).Type()))
}

// contextParam returns the operand that is a context, or -1.
func contextParam(params *types.Tuple) int {
	if params.Len() > 0 && irx.IsContext(params.At(0).Type()) {
		return 1
	}
	return -1
}

func isTime(t types.Type) bool { return isNamed(t, "time", "Time") }

func isNamed(t types.Type, pkg, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == pkg && n.Obj().Name() == name
}

// specSummary states a row of the model as a summary. Writes wait for nobody: a
// new connection's socket buffer is empty.
func (e *engine) specSummary(spec *netmodel.Spec, fn *types.Func) *summary {
	if s, ok := e.specs[spec]; ok {
		return s
	}
	s := new(summary)
	for _, p := range spec.Peer {
		if p.IO != netmodel.Read && p.IO != netmodel.Handshake {
			continue
		}
		w := Wait{On: p.Operand, IO: p.IO, Exchange: p.IO == netmodel.Handshake}
		if p.Bounded {
			w.Bound = Bound{Kind: Bounded, By: "its own timeout"}
		}
		w.Bound.Ctx = p.Context + 1
		s.Waits = append(s.Waits, w)
	}
	if a := spec.Accept; a != nil && a.Session { // the next stream is the peer's to open
		s.Waits = append(s.Waits, Wait{On: a.Operand, IO: netmodel.Read, Bound: Bound{Ctx: contextParam(fn.Signature().Params()) + 1}})
	}
	for _, w := range spec.Wraps {
		s.Holds = append(s.Holds, hold{Result: w.Result, On: w.Operand})
	}
	if spec.Dup {
		for _, a := range spec.Acquires {
			s.Holds = append(s.Holds, hold{Result: a.Result})
		}
	}
	if spec.Runs != nil {
		s.Calls = append(s.Calls, funcCall{On: *spec.Runs})
	}
	if spec.Spawns != nil {
		s.Calls = append(s.Calls, funcCall{On: *spec.Spawns, Async: true})
	}
	e.specs[spec] = s
	return s
}
