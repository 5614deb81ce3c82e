package handshakedeadline

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
)

// -- fixes --
//
// A deadline is set right before the statement that makes the exchange, and
// removed where the exchange has succeeded.

// limit is the bound that a fix sets where the program has none of its own.
const limit = "10 * time.Second"

// fixer bounds the exchanges of one package.
type fixer struct {
	pass   *analysis.Pass
	src    *repair.Source
	syntax *irx.Syntax
}

func (f *fixer) fix(o *open) *analysis.SuggestedFix {
	call := f.syntax.Calls[o.wait.At]
	if call == nil {
		return nil
	}
	file := f.src.File(call.Pos())
	if file == nil {
		return nil
	}
	fn := enclosing(file.Syntax, call.Pos())
	if fn == nil {
		return nil
	}
	body := repair.NewBody(file, fn)
	if body == nil {
		return nil
	}
	conn := f.connOf(call)
	if conn == nil {
		return nil
	}
	before, ok := body.Enclosing(call.Pos())
	if !ok {
		return nil
	}
	name, edits, ok := body.Import("time", before.Pos)
	if !ok {
		return nil
	}
	setter := body.Text(conn) + "." + f.setter(body) + "("
	set, clear := setter+name+".Now().Add("+f.limit(fn, before.Pos, name)+"))", setter+name+".Time{})"
	if after, ok := body.AfterSuccess(call.Pos()); ok {
		edits = append(edits, before.Edit(set), after.Edit(clear))
	} else if loop, _ := body.LoopEnds(call.Pos()); loop == nil && before.Returns {
		edits = append(edits, before.Edit(set, "defer "+clear))
	} else {
		return nil
	}
	return &analysis.SuggestedFix{Message: "bound it by a deadline, and remove that when it is done", TextEdits: edits}
}

// enclosing returns the innermost function around pos.
func enclosing(file *ast.File, pos token.Pos) (fn ast.Node) {
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			fn = n
		}
		return true
	})
	return fn
}

// connOf returns the variable or field that the exchange is made on: the
// receiver of the call, or an operand, that takes deadlines.
func (f *fixer) connOf(call *ast.CallExpr) ast.Expr {
	var operands []ast.Expr
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		operands = append(operands, sel.X)
	}
	for _, e := range append(operands, call.Args...) {
		if simple(e) && takesDeadlines(f.pass.TypesInfo.TypeOf(e)) {
			return e
		}
	}
	return nil
}

// simple reports whether evaluating e twice is the same as once.
func simple(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name != "_"
	case *ast.SelectorExpr:
		return simple(e.X)
	}
	return false
}

func takesDeadlines(t types.Type) bool {
	fn := irx.Method(t, "SetDeadline")
	return fn != nil && fn.Signature().Params().Len() == 1 && irx.HasMethod(t, "SetReadDeadline")
}

// setter is the method that bounds the exchange. A write deadline that the
// function sets is left alone.
func (f *fixer) setter(body *repair.Body) string {
	name := "SetDeadline"
	body.Inspect(func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "SetWriteDeadline" {
			name = "SetReadDeadline"
		}
		return true
	})
	return name
}

// limit returns the time that the program allows for a handshake, if its
// configuration has one, or a usual one.
func (f *fixer) limit(fn ast.Node, pos token.Pos, timePkg string) string {
	scope := f.pass.Pkg.Scope().Innermost(pos)
	if decl, ok := fn.(*ast.FuncDecl); ok {
		var fields []*ast.Field
		if decl.Recv != nil {
			fields = append(fields, decl.Recv.List...)
		}
		for _, field := range append(fields, decl.Type.Params.List...) {
			for _, id := range field.Names {
				obj := f.pass.TypesInfo.Defs[id]
				if obj == nil || id.Name == "_" {
					continue
				}
				if _, found := scope.LookupParent(id.Name, pos); found != obj {
					continue
				}
				if path := f.timeoutIn(obj.Type(), 0); path != "" {
					return id.Name + path
				}
			}
		}
	}
	return strings.Replace(limit, "time", timePkg, 1)
}

const maxFields = 2

// timeoutIn returns the path to a field for the time that a handshake may take.
func (f *fixer) timeoutIn(t types.Type, depth int) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > maxFields {
		return ""
	}
	inner := ""
	for i := range st.NumFields() {
		v := st.Field(i)
		if !v.Exported() && v.Pkg() != f.pass.Pkg {
			continue
		}
		if strings.EqualFold(v.Name(), "HandshakeTimeout") && v.Type().String() == "time.Duration" {
			return "." + v.Name()
		}
		if path := f.timeoutIn(v.Type(), depth+1); path != "" && inner == "" {
			if inner = "." + v.Name() + path; v.Embedded() {
				inner = path
			}
		}
	}
	return inner
}
