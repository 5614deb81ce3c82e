package clientgrowth

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sockvet/sockvet/analyzers/internal/repair"
)

// -- the insertion --

func (f *fixer) entryOf(body *repair.Body, stmt ast.Stmt, block []ast.Stmt) *entry {
	e := f.written(body, stmt)
	if e == nil || e.kind == inSyncMap {
		return e
	}
	for i, s := range block {
		if s != stmt {
			continue
		}
		for _, before := range block[:i] {
			if x, ok := lockCall(before, "Lock"); ok {
				e.lock = body.Text(x)
			}
			if d, ok := before.(*ast.DeferStmt); ok {
				if sel, ok := d.Call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Unlock" && body.Text(sel.X) == e.lock {
					e.deferred = true
				}
			}
		}
		for _, after := range block[i+1:] {
			if x, ok := lockCall(after, "Unlock"); ok && e.unlocked == nil && body.Text(x) == e.lock {
				e.unlocked = after
			}
		}
	}
	if e.lock == "" || e.unlocked == nil && !e.deferred {
		return nil
	}
	return e
}

func lockCall(s ast.Stmt, method string) (ast.Expr, bool) {
	expr, ok := s.(*ast.ExprStmt)
	if !ok {
		return nil, false
	}
	call, ok := expr.X.(*ast.CallExpr)
	if !ok || len(call.Args) > 0 {
		return nil, false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != method || !plain(sel.X) {
		return nil, false
	}
	return sel.X, true
}

// written takes m[k] = v, s = append(s, v) and m.Store(k, v) apart.
func (f *fixer) written(body *repair.Body, stmt ast.Stmt) *entry {
	switch s := stmt.(type) {
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok || len(call.Args) != 2 || !f.stable(call.Args[0]) {
			return nil
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Store" || !plain(sel.X) {
			return nil
		}
		if fn, ok := f.pass.TypesInfo.Uses[sel.Sel].(*types.Func); !ok || fn.FullName() != "(*sync.Map).Store" {
			return nil
		}
		return &entry{kind: inSyncMap, collection: body.Text(sel.X), key: body.Text(call.Args[0])}
	case *ast.AssignStmt:
		if len(s.Lhs) != 1 || len(s.Rhs) != 1 || s.Tok != token.ASSIGN {
			return nil
		}
		if index, ok := s.Lhs[0].(*ast.IndexExpr); ok {
			return f.mapEntry(body, index)
		}
		return f.sliceEntry(body, s)
	}
	return nil
}

func (f *fixer) mapEntry(body *repair.Body, index *ast.IndexExpr) *entry {
	t := f.pass.TypesInfo.TypeOf(index.X)
	if t == nil || !plain(index.X) || !f.stable(index.Index) {
		return nil
	}
	if _, ok := t.Underlying().(*types.Map); !ok {
		return nil
	}
	return &entry{kind: inMap, collection: body.Text(index.X), key: body.Text(index.Index)}
}

func (f *fixer) sliceEntry(body *repair.Body, s *ast.AssignStmt) *entry {
	call, ok := s.Rhs[0].(*ast.CallExpr)
	if !ok || len(call.Args) != 2 || call.Ellipsis.IsValid() || !plain(s.Lhs[0]) || !f.stable(call.Args[1]) {
		return nil
	}
	id, ok := call.Fun.(*ast.Ident)
	if !ok || body.Text(call.Args[0]) != body.Text(s.Lhs[0]) {
		return nil
	}
	if b, ok := f.pass.TypesInfo.Uses[id].(*types.Builtin); !ok || b.Name() != "append" {
		return nil
	}
	slice, ok := f.pass.TypesInfo.TypeOf(s.Lhs[0]).Underlying().(*types.Slice)
	if !ok || !types.Comparable(slice.Elem()) {
		return nil
	}
	return &entry{kind: inSlice, collection: body.Text(s.Lhs[0]), key: body.Text(call.Args[1])}
}

// stable reports whether an expression is a variable that is assigned once, or the
// address of such a connection, so that it means the same entry when the goroutine ends.
func (f *fixer) stable(e ast.Expr) bool {
	if x := address(e); x != nil {
		e = x
	}
	id, ok := e.(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := f.pass.TypesInfo.Uses[id].(*types.Var)
	if !ok || v.Parent() == f.pass.Pkg.Scope() {
		return false
	}
	assigned := false
	for _, file := range f.pass.Files {
		if file.FileStart > v.Pos() || v.Pos() > file.FileEnd {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			as, ok := n.(*ast.AssignStmt)
			if !ok {
				return true
			}
			for _, lhs := range as.Lhs {
				if l, ok := lhs.(*ast.Ident); ok && f.pass.TypesInfo.Uses[l] == v {
					assigned = true
				}
			}
			return true
		})
	}
	return !assigned
}

// address returns conn in conn.RemoteAddr().String(), which stays what it is.
func address(e ast.Expr) ast.Expr {
	for _, method := range []string{"String", "RemoteAddr"} {
		call, ok := e.(*ast.CallExpr)
		if !ok || len(call.Args) > 0 {
			return nil
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != method {
			return nil
		}
		e = sel.X
	}
	return e
}

// -- the removal --

func (e *entry) removal() []string {
	if e.kind == inSyncMap {
		return []string{"defer " + e.collection + ".Delete(" + e.key + ")"}
	}
	lines := []string{"defer func() {", "\t" + e.lock + ".Lock()", "\tdefer " + e.lock + ".Unlock()"}
	if e.kind == inMap {
		lines = append(lines, "\tdelete("+e.collection+", "+e.key+")")
	} else {
		lines = append(lines,
			"\tfor i, kept := range "+e.collection+" {",
			"\t\tif kept == "+e.key+" {",
			"\t\t\t"+e.collection+" = append("+e.collection+"[:i], "+e.collection+"[i+1:]...)",
			"\t\t\tbreak", "\t\t}", "\t}")
	}
	return append(lines, "}()")
}
