package registry

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- functions that return the way back, to somebody else's collection --
//
//	func (m *manager) OnEnd(f func()) (cancel func()) {
//		m.emitter.On("end", f)
//		return func() { m.emitter.Off("end", f) }
//	}
//
// Who the emitter is need not be known. That the literal, which is only returned,
// gives the same callback to another method of the same object says that the
// first one has kept it. May-analysis: the two calls are taken for a pair when
// receiver and callback are the same variables.

// pairs adds the operations of such pairs: the first call inserts, the second one
// removes.
func (x *Index) pairs() {
	for _, fn := range x.pkg.Funcs() {
		if fn.Parent() == nil || returnedAs(fn) == 0 {
			continue
		}
		for _, off := range methodCalls(fn) {
			for _, on := range methodCalls(fn.Parent()) {
				x.pair(on, off)
			}
		}
	}
}

// methodCalls are the calls of methods without a known body, go and defer
// statements included.
func methodCalls(fn *ssa.Function) []ssa.CallInstruction {
	var out []ssa.CallInstruction
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if c := irx.CalleeOf(call.Common()); c.Func != nil && c.Body == nil && c.Func.Signature().Recv() != nil {
				out = append(out, call)
			}
		}
	}
	return out
}

// pair adds two operations when off takes back what on has given.
func (x *Index) pair(on, off ssa.CallInstruction) {
	given, back := irx.Operands(on.Common()), irx.Operands(off.Common())
	if irx.CalleeOf(on.Common()).Func == irx.CalleeOf(off.Common()).Func {
		return
	}
	place := x.PlaceOf(given[0])
	if !place.known() || place.Key != x.PlaceOf(back[0]).Key || isSync(given[0].Type()) {
		return
	}
	back = expanded(back[1:])
	for _, v := range expanded(given[1:]) {
		cell := x.variable(v)
		p := x.callback(cell)
		if p == nil || !slices.ContainsFunc(back, func(w ssa.Value) bool { return x.variable(w) == cell }) {
			continue
		}
		x.add(Op{Kind: Insert, Place: place, Value: p, Instr: on})
		x.add(Op{Kind: Remove, Place: place, Instr: off})
	}
}

// expanded are the arguments of a call, those of a variadic parameter one by one.
func expanded(args []ssa.Value) []ssa.Value {
	if n := len(args) - 1; n >= 0 {
		if several := irx.Variadic(args[n]); len(several) > 0 {
			return append(slices.Clone(args[:n]), several...)
		}
	}
	return args
}

// isSync: a lock is given nothing to keep.
func isSync(t types.Type) bool {
	path, _ := named(t)
	return path == "sync"
}

// variable is the variable that a value is loaded from, in the function that
// declares it, or nil.
func (x *Index) variable(v ssa.Value) *ssa.Alloc {
	for {
		switch w := v.(type) {
		case *ssa.MakeInterface:
			v = w.X
		case *ssa.ChangeType:
			v = w.X
		case *ssa.UnOp:
			v = w.X
		case *ssa.FreeVar:
			v = x.Binding(w)
		case *ssa.Alloc:
			return w
		default:
			return nil
		}
	}
}

// callback is the parameter that a variable is, or that the one function literal
// in it captures, when it is a function or an object with methods.
func (x *Index) callback(cell *ssa.Alloc) *ssa.Parameter {
	if cell == nil {
		return nil
	}
	if p := spilled(cell); p != nil {
		return calledLater(p)
	}
	for _, ref := range *cell.Referrers() {
		st, ok := ref.(*ssa.Store)
		if !ok || st.Addr != cell {
			continue
		}
		mc, ok := st.Val.(*ssa.MakeClosure)
		if !ok {
			return nil
		}
		for _, b := range mc.Bindings {
			if in, ok := b.(*ssa.Alloc); ok && spilled(in) != nil && calledLater(spilled(in)) != nil {
				return spilled(in)
			}
		}
	}
	return nil
}

func calledLater(p *ssa.Parameter) *ssa.Parameter {
	switch p.Type().Underlying().(type) {
	case *types.Signature, *types.Interface:
		if !irx.IsError(p.Type()) {
			return p
		}
	}
	return nil
}

// -- what the methods of an interface do --

// exportInterfaces gives a method of an exported interface the fact that the
// methods of all the types which implement it here agree on, when it is that the
// result removes: whoever else implements it returns the same.
func (x *Index) exportInterfaces(facts map[*types.Func]*Fact) {
	undone := false
	for _, f := range facts {
		undone = undone || f.Undo != 0
	}
	if !undone {
		return
	}
	scope := x.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() || !tn.Exported() {
			continue
		}
		if iface, ok := tn.Type().Underlying().(*types.Interface); ok && !isGeneric(tn) {
			x.exportMethods(iface, facts)
		}
	}
}

func isGeneric(tn *types.TypeName) bool {
	n, ok := tn.Type().(*types.Named)
	return ok && n.TypeParams().Len() > 0
}

func (x *Index) exportMethods(iface *types.Interface, facts map[*types.Func]*Fact) {
	for m := range iface.Methods() {
		if m.Pkg() != x.pass.Pkg || !m.Exported() {
			continue
		}
		if f := x.agreed(iface, m, facts); f != nil {
			x.pass.ExportObjectFact(m, f)
		}
	}
}

// agreed is the fact of all implementations of a method, if they have one.
func (x *Index) agreed(iface *types.Interface, m *types.Func, facts map[*types.Func]*Fact) *Fact {
	var out *Fact
	for _, ptr := range x.pkg.Implementers(x.pass.Pkg, iface) {
		obj, _, _ := types.LookupFieldOrMethod(ptr, false, x.pass.Pkg, m.Name())
		fn, _ := obj.(*types.Func)
		f := facts[fn]
		if f == nil || f.Undo == 0 || out != nil && (f.Undo != out.Undo || !slices.Equal(f.Inserts, out.Inserts)) {
			return nil
		}
		out = f
	}
	if out == nil {
		return nil
	}
	return &Fact{Inserts: out.Inserts, Undo: out.Undo}
}
