package acceptblock

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
)

// -- which statements move --

// needed returns the statements without the last ones that have nothing to do
// with this connection: they use no variable of the iteration, and are reached
// whatever those before do.
func (m *mover) needed(loop ast.Stmt, moved []ast.Stmt) []ast.Stmt {
	n := len(moved)
	for n > 0 && !m.mentionsIteration(loop, moved[n-1]) {
		n--
	}
	if n == 0 || n == len(moved) {
		return nil
	}
	for _, s := range moved[:n] {
		if len(returns(s)) > 0 {
			return nil
		}
	}
	return moved[:n]
}

func (m *mover) mentionsIteration(loop ast.Stmt, s ast.Stmt) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			v, ok := m.pass.TypesInfo.Uses[id].(*types.Var)
			found = found || ok && loop.Pos() <= v.Pos() && v.Pos() < s.Pos()
		}
		return !found
	})
	return found
}

// loopOf finds the for statement whose body accepts, in a statement of its own.
func loopOf(body *repair.Body, l *acceptloop.Loop) (ast.Stmt, *ast.BlockStmt) {
	stmt, _ := body.LoopEnds(l.Call.Pos())
	switch stmt := stmt.(type) {
	case *ast.ForStmt:
		return stmt, stmt.Body
	case *ast.RangeStmt:
		return stmt, stmt.Body
	}
	return nil, nil
}

// region returns the statements from the first that waits to the end of the
// iteration; nil when the accept is not before them in the same list.
func (m *mover) region(stmts []ast.Stmt, accept token.Pos) []ast.Stmt {
	accepted := false
	for i, s := range stmts {
		if accepted && m.waits(s) {
			return stmts[i:]
		}
		if s.Pos() > accept || accept >= s.End() {
			continue
		}
		if m.waits(s) {
			if i < len(stmts)-1 {
				return nil
			}
			return m.regionIn(s, accept) // the accept is in a branch that ends the iteration
		}
		accepted = true
	}
	return nil
}

// regionIn looks into the branches of a select, switch or if statement.
func (m *mover) regionIn(s ast.Stmt, accept token.Pos) []ast.Stmt {
	var found []ast.Stmt
	ast.Inspect(s, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit, *ast.ForStmt, *ast.RangeStmt:
			return false
		}
		stmts := repair.List(n)
		if found == nil && len(stmts) > 0 && stmts[0].Pos() <= accept && accept < stmts[len(stmts)-1].End() {
			for _, in := range stmts {
				if in.Pos() <= accept && accept < in.End() && !m.waits(in) {
					found = m.region(stmts, accept)
				}
			}
		}
		return found == nil
	})
	return found
}

func (m *mover) waits(s ast.Stmt) bool {
	for _, site := range m.sites {
		if s.Pos() <= site.Pos() && site.Pos() < s.End() {
			return true
		}
	}
	return false
}
