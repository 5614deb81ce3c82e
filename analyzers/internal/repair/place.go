package repair

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// -- loops, successes, starts --

// LoopEnds returns the innermost loop around pos and where an iteration of it
// ends: its continue statements, those of loops around it, and the end of its
// body.
func (b *Body) LoopEnds(pos token.Pos) (loop ast.Stmt, ends []Exit) {
	var body *ast.BlockStmt
	b.Inspect(func(n ast.Node) bool {
		if n.Pos() <= pos && pos < n.End() {
			switch n := n.(type) {
			case *ast.ForStmt:
				loop, body = n, n.Body
			case *ast.RangeStmt:
				loop, body = n, n.Body
			}
		}
		return true
	})
	if loop == nil {
		return nil, nil
	}
	b.continues(body, 0, func(s *ast.BranchStmt) {
		if x, ok := b.Stmt(s); ok && s.Pos() > pos {
			ends = append(ends, x)
		}
	})
	return loop, append(ends, b.End(body))
}

// continues calls f for the continue statements in n that end an iteration of
// the loop that n is the body of.
func (b *Body) continues(n ast.Node, depth int, f func(*ast.BranchStmt)) {
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ForStmt:
			b.continues(m.Body, depth+1, f)
			return false
		case *ast.RangeStmt:
			b.continues(m.Body, depth+1, f)
			return false
		case *ast.BranchStmt:
			if m.Tok == token.CONTINUE && (depth == 0 || m.Label != nil) {
				f(m)
			}
		}
		return true
	})
}

// ScopeEnds returns the places where a variable that is declared at pos, in a
// block of the body, goes out of scope other than by a return.
func (b *Body) ScopeEnds(pos token.Pos) (ends []Exit) {
	var scope ast.Node
	b.Inspect(func(n ast.Node) bool {
		if n.Pos() <= pos && pos < n.End() {
			switch n.(type) {
			case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause, *ast.IfStmt:
				scope = n
			}
		}
		return true
	})
	switch n := scope.(type) {
	case *ast.BlockStmt:
		if n == b.Block {
			return nil
		}
		if !leaves(n) {
			ends = append(ends, b.End(n))
		}
	case *ast.CaseClause:
		ends = b.openEnd(n, n.Colon)
	case *ast.CommClause:
		ends = b.openEnd(n, n.Colon)
	case *ast.IfStmt:
		ends = b.ifEnds(n)
	default:
		return nil
	}
	b.jumps(scope, true, true, func(s *ast.BranchStmt) {
		if x, ok := b.Stmt(s); ok && s.Pos() > pos {
			ends = append(ends, x)
		}
	})
	return ends
}

func (b *Body) openEnd(clause ast.Stmt, colon token.Pos) []Exit {
	if leaves(&ast.BlockStmt{List: list(clause)}) {
		return nil
	}
	return []Exit{b.clauseEnd(clause, colon)}
}

// ifEnds are the ends of the branches of an if statement that run on.
func (b *Body) ifEnds(s *ast.IfStmt) (out []Exit) {
	if !leaves(s.Body) {
		out = append(out, b.End(s.Body))
	}
	switch e := s.Else.(type) {
	case *ast.BlockStmt:
		if !leaves(e) {
			out = append(out, b.End(e))
		}
	case *ast.IfStmt:
		out = append(out, b.ifEnds(e)...)
	case nil:
		if b.lists[s] {
			out = append(out, b.otherwise(s))
		}
	}
	return out
}

// jumps calls f for the break and continue statements that leave n. breaks and
// continues say whether one without a label would.
func (b *Body) jumps(n ast.Node, breaks, continues bool, f func(*ast.BranchStmt)) {
	ast.Inspect(n, func(m ast.Node) bool {
		if m == nil || m == n {
			return true
		}
		switch m := m.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ForStmt, *ast.RangeStmt:
			b.jumps(m, false, false, f)
			return false
		case *ast.SelectStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt:
			b.jumps(m, false, continues, f)
			return false
		case *ast.BranchStmt:
			switch {
			case m.Tok == token.BREAK && (breaks || m.Label != nil), m.Tok == token.CONTINUE && (continues || m.Label != nil):
				f(m)
			}
		}
		return true
	})
}

