package oracle

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// flow says how a statement ends.
type flow struct {
	kind  token.Token // 0, BREAK, CONTINUE or RETURN
	label string
}

var onward flow

func (f *frame) block(e *env, list []ast.Stmt) flow {
	for _, s := range list {
		if fl := f.stmt(e, s, ""); fl != onward {
			return fl
		}
	}
	return onward
}

func (f *frame) stmt(e *env, s ast.Stmt, label string) flow {
	f.in.step()
	switch s := s.(type) {
	case *ast.BlockStmt:
		return f.block(e.inner(), s.List)
	case *ast.ExprStmt:
		f.evalN(e, s.X, false)
	case *ast.AssignStmt:
		f.assign(e, s)
	case *ast.DeclStmt:
		f.declare(e, s.Decl.(*ast.GenDecl))
	case *ast.IncDecStmt:
		c := f.cell(e, s.X)
		c.v = c.v.(int) + 1
	case *ast.IfStmt:
		return f.ifStmt(e.inner(), s)
	case *ast.ForStmt:
		return f.forStmt(e.inner(), s, label)
	case *ast.RangeStmt:
		return f.rangeStmt(e, s, label)
	case *ast.SwitchStmt:
		return f.switchStmt(e.inner(), s, label)
	case *ast.SelectStmt:
		return f.selectStmt(e, s, label)
	case *ast.TypeSwitchStmt:
		return f.typeSwitch(e.inner(), s, label)
	case *ast.LabeledStmt:
		return f.stmt(e, s.Stmt, s.Label.Name)
	case *ast.BranchStmt:
		fl := flow{kind: s.Tok}
		if s.Label != nil {
			fl.label = s.Label.Name
		}
		return fl
	case *ast.ReturnStmt:
		f.returnStmt(e, s)
		return flow{kind: token.RETURN}
	case *ast.DeferStmt:
		f.defers = append(f.defers, f.prepare(e, s.Call, deferred).run)
	case *ast.GoStmt:
		f.start(f.prepare(e, s.Call, started))
	case *ast.SendStmt:
		f.noteGoEnds()
		handOver(f.eval(e, s.Value))
	case *ast.EmptyStmt:
	default:
		panic(fmt.Sprintf("oracle: statement %T", s))
	}
	return onward
}

// start runs a goroutine. One that ends the process does so later: its starter
// goes on, and what it has is nobody else's.
func (f *frame) start(c call) {
	n := len(f.in.known)
	defer func() {
		if p := recover(); p != nil {
			if p != (stop{}) {
				panic(p)
			}
			handOver([]value{c.fun, c.args})
			for _, r := range f.in.known[n:] {
				r.handed = true
			}
		}
	}()
	c.run()
}

func (f *frame) returnStmt(e *env, s *ast.ReturnStmt) {
	f.exit = s.Pos()
	if len(s.Results) == 0 {
		return
	}
	var vals []value
	if len(s.Results) == 1 {
		vals = f.evalN(e, s.Results[0], true)
	} else {
		for _, x := range s.Results {
			vals = append(vals, f.eval(e, x))
		}
	}
	f.ret = f.typed(s, vals)
	for i, c := range f.results {
		c.v = f.ret[i]
	}
}

// typed gives a result that is an interface its type: what holds a pointer is not
// nil, whatever the pointer is.
func (f *frame) typed(s *ast.ReturnStmt, vals []value) []value {
	if len(s.Results) != len(vals) {
		return vals
	}
	out := slices.Clone(vals)
	for i, x := range s.Results {
		_, isPointer := f.in.prog.Info.TypeOf(x).Underlying().(*types.Pointer)
		_, isJunk := vals[i].(*junk)
		if isPointer && isJunk && types.IsInterface(f.signature().Results().At(i).Type()) {
			out[i] = &junk{null: no}
		}
	}
	return out
}

func (f *frame) declare(e *env, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		vs := spec.(*ast.ValueSpec)
		for i, id := range vs.Names {
			o := f.in.prog.Info.Defs[id]
			v := zero(o.Type())
			if i < len(vs.Values) {
				v = f.eval(e, vs.Values[i])
			}
			e.set(o, &cell{v: v})
		}
	}
}

func (f *frame) assign(e *env, s *ast.AssignStmt) {
	var vals []value
	if len(s.Rhs) == 1 && len(s.Lhs) > 1 {
		vals = f.evalN(e, s.Rhs[0], !isBlank(s.Lhs[len(s.Lhs)-1]))
	} else {
		for i, x := range s.Rhs {
			vals = append(vals, f.evalWanted(e, x, !isBlank(s.Lhs[i])))
		}
	}
	ta, asserts := s.Rhs[0].(*ast.TypeAssertExpr)
	var asserted value
	if asserts {
		asserted = f.eval(e, ta.X)
	}
	for i, lhs := range s.Lhs {
		f.store(e, lhs, vals[i])
	}
	if asserts && len(vals) == 2 && vals[1] == false {
		f.assumed(e, s.Lhs, asserted)
	}
}

func (f *frame) store(e *env, lhs ast.Expr, v value) {
	if isBlank(lhs) {
		return
	}
	if id, ok := lhs.(*ast.Ident); ok {
		if o := f.in.prog.Info.Defs[id]; o != nil {
			e.set(o, &cell{v: v})
			return
		}
	}
	if ix, ok := lhs.(*ast.IndexExpr); ok { // of a map; every key is another
		if m, ok := f.eval(e, ix.X).(*slice); ok && m != nil && !m.far {
			m.elems = append(m.elems, &cell{v: v})
			return
		}
		handOver(v)
		return
	}
	f.giveAround(lhs, v)
	c := f.cell(e, lhs)
	if old, ok := c.v.(volatile); ok && !isConn(old.v.Type()) {
		return // somebody else assigns it, too
	}
	f.overwrite(c.v, v, lhs.Pos())
	c.v = v
	if sel, ok := lhs.(*ast.SelectorExpr); ok {
		if o, ok := f.eval(e, sel.X).(*object); ok && (o.far || o.in != nil && o.by != f.decl) {
			handOver(v)
		}
	}
}

// giveAround makes what a literal acquired and assigns to a variable around it
// the concern of the function that the variable belongs to.
func (f *frame) giveAround(lhs ast.Expr, v value) {
	id, ok := lhs.(*ast.Ident)
	if f.lit == nil || !ok {
		return
	}
	if o, ok := f.in.prog.Info.Uses[id].(*types.Var); ok && slices.Contains(f.in.prog.captures(f.lit.lit), o) {
		reach(v, func(r *resource) {
			if r.owner == f {
				r.owner = f.lit.in
			}
		})
	}
}

// overwrite notes where a variable or field that leads to a resource is set to
// something else.
func (f *frame) overwrite(old, v value, pos token.Pos) {
	reach(old, func(r *resource) {
		if !leadsTo(v, r) && r.site != token.NoPos {
			r.covers = append(r.covers, Report{f.in.prog.place(r.site), f.in.prog.place(pos)})
		}
	})
}

func isBlank(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "_"
}

// zero is the zero value of a type.
func zero(t types.Type) value {
	switch {
	case isBool(t):
		return false
	case isInt(t):
		return 0
	}
	return nil
}
