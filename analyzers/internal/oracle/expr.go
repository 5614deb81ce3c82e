package oracle

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

func isError(t types.Type) bool { return t == types.Universe.Lookup("error").Type() }

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

func isInt(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// isConn reports whether t is a type of connection that the standard library
// declares.
func isConn(t types.Type) bool {
	n, ok := types.Unalias(deref(t)).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	switch n.Obj().Pkg().Path() {
	case "net", "crypto/tls", "io":
	default:
		return false
	}
	m, _, _ := types.LookupFieldOrMethod(t, true, n.Obj().Pkg(), "Close")
	return m != nil
}

func deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func (f *frame) eval(e *env, x ast.Expr) value { return f.evalWanted(e, x, true) }

func (f *frame) evalWanted(e *env, x ast.Expr, wanted bool) value {
	vals := f.evalN(e, x, wanted)
	if len(vals) == 0 {
		return nil
	}
	return vals[0]
}

// evalN evaluates an expression that may have several results. When nobody
// wants the last one, the world need not choose it.
func (f *frame) evalN(e *env, x ast.Expr, wanted bool) []value {
	switch x := x.(type) {
	case *ast.CallExpr:
		return f.callExpr(e, x, wanted)
	case *ast.TypeAssertExpr:
		return f.typeAssert(e, x)
	}
	return []value{f.simple(e, x)}
}

func (f *frame) simple(e *env, x ast.Expr) value {
	switch x := x.(type) {
	case *ast.ParenExpr:
		return f.eval(e, x.X)
	case *ast.BasicLit:
		return f.constant(x)
	case *ast.Ident:
		return f.ident(e, x)
	case *ast.SelectorExpr:
		return f.selector(e, x)
	case *ast.UnaryExpr:
		return f.unary(e, x)
	case *ast.BinaryExpr:
		return f.binary(e, x)
	case *ast.StarExpr:
		return f.eval(e, x.X)
	case *ast.FuncLit:
		return &closure{lit: x, env: e, in: f}
	case *ast.CompositeLit:
		return f.composite(e, x)
	case *ast.IndexExpr:
		return f.index(e, x)
	}
	panic(fmt.Sprintf("oracle: expression %T", x))
}

func (f *frame) constant(x ast.Expr) value {
	v := f.in.prog.Info.Types[x].Value
	switch v.Kind() {
	case constant.Int:
		n, _ := constant.Int64Val(v)
		return int(n)
	case constant.Bool:
		return constant.BoolVal(v)
	case constant.String:
		return constant.StringVal(v)
	}
	return opaque{}
}

func (f *frame) ident(e *env, x *ast.Ident) value {
	o := f.in.prog.Info.Uses[x]
	switch o := o.(type) {
	case *types.Nil:
		return nil
	case *types.Const:
		return f.constant(x)
	case *types.Func:
		return o
	case *types.Var:
		if c := e.find(o); c != nil {
			c.tested = c.tested || f.idle == 0
			if c.answer != nil && !c.answer.tested {
				c.answer.late = true
			}
			return f.in.read(c)
		}
	}
	return opaque{}
}

func (in *interp) read(c *cell) value {
	v, ok := c.v.(volatile)
	switch {
	case !ok:
		return c.v
	case isBool(v.v.Type()), isError(v.v.Type()):
		return in.argument(v.v)
	case in.choose(2) == 1:
		return nil
	case !isConn(v.v.Type()):
		return in.argument(v.v)
	}
	return &resource{handed: true}
}

// cell finds the variable or field that an expression stands for.
func (f *frame) cell(e *env, x ast.Expr) *cell {
	switch x := x.(type) {
	case *ast.Ident:
		if c := e.find(f.in.prog.Info.Uses[x]); c != nil {
			return c
		}
	case *ast.SelectorExpr:
		recv := f.eval(e, x.X)
		if o, ok := recv.(*object); ok && o != nil {
			return o.field(x.Sel.Name)
		}
		f.deref(x.X, recv)
	}
	return &cell{}
}

func (o *object) field(name string) *cell {
	if o.fields[name] == nil {
		o.fields[name] = &cell{}
	}
	return o.fields[name]
}

func (f *frame) selector(e *env, x *ast.SelectorExpr) value {
	sel := f.in.prog.Info.Selections[x]
	if sel == nil { // of a package
		if fn, ok := f.in.prog.Info.Uses[x.Sel].(*types.Func); ok {
			return fn
		}
		if v, ok := f.in.prog.Info.Uses[x.Sel].(*types.Var); ok && isError(v.Type()) {
			return &errval{}
		}
		return opaque{}
	}
	recv := f.eval(e, x.X)
	if _, method := sel.Obj().(*types.Func); !method || len(sel.Index()) > 1 {
		f.deref(x.X, recv)
	}
	t := deref(sel.Recv())
	for _, i := range sel.Index()[:len(sel.Index())-1] { // embedded
		name := t.Underlying().(*types.Struct).Field(i).Name()
		t = deref(t.Underlying().(*types.Struct).Field(i).Type())
		if o, ok := recv.(*object); ok && o != nil {
			recv = o.field(name).v
		}
	}
	if fn, ok := sel.Obj().(*types.Func); ok {
		return bound{fn, recv}
	}
	if o, ok := recv.(*object); ok && o != nil {
		return o.field(x.Sel.Name).v
	}
	return zero(sel.Obj().Type())
}

// deref ends the run where x, of which a field is used, is a nil pointer. In a method
// with a nil receiver the run goes on, and notes that.
func (f *frame) deref(x ast.Expr, v value) {
	if _, ok := f.in.prog.Info.TypeOf(x).Underlying().(*types.Pointer); !ok || v != nil {
		return
	}
	if !f.isReceiver(x) {
		panic(stop{})
	}
	f.in.nilReceiver = true
}

func (f *frame) isReceiver(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	if !ok || f.decl.Recv == nil || len(f.decl.Recv.List[0].Names) == 0 {
		return false
	}
	return f.in.prog.Info.Uses[id] == f.in.prog.Info.Defs[f.decl.Recv.List[0].Names[0]]
}

func (f *frame) unary(e *env, x *ast.UnaryExpr) value {
	switch x.Op {
	case token.NOT:
		return !f.eval(e, x.X).(bool)
	case token.AND:
		return f.eval(e, x.X)
	case token.ARROW:
		return opaque{}
	case token.SUB:
		return -f.eval(e, x.X).(int)
	}
	panic("oracle: operator " + x.Op.String())
}

func (f *frame) binary(e *env, x *ast.BinaryExpr) value {
	switch x.Op {
	case token.LAND:
		return f.eval(e, x.X).(bool) && f.eval(e, x.Y).(bool)
	case token.LOR:
		return f.eval(e, x.X).(bool) || f.eval(e, x.Y).(bool)
	}
	a, b := f.eval(e, x.X), f.eval(e, x.Y)
	switch x.Op {
	case token.EQL:
		return f.in.equal(a, b)
	case token.NEQ:
		return !f.in.equal(a, b)
	case token.ADD:
		if m, ok := a.(int); ok {
			if n, ok := b.(int); ok {
				return m + n
			}
		}
		return opaque{}
	}
	if m, ok := a.(int); ok && m == 0 && x.Op == token.LSS {
		if n, ok := b.(int); ok {
			return m < n // the first round of a loop with a constant bound; nobody counts the others
		}
	}
	return f.in.choose(2) == 1 // an order that the world decides
}

// equal compares two values. Two errors that are not nil may be the same.
func (in *interp) equal(a, b value) bool {
	if a, b := in.null(a), in.null(b); a || b {
		return a == b
	}
	switch a.(type) {
	case *junk:
		return in.choose(2) == 1
	case bool, int, string:
		if b == a {
			return true
		}
		if _, ok := b.(opaque); !ok {
			return false
		}
	case *resource, *object:
		return a == b
	}
	return in.choose(2) == 1
}

// null reports whether v is nil. Of what comes beside an error nobody knows.
func (in *interp) null(v value) bool {
	if in.weak {
		switch v := v.(type) {
		case *resource:
			return in.told(&v.null)
		case *object:
			return v == nil || in.told(&v.null)
		}
	}
	if j, ok := v.(*junk); ok {
		return in.told(&j.null)
	}
	return null(v)
}

// told answers a question once and for all.
func (in *interp) told(t *tri) bool {
	if *t == maybe {
		*t = tri(1 + in.choose(2))
	}
	return *t == yes
}

func null(v value) bool {
	switch v := v.(type) {
	case nil:
		return true
	case *junk:
		return v.null == yes
	case *errval:
		return v == nil
	case *slice:
		return v == nil
	}
	return false
}

func (f *frame) composite(e *env, x *ast.CompositeLit) value {
	t := f.in.prog.Info.TypeOf(x)
	switch t.Underlying().(type) {
	case *types.Slice, *types.Map:
		s := &slice{}
		for _, el := range x.Elts {
			s.elems = append(s.elems, &cell{v: f.eval(e, el)})
		}
		return s
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return opaque{}
	}
	o := &object{typ: t, fields: map[string]*cell{}, by: f.decl, in: f}
	for i, el := range x.Elts {
		name := st.Field(i).Name()
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			name, el = kv.Key.(*ast.Ident).Name, kv.Value
		}
		o.fields[name] = &cell{v: f.eval(e, el)}
	}
	for fld := range st.Fields() {
		if o.fields[fld.Name()] == nil {
			o.fields[fld.Name()] = &cell{v: zero(fld.Type())}
		}
	}
	return o
}

// index reads an element of a slice.
func (f *frame) index(e *env, x *ast.IndexExpr) value {
	s, ok := f.eval(e, x.X).(*slice)
	i, isInt := f.eval(e, x.Index).(int)
	if !ok || !isInt || s == nil || i >= len(s.elems) {
		panic(stop{}) // it panics
	}
	return s.elems[i].v
}
