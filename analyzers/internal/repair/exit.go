package repair

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Exit is a place where statements can be put: before a return, at the end of a
// block, after a statement.
type Exit struct {
	// Pos is where names are looked up.
	Pos token.Pos
	// Err is the error variable that is not nil when the function fails at
	// this return; "" when there is none.
	Err string
	// Inner are the ends of the branches of the statement before, where a
	// branch can be mended by itself.
	Inner []Exit
	// Returns says that the statement behind it is a return.
	Returns bool
	// Results are the variables that are returned there, other than Err, and
	// Opaque says that something else made of variables is returned.
	Results []string
	Opaque  bool
	// Edit puts statements there.
	Edit func(stmts ...string) analysis.TextEdit
}

// Body is a function whose exits can be edited.
type Body struct {
	*File
	Block *ast.BlockStmt
	sig   *ast.FuncType
	lists map[ast.Stmt]bool // statements that stand in a list
}

// NewBody returns the body of a function declaration or literal.
func NewBody(f *File, fn ast.Node) *Body {
	b := &Body{File: f, lists: map[ast.Stmt]bool{}}
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		b.Block, b.sig = fn.Body, fn.Type
	case *ast.FuncLit:
		b.Block, b.sig = fn.Body, fn.Type
	}
	if b.Block == nil {
		return nil
	}
	ast.Inspect(b.Block, func(n ast.Node) bool {
		for _, s := range list(n) {
			b.lists[s] = true
		}
		return true
	})
	return b
}

// Results returns the number of results of the function.
func (b *Body) Results() int { return b.sig.Results.NumFields() }

// List returns the statements of a block or clause.
func List(n ast.Node) []ast.Stmt { return list(n) }

func list(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// Inspect walks the body without the function literals in it.
func (b *Body) Inspect(f func(ast.Node) bool) {
	ast.Inspect(b.Block, func(n ast.Node) bool {
		if _, lit := n.(*ast.FuncLit); lit {
			return false
		}
		return n == nil || f(n)
	})
}

// ReturnAt returns the return statement at pos, or nil.
func (b *Body) ReturnAt(pos token.Pos) (ret *ast.ReturnStmt) {
	b.Inspect(func(n ast.Node) bool {
		if r, ok := n.(*ast.ReturnStmt); ok && r.Pos() == pos {
			ret = r
		}
		return ret == nil
	})
	return ret
}

// Return returns the exit before the return statement at pos. Results for which
// uses is true are evaluated before the statements that are put there.
func (b *Body) Return(pos token.Pos, uses func(ast.Expr) bool) (Exit, bool) {
	ret := b.ReturnAt(pos)
	if ret == nil || !b.lists[ret] {
		return Exit{}, false
	}
	first := -1
	for i, r := range ret.Results {
		if uses(r) {
			if first >= 0 {
				return Exit{}, false // two of them: their order would have to be kept
			}
			first = i
		}
	}
	if first >= 0 {
		return b.hoisted(ret, first)
	}
	x := Exit{Pos: pos, Inner: b.branches(ret), Edit: func(stmts ...string) analysis.TextEdit { return b.Before(pos, stmts...) }}
	if n := len(ret.Results); n > 0 {
		if id, ok := ret.Results[n-1].(*ast.Ident); ok && b.isErrorVar(b.pass.TypesInfo.Uses[id]) {
			x.Err = id.Name
		}
	}
	if len(ret.Results) == 0 {
		b.named(&x)
	}
	for _, r := range ret.Results {
		b.gives(&x, r)
	}
	return x, true
}

// named notes the results that a return without values gives.
func (b *Body) named(x *Exit) {
	if b.sig.Results == nil {
		return
	}
	for _, field := range b.sig.Results.List {
		for _, id := range field.Names {
			switch obj := b.pass.TypesInfo.Defs[id]; {
			case id.Name == "_" || obj == nil:
			case isError(obj.Type()):
				x.Err = id.Name
			default:
				x.Results = append(x.Results, id.Name)
			}
		}
	}
}

// gives notes what one result of a return is made of.
func (b *Body) gives(x *Exit, e ast.Expr) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if _, ok := b.pass.TypesInfo.Uses[e].(*types.Var); ok && e.Name != x.Err {
			x.Results = append(x.Results, e.Name)
		}
	case *ast.SelectorExpr:
		if b.variables(e) {
			x.Results = append(x.Results, b.Text(e))
		}
	case *ast.CallExpr: // whatever it is made of was asked before
	case *ast.UnaryExpr:
		b.gives(x, e.X)
	case *ast.CompositeLit, *ast.FuncLit:
		x.Opaque = x.Opaque || b.variables(e)
	}
}

