package source

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
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
	line := func(p token.Pos) int {
		// Unadjusted: positions here are of the text, not of //line directives.
		return fset.PositionFor(p, false).Line
	}
	for _, d := range tree.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			f.funcs = append(f.funcs, funcRange{funcName(fn), line(fn.Pos()), line(fn.End())})
		}
	}
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
