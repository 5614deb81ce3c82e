package growth

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/ast/astutil"

	"github.com/sockvet/sockvet/analyzers/internal/registry"
)

// variable returns the variable that the source names as the key of an
// operation: m[key] = v, delete(m, key), m.Store(key, v); nil for any other
// expression. The SSA form of a variable that is not captured has no name.
func (g *grower) variable(o *registry.Op) *types.Var {
	if !o.At.Pos().IsValid() || o.At != o.Instr {
		return nil
	}
	for _, f := range g.pass.Files {
		if f.FileStart > o.At.Pos() || o.At.Pos() > f.FileEnd {
			continue
		}
		path, _ := astutil.PathEnclosingInterval(f, o.At.Pos(), o.At.Pos())
		for _, n := range path {
			if key := keyOf(n); key != nil {
				id, _ := ast.Unparen(key).(*ast.Ident)
				if id == nil {
					return nil
				}
				v, _ := g.pass.TypesInfo.Uses[id].(*types.Var)
				return v
			}
		}
	}
	return nil
}

// keyOf is the key in an assignment to a map's element or in a call that has one
// as its first argument after the map.
func keyOf(n ast.Node) ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if len(n.Lhs) == 1 {
			if at, ok := n.Lhs[0].(*ast.IndexExpr); ok {
				return at.Index
			}
		}
	case *ast.CallExpr:
		if _, isMethod := n.Fun.(*ast.SelectorExpr); isMethod && len(n.Args) > 0 {
			return n.Args[0]
		}
		if len(n.Args) == 2 {
			return n.Args[1]
		}
	}
	return nil
}
