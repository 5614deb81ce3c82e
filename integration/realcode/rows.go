package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// A row is one expectation about one function at one commit.
type row struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"` // parent, fix, head or right
	Repo     string   `json:"repo"`
	Commit   string   `json:"commit"`
	Dir      string   `json:"dir"`      // where vet runs: the module's root
	Worktree string   `json:"worktree"` // what File is relative to; Dir if empty
	PkgDir   string   `json:"pkg_dir"`  // relative to Dir
	Env      []string `json:"env"`
	Flags    []string `json:"flags"`
	Func     string   `json:"func"` // "f", "T.m" or "(*T).m"; "-" for the whole file
	File     string   `json:"file"`
	Also     []place  `json:"also"`
	Analyzer string   `json:"analyzer"`
	Scored   bool     `json:"scored"`
	Cause    string   `json:"cause"` // why it is not scored, or what was done to the work tree
}

// A place is a second function where a report is about the row's bug as well: a
// row may name the function that should remove an entry, while the report stands
// where the entry is inserted. Why says so for the reader.
type place struct {
	PkgDir string `json:"pkg_dir"`
	File   string `json:"file"`
	Func   string `json:"func"`
	Why    string `json:"why"`
}

// places are the row's own function first, then those that stand for it.
func (r row) places() []place {
	return append([]place{{PkgDir: r.PkgDir, File: r.File, Func: r.Func}}, r.Also...)
}

func (r row) wantsReport() bool { return r.Kind == "parent" || r.Kind == "head" }

// pattern is the package as the go command wants it: ./x rather than x.
func (p place) pattern() string {
	return "./" + filepath.ToSlash(filepath.Clean(p.PkgDir))
}

// path is where a file of the row is on this machine.
func (r row) path(file string) string {
	root := r.Worktree
	if root == "" {
		root = r.Dir
	}
	return filepath.Join(root, file)
}

func readRows(name string) ([]row, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var rows []row
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return rows, nil
}

func selectRows(rows []row, analyzer, id string) []row {
	var picked []row
	for _, r := range rows {
		if (analyzer == "" || r.Analyzer == analyzer) && strings.Contains(r.ID, id) {
			picked = append(picked, r)
		}
	}
	return picked
}

// lines is a closed range of line numbers.
type lines struct{ first, last int }

func (l lines) contains(n int) bool { return l.first <= n && n <= l.last }

// funcLines finds where the named function stands, function literals in it
// included. A file can hold several functions of one name (init, _); none means
// that the function is not in this version of the file.
func funcLines(file, name string) ([]lines, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	if name == "-" {
		return []lines{{1, fset.File(f.FileStart).LineCount()}}, nil
	}
	want := plainName(name)
	var found []lines
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && declaredName(fn) == want {
			found = append(found, lines{fset.Position(fn.Pos()).Line, fset.Position(fn.End()).Line})
		}
	}
	return found, nil
}

// plainName drops what the rows' spellings of a method differ in:
// (*T).m, (T).m and T.m are one.
func plainName(name string) string {
	return strings.NewReplacer("(", "", ")", "", "*", "").Replace(name)
}

func declaredName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	return receiverName(fn.Recv.List[0].Type) + "." + fn.Name.Name
}

func receiverName(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.StarExpr:
		return receiverName(t.X)
	case *ast.ParenExpr:
		return receiverName(t.X)
	case *ast.IndexExpr:
		return receiverName(t.X)
	case *ast.IndexListExpr:
		return receiverName(t.X)
	}
	return ""
}
