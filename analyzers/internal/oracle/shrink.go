package oracle

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// Shrink makes a program smaller as long as it shows a disagreement of the same
// kind, and returns what is left as source text that the compiler accepts.
func Shrink(p Program, extra bool, trips int) Program {
	bad := func(q Program, strict bool) bool { return disagrees(q, extra, strict, trips) }
	for changed := true; changed; {
		changed = false
		for _, lib := range []bool{false, true} {
			for i := 0; ; i++ {
				q, ok := edit(p, lib, i)
				if !ok {
					break
				}
				if q != p && bad(q, false) {
					p, changed = q, true
					i--
				}
			}
		}
	}
	if q := useAll(p); bad(q, true) {
		p = q
	}
	return p
}

// disagrees reports whether the program is valid and shows a disagreement.
func disagrees(p Program, extra, strict bool, trips int) bool {
	l, err := Load(p)
	if err != nil || strict && len(l.Unused) > 0 {
		return false
	}
	s, err := l.Compare(trips)
	return err == nil && slices.ContainsFunc(s.Wrong, func(d *Disagreement) bool { return d.Extra == extra })
}

// edit applies the i-th possible edit to the main or lib part of a program; ok
// is false when there are not so many.
func edit(p Program, lib bool, i int) (Program, bool) {
	text := p.Main
	if lib {
		text = p.Lib
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", "package p\n"+text, parser.SkipObjectResolution)
	if err != nil {
		return p, false
	}
	e := &editor{left: i}
	e.file(file)
	if !e.done {
		return p, false
	}
	var buf bytes.Buffer
	if format.Node(&buf, fset, file) != nil {
		return p, true
	}
	text = "\n" + strings.TrimPrefix(buf.String(), "package p\n")
	if lib {
		p.Lib = text
	} else {
		p.Main = text
	}
	return p, true
}

// editor counts the places that can be edited down to the one that is.
type editor struct {
	left int
	done bool
}

// here reports whether the next edit is the one to apply.
func (e *editor) here() bool {
	if e.done {
		return false
	}
	e.left--
	e.done = e.left < 0
	return e.done
}

func (e *editor) file(f *ast.File) {
	for i := range f.Decls {
		if e.here() {
			f.Decls = slices.Delete(f.Decls, i, i+1)
			return
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			n.List = e.list(n.List)
		case *ast.CaseClause:
			n.Body = e.list(n.Body)
		case *ast.CommClause:
			n.Body = e.list(n.Body)
		case *ast.BinaryExpr:
			if (n.Op == token.LAND || n.Op == token.LOR) && e.here() {
				n.Y = n.X
			}
		}
		return !e.done
	})
}

func (e *editor) list(list []ast.Stmt) []ast.Stmt {
	for i, s := range list {
		if e.here() {
			return slices.Delete(list, i, i+1)
		}
		for _, body := range bodies(s) {
			if e.here() {
				return slices.Replace(list, i, i+1, body...)
			}
		}
		if s, ok := s.(*ast.IfStmt); ok && s.Else != nil && e.here() {
			s.Else = nil
			return list
		}
	}
	return list
}

// bodies are the lists that may stand instead of a statement.
func bodies(s ast.Stmt) [][]ast.Stmt {
	switch s := s.(type) {
	case *ast.IfStmt:
		out := [][]ast.Stmt{s.Body.List}
		if b, ok := s.Else.(*ast.BlockStmt); ok {
			out = append(out, b.List)
		}
		if s.Init != nil {
			out = append(out, []ast.Stmt{s.Init})
		}
		return out
	case *ast.ForStmt:
		return [][]ast.Stmt{s.Body.List}
	case *ast.RangeStmt:
		return [][]ast.Stmt{s.Body.List}
	case *ast.SwitchStmt:
		return clauses(s.Body)
	case *ast.SelectStmt:
		return clauses(s.Body)
	case *ast.DeferStmt:
		if lit, ok := s.Call.Fun.(*ast.FuncLit); ok {
			return [][]ast.Stmt{lit.Body.List}
		}
		return [][]ast.Stmt{{&ast.ExprStmt{X: s.Call}}}
	case *ast.GoStmt:
		return [][]ast.Stmt{{&ast.ExprStmt{X: s.Call}}}
	}
	return nil
}

func clauses(b *ast.BlockStmt) [][]ast.Stmt {
	var out [][]ast.Stmt
	for _, c := range b.List {
		switch c := c.(type) {
		case *ast.CaseClause:
			out = append(out, c.Body)
		case *ast.CommClause:
			out = append(out, c.Body)
		}
	}
	return out
}

// useAll mentions the variables that nothing uses, so that the compiler accepts
// the program.
func useAll(p Program) Program {
	l, err := Load(p)
	if err != nil {
		return p
	}
	unused := map[string]bool{}
	for _, pos := range l.Unused {
		for _, f := range l.Files {
			ast.Inspect(f, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && id.Pos() == pos {
					unused[id.Name] = true
				}
				return true
			})
		}
	}
	p.Main, p.Lib = blank(p.Main, unused), blank(p.Lib, unused)
	return p
}

// blank replaces variables that are only assigned by the blank identifier.
func blank(text string, unused map[string]bool) string {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", "package p\n"+text, parser.SkipObjectResolution)
	if err != nil {
		return text
	}
	ast.Inspect(file, func(n ast.Node) bool {
		as, ok := n.(*ast.AssignStmt)
		if !ok || as.Tok != token.DEFINE {
			return true
		}
		named := false
		for _, x := range as.Lhs {
			if id, ok := x.(*ast.Ident); ok && unused[id.Name] {
				id.Name = "_"
			}
			named = named || !isBlank(x)
		}
		if !named {
			as.Tok = token.ASSIGN
		}
		return true
	})
	var buf bytes.Buffer
	if format.Node(&buf, fset, file) != nil {
		return text
	}
	return "\n" + strings.TrimPrefix(buf.String(), "package p\n")
}
