package source

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
)

type funcRange struct {
	name       string
	start, end int // lines, both inclusive
}

// FuncAt names the declared function that holds the line, "F" or "(*T).F";
// "" outside of functions and in files that are not Go.
func (f *File) FuncAt(line int) string {
	r, _ := f.funcAt(line)
	return r.name
}

// FuncLines returns the first and last line of the declared function that
// holds the line.
func (f *File) FuncLines(line int) (first, last int, ok bool) {
	r, ok := f.funcAt(line)
	return r.start, r.end, ok
}

func (f *File) funcAt(line int) (funcRange, bool) {
	if f == nil {
		return funcRange{}, false
	}
	f.parse()
	for _, r := range f.funcs {
		if r.start <= line && line <= r.end {
			return r, true
		}
	}
	return funcRange{}, false
}

// parse keeps what the parser could recover from a file with errors.
func (f *File) parse() {
	if f.parsed {
		return
	}
	f.parsed = true
	fset := token.NewFileSet()
	tree, _ := parser.ParseFile(fset, f.Path, f.text, parser.SkipObjectResolution)
	if tree == nil {
		return
	}
	pos := func(p token.Pos) finding.Pos {
		// Unadjusted: positions here are of the text, not of //line directives.
		position := fset.PositionFor(p, false)
		return finding.Pos{Line: position.Line, Col: position.Column}
	}
	for _, d := range tree.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			f.funcs = append(f.funcs, funcRange{funcName(fn), pos(fn.Pos()).Line, pos(fn.End()).Line})
		}
	}
	f.ends = make(map[finding.Pos]finding.Pos)
	ast.Inspect(tree, func(n ast.Node) bool {
		if simple(n) {
			if start := pos(n.Pos()); f.ends[start] == (finding.Pos{}) {
				f.ends[start] = pos(n.End()) // the outermost comes first
			}
		}
		return true
	})
}

// simple reports whether a position that has no end stands for the whole node:
// expressions, and statements that hold no others.
func simple(n ast.Node) bool {
	switch n.(type) {
	case ast.Expr, *ast.ReturnStmt, *ast.BranchStmt, *ast.ExprStmt, *ast.AssignStmt,
		*ast.GoStmt, *ast.DeferStmt, *ast.SendStmt, *ast.IncDecStmt:
		return true
	}
	return false
}

// extent is the end, on the same line, of what begins at a place; the place
// itself when nothing does.
func (f *File) extent(start finding.Pos) finding.Pos {
	f.parse()
	end, ok := f.ends[start]
	if !ok {
		return start
	}
	if end.Line > start.Line {
		text, _ := f.Line(start.Line)
		end = finding.Pos{Line: start.Line, Col: len(strings.TrimRight(text, " \t")) + 1}
	}
	return end
}

func funcName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	recv := types.ExprString(fn.Recv.List[0].Type)
	if _, ptr := fn.Recv.List[0].Type.(*ast.StarExpr); ptr {
		recv = "(" + recv + ")"
	}
	return recv + "." + fn.Name.Name
}

// Rewritten reports whether the compiler, and with it the analyzers, saw
// another text under this name: cgo writes files anew, and //line directives
// name files that others were made from. Lines are right then, but offsets of
// edits are not.
func (f *File) Rewritten() bool {
	if f == nil {
		return true
	}
	if strings.Contains(f.text, "\n//line ") || strings.Contains(f.text, "/*line ") {
		return true
	}
	tree, err := parser.ParseFile(token.NewFileSet(), f.Path, f.text, parser.ImportsOnly)
	if err != nil {
		return true // not Go
	}
	return slices.ContainsFunc(tree.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"C"` })
}
