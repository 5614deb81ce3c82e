package acceptblock

import (
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/repair"
)

// -- edits --

func (m *mover) edits(file *repair.File, moved []ast.Stmt) *analysis.SuggestedFix {
	if edits, ok := m.merged(file, moved); ok {
		return m.offer(edits, moved)
	}
	if len(moved) == 1 && len(m.groups) == 0 && plainCall(moved[0]) {
		edit := analysis.TextEdit{Pos: moved[0].Pos(), End: moved[0].Pos(), NewText: []byte("go ")}
		return m.offer([]analysis.TextEdit{edit}, moved)
	}
	first, last := moved[0], moved[len(moved)-1]
	open, before := []string{"go func() {"}, []string(nil)
	for _, wg := range m.groups { // counted as long as the goroutine may add to it
		before, open = append(before, wg+".Add(1)"), append(open, "defer "+wg+".Done()")
	}
	edits, ok := file.Wrap(first.Pos(), last.End(), before, open, "}()")
	if !ok {
		return nil
	}
	if g, isGo := last.(*ast.GoStmt); isGo { // this is its goroutine now
		edits = append(edits, analysis.TextEdit{Pos: g.Pos(), End: g.Call.Pos()})
	}
	return m.offer(edits, moved)
}

// plainCall reports whether a statement is a call whose operands can be evaluated
// before the goroutine starts.
func plainCall(s ast.Stmt) bool {
	expr, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := expr.X.(*ast.CallExpr)
	if !ok || !plain(call.Fun) {
		return false
	}
	return !slices.ContainsFunc(call.Args, func(e ast.Expr) bool { return !plain(e) })
}

func plain(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident, *ast.BasicLit:
		return true
	case *ast.SelectorExpr:
		return plain(e.X)
	}
	return false
}

func (m *mover) offer(edits []analysis.TextEdit, moved []ast.Stmt) *analysis.SuggestedFix {
	for _, s := range moved {
		edits = append(edits, returns(s)...)
	}
	return &analysis.SuggestedFix{
		Message:   "wait for the client in a goroutine of its own",
		TextEdits: edits,
	}
}

// merged lets the goroutine that the statements end in begin before them:
//
//	wg.Add(1)
//	go func() {
//		defer wg.Done()
//
// go up, instead of a second goroutine around them.
func (m *mover) merged(file *repair.File, moved []ast.Stmt) ([]analysis.TextEdit, bool) {
	n := len(moved)
	if n < 3 || len(m.groups) != 1 {
		return nil, false
	}
	start, isGo := moved[n-1].(*ast.GoStmt)
	if !isGo || len(start.Call.Args) > 0 || file.Text(moved[n-2]) != m.groups[0]+".Add(1)" {
		return nil, false
	}
	lit, ok := start.Call.Fun.(*ast.FuncLit)
	if !ok || len(lit.Body.List) == 0 || file.Text(lit.Body.List[0]) != "defer "+m.groups[0]+".Done()" {
		return nil, false
	}
	open := []string{"go func() {", "defer " + m.groups[0] + ".Done()"}
	edits, ok := file.Wrap(moved[0].Pos(), moved[n-3].End(), []string{m.groups[0] + ".Add(1)"}, open, "")
	if !ok {
		return nil, false
	}
	last := &edits[len(edits)-1] // where the goroutine would end
	end, ok := file.LineEnd(lit.Body.List[0].End())
	if !ok || file.Commented(last.Pos, end) {
		return nil, false
	}
	last.End, last.NewText = end, nil
	return edits, true
}

// returns turns each continue of the loop into a return.
func returns(n ast.Node) []analysis.TextEdit {
	var out []analysis.TextEdit
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit, *ast.ForStmt, *ast.RangeStmt:
			return false
		case *ast.BranchStmt:
			if m.Tok == token.CONTINUE {
				out = append(out, analysis.TextEdit{Pos: m.Pos(), End: m.End(), NewText: []byte("return")})
			}
		}
		return true
	})
	return out
}