// variables reports whether an expression mentions a variable of a function.
func (b *Body) variables(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			v, ok := b.pass.TypesInfo.Uses[id].(*types.Var)
			found = found || ok && !v.IsField() && v.Parent() != b.pass.Pkg.Scope() && v.Parent() != types.Universe
		}
		return !found
	})
	return found
}

func (b *Body) isErrorVar(obj types.Object) bool {
	v, ok := obj.(*types.Var)
	return ok && !v.IsField() && isError(v.Type())
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// hoisted is the exit of a return whose i-th result is evaluated first.
func (b *Body) hoisted(ret *ast.ReturnStmt, i int) (Exit, bool) {
	x := Exit{Pos: ret.Pos()}
	var assign string
	results := make([]string, len(ret.Results))
	for j, r := range ret.Results {
		results[j] = b.Text(r)
	}
	t := b.pass.TypesInfo.TypeOf(ret.Results[i])
	if tuple, ok := t.(*types.Tuple); ok {
		results = b.tupleNames(ret.Pos(), tuple)
		assign = strings.Join(results, ", ") + " := "
		x.Results = slices.Clone(results)
		if n := tuple.Len(); isError(tuple.At(n - 1).Type()) {
			x.Err, x.Results = results[n-1], x.Results[:n-1]
		}
	} else {
		name, fresh := b.resultName(ret.Pos(), t)
		if assign = name + " = "; fresh {
			assign = name + " := "
		}
		results[i] = name
		if isError(t) && i == len(results)-1 {
			x.Err = name
		} else {
			x.Results = append(x.Results, name)
		}
		for j, r := range ret.Results {
			if j != i {
				b.gives(&x, r)
			}
		}
	}
	assign += b.Text(ret.Results[i])
	last := "return " + strings.Join(results, ", ")
	x.Edit = func(stmts ...string) analysis.TextEdit {
		blanks, first := b.indent(ret.Pos())
		sep := "\n" + blanks
		if !first {
			sep = "; "
		}
		all := append(append([]string{assign}, stmts...), last)
		return analysis.TextEdit{Pos: ret.Pos(), End: ret.End(), NewText: []byte(strings.Join(all, sep))}
	}
	return x, !strings.Contains(assign, "\n")
}

// resultName returns the variable that takes a result: err where there is one
// of this function that can, else a new one.
func (b *Body) resultName(pos token.Pos, t types.Type) (name string, fresh bool) {
	if !isError(t) {
		return b.freshName(pos, "result"), true
	}
	_, obj := b.pass.Pkg.Scope().Innermost(pos).LookupParent("err", pos)
	if obj == nil {
		return "err", true
	}
	if b.isErrorVar(obj) && b.sig.Pos() <= obj.Pos() && obj.Pos() < b.Block.End() {
		return "err", false
	}
	return b.freshName(pos, "failure"), true
}

func (b *Body) tupleNames(pos token.Pos, t *types.Tuple) []string {
	names := make([]string, t.Len())
	for i := range names {
		if isError(t.At(i).Type()) && i == len(names)-1 {
			names[i] = "err"
			if _, obj := b.pass.Pkg.Scope().Innermost(pos).LookupParent("err", pos); obj != nil && !b.isErrorVar(obj) {
				names[i] = b.freshName(pos, "failure")
			}
			continue
		}
		base := "result"
		if t.Len() > 2 {
			base = fmt.Sprintf("result%d", i+1)
		}
		names[i] = b.freshName(pos, base)
	}
	return names
}

// freshName returns base, or base with a number, that means nothing yet.
func (b *Body) freshName(pos token.Pos, base string) string {
	scope := b.pass.Pkg.Scope().Innermost(pos)
	name := base
	for n := 2; ; n++ {
		if _, obj := scope.LookupParent(name, pos); obj == nil {
			return name
		}
		name = fmt.Sprint(base, n)
	}
}

// FreshName returns base, or base with a number, that means nothing at either
// place.
func (b *Body) FreshName(at, also token.Pos, base string) string {
	inner := b.pass.Pkg.Scope().Innermost(also)
	name := base
	for n := 2; ; n++ {
		if name = b.freshName(at, name); inner == nil {
			return name
		}
		if _, obj := inner.LookupParent(name, also); obj == nil {
			return name
		}
		name = fmt.Sprint(base, n)
	}
}

// End returns the exit at the end of a block.
func (b *Body) End(block *ast.BlockStmt) Exit {
	return Exit{Pos: block.Rbrace, Inner: b.ends(block.List), Edit: func(stmts ...string) analysis.TextEdit { return b.AtEnd(block, stmts...) }}
}

// branches returns the ends of the branches of the statement before s.
func (b *Body) branches(s ast.Stmt) (out []Exit) {
	b.Inspect(func(n ast.Node) bool {
		if stmts := list(n); slices.Contains(stmts, s) {
			out = b.ends(stmts[:slices.Index(stmts, s)])
		}
		return true
	})
	return out
}

// ends returns the ends of the branches of the last of some statements.
func (b *Body) ends(stmts []ast.Stmt) []Exit {
	if len(stmts) == 0 {
		return nil
	}
	switch s := stmts[len(stmts)-1].(type) {
	case *ast.SelectStmt:
		return b.clauses(s.Body)
	case *ast.SwitchStmt:
		return b.clauses(s.Body)
	case *ast.TypeSwitchStmt:
		return b.clauses(s.Body)
	case *ast.BlockStmt:
		return []Exit{b.End(s)}
	case *ast.IfStmt:
		out := []Exit{b.End(s.Body)}
		switch e := s.Else.(type) {
		case *ast.BlockStmt:
			return append(out, b.End(e))
		case *ast.IfStmt:
			return append(out, b.ends([]ast.Stmt{e})...)
		}
		return append(out, b.otherwise(s))
	}
	return nil
}

// otherwise is the else branch that an if statement does not have.
func (b *Body) otherwise(s *ast.IfStmt) Exit {
	blanks, _ := b.indent(s.Body.Rbrace)
	return Exit{Pos: s.Pos(), Edit: func(stmts ...string) analysis.TextEdit {
		// The brace is written anew, so that what another fix puts behind the
		// statement comes after it.
		text := "} else {\n\t" + blanks + strings.Join(stmts, "\n\t"+blanks) + "\n" + blanks + "}"
		return analysis.TextEdit{Pos: s.Body.Rbrace, End: s.End(), NewText: []byte(text)}
	}}
}

func (b *Body) clauses(body *ast.BlockStmt) []Exit {
	var out []Exit
	for _, s := range body.List {
		switch c := s.(type) {
		case *ast.CaseClause:
			out = append(out, b.clauseEnd(c, c.Colon))
		case *ast.CommClause:
			out = append(out, b.clauseEnd(c, c.Colon))
		}
	}
	return out
}

// clauseEnd is the exit at the end of a case of a select or switch statement.
func (b *Body) clauseEnd(c ast.Stmt, colon token.Pos) Exit {
	stmts := list(c)
	x := Exit{Pos: colon, Inner: b.ends(stmts)}
	start, end := c.Pos(), colon+1
	if n := len(stmts); n > 0 {
		x.Pos = stmts[n-1].Pos()
		start, end = x.Pos, stmts[n-1].End()
	}
	x.Edit = func(lines ...string) analysis.TextEdit {
		if len(stmts) == 0 {
			lines = append([]string{}, lines...)
			for i := range lines {
				lines[i] = "\t" + lines[i]
			}
		}
		edit, ok := b.After(start, end, lines...)
		if !ok {
			edit = insert(end, " "+strings.Join(lines, "; "))
		}
		return edit
	}
	return x
}

// Stmt returns the exit before a statement.
func (b *Body) Stmt(s ast.Stmt) (Exit, bool) {
	return Exit{Pos: s.Pos(), Inner: b.branches(s), Edit: func(stmts ...string) analysis.TextEdit { return b.Before(s.Pos(), stmts...) }}, b.lists[s]
}
