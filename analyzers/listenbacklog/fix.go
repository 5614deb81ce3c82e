package listenbacklog

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/backlog"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
)

// enough is what a backlog is raised to where no package with a constant for it
// is at hand: Linux's net.core.somaxconn since 5.4, which caps it anyway.
const enough = 4096

// fixer raises backlogs.
type fixer struct {
	*checker
	pass *analysis.Pass
	src  *repair.Source
}

func (f *fixer) fix(v backlog.Value) *analysis.SuggestedFix {
	file := f.src.File(v.Pos)
	if file == nil {
		return nil
	}
	if v.Omitted != "" {
		return f.fill(file, v)
	}
	e := f.written(file, v)
	if e == nil {
		return nil
	}
	if lit := f.declared(file, e); lit != nil {
		return f.raise(lit, fmt.Sprint(max(enough, f.min)))
	}
	return f.raise(e, f.value(file, e))
}

func (f *fixer) raise(e ast.Expr, to string) *analysis.SuggestedFix {
	return &analysis.SuggestedFix{
		Message:   "raise the backlog to " + to,
		TextEdits: []analysis.TextEdit{{Pos: e.Pos(), End: e.End(), NewText: []byte(to)}},
	}
}

// written finds the one constant expression that holds the value.
func (f *fixer) written(file *repair.File, v backlog.Value) ast.Expr {
	var found []ast.Expr
	ast.Inspect(file.Syntax, func(n ast.Node) bool {
		if n == nil || n.End() < v.Pos || v.End < n.Pos() {
			return false
		}
		e, ok := n.(ast.Expr)
		if !ok || e.Pos() < v.Pos || v.End < e.End() {
			return true
		}
		tv := f.pass.TypesInfo.Types[e]
		if tv.Value == nil || tv.Value.Kind() != constant.Int {
			return true
		}
		if n, ok := constant.Int64Val(tv.Value); ok && n == v.Int && fits(tv.Type) {
			found = append(found, e)
		}
		return false
	})
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// fits reports whether every backlog is a value of t.
func fits(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0 && b.Kind() != types.Int8 && b.Kind() != types.Uint8
}

// declared returns the number that a named constant stands for, when this place
// is the constant's only use in the package.
func (f *fixer) declared(file *repair.File, e ast.Expr) ast.Expr {
	id, ok := e.(*ast.Ident)
	if !ok {
		return nil
	}
	c, ok := f.pass.TypesInfo.Uses[id].(*types.Const)
	if !ok || c.Exported() || c.Pkg() != f.pass.Pkg {
		return nil
	}
	for other, obj := range f.pass.TypesInfo.Uses {
		if obj == c && other != id {
			return nil
		}
	}
	var lit ast.Expr
	ast.Inspect(file.Syntax, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Names) == 1 && len(spec.Values) == 1 && f.pass.TypesInfo.Defs[spec.Names[0]] == c {
			if l, ok := spec.Values[0].(*ast.BasicLit); ok && l.Kind == token.INT {
				lit = l
			}
		}
		return true
	})
	return lit
}

// value is what a backlog is raised to: the constant of the package that listens
// where it is large enough and at hand.
func (f *fixer) value(file *repair.File, e ast.Expr) string {
	name, edits, ok := file.Import("golang.org/x/sys/unix", e.Pos())
	if ok && len(edits) == 0 && f.isInt(e) && f.min <= enough {
		return name + ".SOMAXCONN"
	}
	name, edits, ok = file.Import("syscall", e.Pos())
	if ok && len(edits) == 0 && f.isInt(e) && f.min <= 128 {
		return name + ".SOMAXCONN"
	}
	return fmt.Sprint(max(enough, f.min))
}

func (f *fixer) isInt(e ast.Expr) bool {
	b, ok := f.pass.TypesInfo.TypeOf(e).(*types.Basic)
	return ok && (b.Kind() == types.Int || b.Kind() == types.UntypedInt)
}

// fill gives the field that a literal leaves out a value.
func (f *fixer) fill(file *repair.File, v backlog.Value) *analysis.SuggestedFix {
	var lit *ast.CompositeLit
	ast.Inspect(file.Syntax, func(n ast.Node) bool {
		if l, ok := n.(*ast.CompositeLit); ok && v.Pos <= l.Pos() && l.End() <= v.End && lit == nil {
			lit = l
		}
		return lit == nil
	})
	if lit == nil || !f.assignable(lit, v.Omitted) {
		return nil
	}
	field := fmt.Sprintf("%s: %d", v.Omitted, max(enough, f.min))
	edit := analysis.TextEdit{Pos: lit.Rbrace, End: lit.Rbrace, NewText: []byte(field)}
	if n := len(lit.Elts); n > 0 {
		if _, keyed := lit.Elts[0].(*ast.KeyValueExpr); !keyed {
			return nil
		}
		edit = file.AfterElement(lit.Elts[n-1], lit.Rbrace, field)
	}
	return &analysis.SuggestedFix{Message: "set " + v.Omitted + " to " + fmt.Sprint(max(enough, f.min)), TextEdits: []analysis.TextEdit{edit}}
}

// assignable reports whether the literal's field is an integer that this package
// can set.
func (f *fixer) assignable(lit *ast.CompositeLit, field string) bool {
	t := f.pass.TypesInfo.TypeOf(lit)
	if t == nil {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, f.pass.Pkg, field)
	v, ok := obj.(*types.Var)
	return ok && fits(v.Type()) && (v.Exported() || v.Pkg() == f.pass.Pkg)
}