// AfterSuccess returns the place behind the statement that makes the call at
// pos, and behind the error check that follows it: where what the call has
// returned is first known to be good.
func (b *Body) AfterSuccess(pos token.Pos) (Exit, bool) {
	var found Exit
	ok := false
	b.Inspect(func(n ast.Node) bool {
		stmts := list(n)
		for i, s := range stmts {
			if s.Pos() <= pos && pos < s.End() {
				if x, good := b.success(s, stmts[i+1:], pos); good {
					found, ok = x, true
				}
			}
		}
		return true
	})
	return found, ok
}

func (b *Body) success(s ast.Stmt, rest []ast.Stmt, pos token.Pos) (Exit, bool) {
	switch s := s.(type) {
	case *ast.IfStmt:
		if s.Cond.Pos() <= pos && pos < s.Cond.End() {
			return b.behind(s), s.Else == nil && b.lists[s] && leaves(s.Body) && (failureCheck(s.Cond, token.NEQ) || negated(s.Cond))
		}
		if s.Init == nil || pos < s.Init.Pos() || s.Init.End() <= pos {
			return Exit{}, false
		}
		if block, ok := s.Else.(*ast.BlockStmt); ok && failureCheck(s.Cond, token.NEQ) {
			return b.start(block), true
		}
		if s.Else == nil && failureCheck(s.Cond, token.NEQ) && b.lists[s] && leaves(s.Body) {
			return b.behind(s), true
		}
		return b.start(s.Body), failureCheck(s.Cond, token.EQL)
	case *ast.AssignStmt, *ast.DeclStmt:
	case *ast.ExprStmt:
		return b.behind(s), true
	default:
		return Exit{}, false
	}
	if len(rest) > 0 {
		if check, ok := rest[0].(*ast.IfStmt); ok && check.Init == nil && check.Else == nil && failureCheck(check.Cond, token.NEQ) {
			return b.behind(check), true
		}
	}
	return b.behind(s), true
}

// leaves reports whether a block does not run on to its end.
func leaves(block *ast.BlockStmt) bool {
	if len(block.List) == 0 {
		return false
	}
	switch s := block.List[len(block.List)-1].(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			return fun.Name == "panic"
		case *ast.SelectorExpr:
			return strings.HasPrefix(fun.Sel.Name, "Fatal") || fun.Sel.Name == "Exit"
		}
	}
	return false
}

// Enclosing returns the place before the statement, in a list, that makes the
// call at pos.
func (b *Body) Enclosing(pos token.Pos) (x Exit, ok bool) {
	b.Inspect(func(n ast.Node) bool {
		for _, s := range list(n) {
			if s.Pos() <= pos && pos < s.End() {
				switch s.(type) {
				case *ast.IfStmt, *ast.AssignStmt, *ast.DeclStmt, *ast.ExprStmt, *ast.ReturnStmt:
					x, ok = b.Stmt(s)
					_, x.Returns = s.(*ast.ReturnStmt)
					if _, first := b.indent(s.Pos()); !first {
						ok = false
					}
				default:
					x, ok = Exit{}, false
				}
			}
		}
		return true
	})
	return x, ok
}

// failureCheck reports whether a condition compares something with nil or, for
// descriptors, a number.
func failureCheck(cond ast.Expr, op token.Token) bool {
	e, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	return ok && e.Op == op
}

func negated(cond ast.Expr) bool {
	e, ok := ast.Unparen(cond).(*ast.UnaryExpr)
	return ok && e.Op == token.NOT
}

func (b *Body) start(block *ast.BlockStmt) Exit {
	pos := block.Rbrace
	if len(block.List) > 0 {
		pos = block.List[0].Pos()
	}
	return Exit{Pos: pos, Edit: func(stmts ...string) analysis.TextEdit { return b.AtStart(block, stmts...) }}
}

// Start returns the exit at the start of the body.
func (b *Body) Start() Exit { return b.start(b.Block) }

func (b *Body) behind(s ast.Stmt) Exit {
	return Exit{Pos: s.End(), Edit: func(stmts ...string) analysis.TextEdit {
		edit, ok := b.After(s.Pos(), s.End(), stmts...)
		if !ok {
			edit = insert(s.End(), "; "+strings.Join(stmts, "; "))
		}
		return edit
	}}
}
