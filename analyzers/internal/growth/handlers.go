package growth

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- libraries that call back for a connection --

// handlers: a function of another package that is given a connection together
// with an object of this package, as an interface of its own, calls the object's
// methods for the connection. What it passes of its own types is the connection
// as it sees it.
func (t *tracker) handlers(fn *types.Func, ops []ssa.Value) {
	if fn.Pkg() == nil || fn.Pkg() == t.pkg.Pass.Pkg || t.pkg.Standard(fn.Pkg()) {
		return
	}
	for _, op := range ops {
		box, ok := op.(*ssa.MakeInterface)
		if !ok || t.holds[op] {
			continue
		}
		path, _ := named(box.Type())
		if iface, ok := box.Type().Underlying().(*types.Interface); ok && path == fn.Pkg().Path() {
			t.called(box.X.Type(), iface, path)
		}
	}
}

// called takes the parameters of the methods with which a type implements an
// interface of another package.
func (t *tracker) called(impl types.Type, iface *types.Interface, path string) {
	for m := range iface.Methods() {
		obj, _, _ := types.LookupFieldOrMethod(impl, true, t.pkg.Pass.Pkg, m.Name())
		method, ok := obj.(*types.Func)
		if !ok || method.Pkg() != t.pkg.Pass.Pkg {
			continue
		}
		fn := t.pkg.SSA().Prog.FuncValue(method)
		if fn == nil || len(fn.Blocks) == 0 {
			continue
		}
		for _, p := range fn.Params[1:] {
			if in, _ := named(p.Type()); connLike(p.Type()) || in == path && types.IsInterface(p.Type()) {
				t.add(p)
				t.runs[fn] = true
			}
		}
	}
}

// partOf: what an interface that stands for a connection returns without being
// asked for anything in particular is a part of it, when it can be closed and is
// of the same library: its session, its channel. A listener or a server is none.
func (t *tracker) partOf(call *ssa.Call, fn *types.Func, v ssa.Value) {
	if fn == nil || !call.Call.IsInvoke() || call.Call.Value != v || len(call.Call.Args) > 0 || fn.Pkg() == nil {
		return
	}
	of := call.Type()
	path, _ := named(of)
	if path != fn.Pkg().Path() || !types.IsInterface(of) || !irx.Closable(of) || t.pkg.Standard(fn.Pkg()) {
		return
	}
	if kind, ok := irx.ResourceKind(of); ok && kind != netmodel.Conn || irx.HasMethod(of, "Serve") || irx.HasMethod(of, "Accept") {
		return
	}
	t.add(call)
}
