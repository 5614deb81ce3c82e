package backlog

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"
)

// places finds the source of what is reported.
type places struct{ pass *analysis.Pass }

// path returns the nodes around a position, innermost first.
func (p places) path(pos token.Pos) []ast.Node {
	for _, f := range p.pass.Files {
		if f.FileStart <= pos && pos <= f.FileEnd {
			nodes, _ := astutil.PathEnclosingInterval(f, pos, pos)
			return nodes
		}
	}
	return nil
}

// arg returns the source of an operand of a call, or of the whole call.
func (p places) arg(instr ssa.CallInstruction, operand int) (pos, end token.Pos) {
	at := instr.Common().Pos()
	for _, n := range p.path(at) {
		call, ok := n.(*ast.CallExpr)
		if !ok || call.Lparen != at {
			continue
		}
		i := operand
		if sig := instr.Common().Signature(); sig.Recv() != nil || instr.Common().IsInvoke() {
			i--
		}
		if i >= 0 && i < len(call.Args) && !call.Ellipsis.IsValid() {
			return call.Args[i].Pos(), call.Args[i].End()
		}
		return call.Pos(), call.End()
	}
	return at, token.NoPos
}

// store returns the source of an assignment, a declaration or a literal's field.
func (p places) store(st *ssa.Store) (pos, end token.Pos) {
	at := st.Pos()
	if !at.IsValid() {
		at = st.Addr.Pos()
	}
	for _, n := range p.path(at) {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			return n.Value.Pos(), n.Value.End()
		case *ast.AssignStmt, *ast.ValueSpec:
			return n.Pos(), n.End()
		case *ast.BlockStmt:
			return at, token.NoPos
		}
	}
	return at, token.NoPos
}

// literal returns the source of the composite literal that fills a variable, or
// of the variable.
func (p places) literal(v ssa.Value) (pos, end token.Pos) {
	for _, n := range p.path(v.Pos()) {
		switch n := n.(type) {
		case *ast.CompositeLit:
			return n.Pos(), n.End()
		case *ast.AssignStmt:
			return literalIn(n.Rhs, n)
		case *ast.ValueSpec:
			return literalIn(n.Values, n)
		case *ast.BlockStmt:
			return v.Pos(), token.NoPos
		}
	}
	return v.Pos(), token.NoPos
}

func literalIn(exprs []ast.Expr, whole ast.Node) (pos, end token.Pos) {
	for _, e := range exprs {
		if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
			e = u.X
		}
		if lit, ok := e.(*ast.CompositeLit); ok && len(exprs) == 1 {
			return lit.Pos(), lit.End()
		}
	}
	return whole.Pos(), whole.End()
}
