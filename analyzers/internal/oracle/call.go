package oracle

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// typeAssert asks for the dynamic type.
func (f *frame) typeAssert(e *env, x *ast.TypeAssertExpr) []value {
	v := f.eval(e, x.X)
	if _, ok := f.in.prog.Info.TypeOf(x).(*types.Tuple); !ok {
		return []value{v}
	}
	if f.in.hasType(v, f.in.prog.Info.TypeOf(x.Type)) {
		return []value{v, true}
	}
	if f.in.weak {
		return []value{&junk{}, false}
	}
	return []value{nil, false}
}

// assumed notes that an assertion failed, and where its answer is: it may be that
// nobody looks at it, or too late.
func (f *frame) assumed(e *env, lhs []ast.Expr, v value) {
	variable := func(x ast.Expr) *cell {
		if isBlank(x) {
			return nil
		}
		return e.find(f.in.prog.Info.ObjectOf(x.(*ast.Ident)))
	}
	answer := variable(lhs[1])
	if answer != nil {
		answer.tested, answer.late = false, false
		if x := variable(lhs[0]); x != nil {
			x.answer = answer
		}
	}
	reach(v, func(r *resource) { r.notes = append(r.notes, note{why: assumedType, ok: answer}) })
}

func (f *frame) callExpr(e *env, x *ast.CallExpr, wanted bool) []value {
	if tv := f.in.prog.Info.Types[x.Fun]; tv.IsType() { // a conversion
		v := f.eval(e, x.Args[0])
		return []value{v}
	}
	if id, ok := x.Fun.(*ast.Ident); ok {
		if b, ok := f.in.prog.Info.Uses[id].(*types.Builtin); ok {
			return f.builtin(e, b.Name(), x)
		}
	}
	fun, args := f.operands(e, x)
	if _, ok := fun.(opaque); ok {
		return f.in.anyResults(f.in.prog.Info.TypeOf(x.Fun).(*types.Signature), wanted)
	}
	out := f.in.invoke(f, fun, args, x.Pos(), wanted, called)
	if fn, ok := fun.(*types.Func); ok && f.in.prog.decls[fn] != nil && failed(fn.Signature(), out) && f.writtenOut(x) {
		f.in.constantFails = true
	}
	return out
}

// writtenOut reports whether a constant is given to a call.
func (f *frame) writtenOut(x *ast.CallExpr) bool {
	return slices.ContainsFunc(x.Args, func(a ast.Expr) bool { return f.in.prog.Info.Types[a].Value != nil })
}

func (f *frame) operands(e *env, x *ast.CallExpr) (fun value, args []value) {
	fun = f.eval(e, x.Fun)
	if len(x.Args) == 1 {
		if _, ok := f.in.prog.Info.TypeOf(x.Args[0]).(*types.Tuple); ok {
			return fun, f.evalN(e, x.Args[0], true)
		}
	}
	for _, a := range x.Args {
		args = append(args, f.eval(e, a))
	}
	return fun, args
}

// call is a deferred or started call with its operands.
type call struct {
	fun  value
	args []value
	run  func()
}

// prepare evaluates the operands of a deferred or started call.
func (f *frame) prepare(e *env, x *ast.CallExpr, m mode) call {
	fun, args := f.operands(e, x)
	if m == deferred && f.loops > 0 {
		f.defersInLoop = true
		reach([]value{fun, args}, func(r *resource) { r.deferred = true })
	}
	if _, ok := fun.(opaque); ok {
		return call{run: func() {}}
	}
	again := m == deferred && f.loops > 0
	return call{fun, args, func() {
		outer := f.in.again
		f.in.again = outer || again
		f.in.invoke(f, fun, args, x.Pos(), false, m)
		f.in.again = outer
	}}
}

func (in *interp) invoke(f *frame, fun value, args []value, pos token.Pos, wanted bool, m mode) []value {
	switch fun := fun.(type) {
	case *closure:
		if fun != nil {
			return in.callLit(f, fun, args, pos, m)
		}
	case *types.Func:
		if in.prog.decls[fun] == nil {
			return f.world(fun, nil, args, pos, wanted)
		}
		return in.loosen(fun.Signature(), in.callDecl(f, fun, args, pos, m))
	case bound:
		if in.prog.decls[fun.fn] != nil {
			return in.callDecl(f, fun.fn, append([]value{fun.recv}, args...), pos, m)
		}
		if o, ok := fun.recv.(*object); ok && o != nil {
			return in.dispatch(f, o, fun.fn, args, pos, wanted, m)
		}
		return f.world(fun.fn, fun.recv, args, pos, wanted)
	}
	panic(stop{}) // a nil function
}

// loosen lets results that are no resources be anything, in a weak world.
func (in *interp) loosen(sig *types.Signature, ret []value) []value {
	out := slices.Clone(ret)
	for i, v := range out {
		t := sig.Results().At(i).Type()
		_, isJunk := v.(*junk)
		if in.weak && (v == nil || isJunk) && !isError(t) {
			out[i] = &junk{}
			continue
		}
		out[i] = elsewhere(t, v)
	}
	return out
}

// elsewhere makes a connection that is nil one of which it is not known where it
// is: what the function at hand does not write itself.
func elsewhere(t types.Type, v value) value {
	if v == nil && isConn(t) {
		return &junk{null: yes}
	}
	return v
}

// dispatch calls an interface method of an object that the program made.
func (in *interp) dispatch(f *frame, o *object, method *types.Func, args []value, pos token.Pos, wanted bool, m mode) []value {
	found, index, _ := types.LookupFieldOrMethod(types.NewPointer(o.typ), true, method.Pkg(), method.Name())
	fn, ok := found.(*types.Func)
	if !ok { // o stands for what the world made of it
		return f.world(method, o, args, pos, wanted)
	}
	var recv value = o
	for _, i := range index[:len(index)-1] {
		obj := recv.(*object)
		recv = obj.field(deref(obj.typ).Underlying().(*types.Struct).Field(i).Name()).v
	}
	return in.invoke(f, bound{fn, recv}, args, pos, wanted, m)
}

func (f *frame) builtin(e *env, name string, x *ast.CallExpr) []value {
	switch name {
	case "append":
		s, _ := f.eval(e, x.Args[0]).(*slice)
		out := &slice{}
		if s != nil {
			out.elems = append(out.elems, s.elems...)
			out.far = s.far
		}
		for _, a := range x.Args[1:] {
			v := f.eval(e, a)
			out.elems = append(out.elems, &cell{v: v})
			if out.far {
				handOver(v)
			}
		}
		return []value{out}
	case "len":
		if s, ok := f.eval(e, x.Args[0]).(*slice); ok && s != nil {
			return []value{len(s.elems)}
		}
		return []value{0}
	case "panic":
		panic(stop{})
	}
	panic("oracle: builtin " + name)
}
