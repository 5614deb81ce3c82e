package repair

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// trialMark stands in the results of a trial's passes.
var trialMark = &analysis.Analyzer{Name: "sockvet_trial", Doc: "marks the passes of a trial"}

// IsTrial reports whether a pass is over a changed package: no fixes are sought
// in it.
func IsTrial(pass *analysis.Pass) bool { return pass.ResultOf[trialMark] != nil }

// Trial is the package under analysis as it would be after some edits, in
// memory, with the facts of its dependencies.
type Trial struct {
	orig  *analysis.Pass
	irx   *irx.Package // of the package as it is
	fset  *token.FileSet
	files []*ast.File
	pkg   *types.Package
	info  *types.Info
	edits map[*token.File]changes

	results map[*analysis.Analyzer]any
	facts   map[factKey]analysis.Fact
}

type factKey struct {
	obj types.Object
	typ reflect.Type
}

// Try compiles the package with the edits applied. extra, if any, is the text of
// one more file.
func Try(pass *analysis.Pass, pkg *irx.Package, edits []analysis.TextEdit, extra string) (*Trial, error) {
	byFile, ok := changesOf(pass.Fset, edits)
	if !ok {
		return nil, errors.New("edits overlap")
	}
	t := &Trial{
		orig: pass, irx: pkg, edits: byFile, fset: token.NewFileSet(),
		results: map[*analysis.Analyzer]any{}, facts: map[factKey]analysis.Fact{},
	}
	if err := t.parse(extra); err != nil {
		return nil, err
	}
	return t, t.check()
}

func (t *Trial) parse(extra string) error {
	const mode = parser.ParseComments | parser.SkipObjectResolution
	for _, old := range t.orig.Files {
		tok := t.orig.Fset.File(old.FileStart)
		src, err := readFile(t.orig, tok)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(t.fset, tok.Name(), t.edits[tok].apply(src), mode)
		if err != nil {
			return err
		}
		t.files = append(t.files, f)
	}
	if extra == "" {
		return nil
	}
	f, err := parser.ParseFile(t.fset, "sockvet_trial.go", "package "+t.orig.Pkg.Name()+"\n"+extra, mode)
	t.files = append(t.files, f)
	return err
}

func (t *Trial) check() error {
	t.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: map[ast.Node]*types.Scope{}, Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
	cfg := types.Config{Importer: newImporter(t.orig), Sizes: t.orig.TypesSizes, GoVersion: t.orig.Pkg.GoVersion()}
	pkg, err := cfg.Check(t.orig.Pkg.Path(), t.fset, t.files, t.info)
	t.pkg = pkg
	return err
}

// Pkg is the changed package.
func (t *Trial) Pkg() *types.Package { return t.pkg }

// Position is where a position of the trial is.
func (t *Trial) Position(pos token.Pos) token.Position { return t.fset.Position(pos) }

// Result returns what an analyzer that another one required has given.
func (t *Trial) Result(a *analysis.Analyzer) any { return t.results[a] }

// Run runs an analyzer, and what it requires, on the changed package.
func (t *Trial) Run(a *analysis.Analyzer) (result any, found []analysis.Diagnostic, err error) {
	resultOf := map[*analysis.Analyzer]any{trialMark: true}
	for _, req := range a.Requires {
		if _, done := t.results[req]; !done {
			if t.results[req], _, err = t.Run(req); err != nil {
				return nil, nil, err
			}
		}
		resultOf[req] = t.results[req]
	}
	if len(a.FactTypes) > 0 && t.irx.FactsOf(a) == nil {
		return nil, nil, fmt.Errorf("the facts of %s are not known", a.Name)
	}
	pass := t.pass(a, resultOf, &found)
	result, err = a.Run(pass)
	if err == nil {
		err = t.failure()
	}
	return result, found, err
}

// failure returns an error when the analysis of the changed package panicked
// somewhere: what it did not find then says nothing.
func (t *Trial) failure() error {
	pkg, ok := t.results[irx.Analyzer].(*irx.Package)
	if !ok {
		return nil
	}
	for _, f := range pkg.Failures() {
		f.Pos = token.NoPos // of another file set
		t.irx.NoteFailure(f)
	}
	if failed := pkg.Failures(); len(failed) > 0 {
		return errors.New(failed[0].String())
	}
	return nil
}

func (t *Trial) pass(a *analysis.Analyzer, resultOf map[*analysis.Analyzer]any, found *[]analysis.Diagnostic) *analysis.Pass {
	known := t.irx.FactsOf(a)
	return &analysis.Pass{
		Analyzer: a, Fset: t.fset, Files: t.files, Pkg: t.pkg, TypesInfo: t.info, TypesSizes: t.orig.TypesSizes,
		Module: t.orig.Module, ResultOf: resultOf,
		Report: func(d analysis.Diagnostic) { *found = append(*found, d) },
		ImportObjectFact: func(obj types.Object, f analysis.Fact) bool {
			if obj.Pkg() != t.pkg {
				return known.ImportObjectFact(obj, f)
			}
			have, ok := t.facts[factKey{obj, reflect.TypeOf(f)}]
			if ok {
				reflect.ValueOf(f).Elem().Set(reflect.ValueOf(have).Elem())
			}
			return ok
		},
		ExportObjectFact: func(obj types.Object, f analysis.Fact) { t.facts[factKey{obj, reflect.TypeOf(f)}] = f },
		ImportPackageFact: func(pkg *types.Package, f analysis.Fact) bool {
			return pkg != t.pkg && known != nil && known.ImportPackageFact(pkg, f)
		},
		ExportPackageFact: func(analysis.Fact) {},
		AllObjectFacts:    func() []analysis.ObjectFact { return nil },
		AllPackageFacts:   func() []analysis.PackageFact { return nil },
		ReadFile:          func(string) ([]byte, error) { return nil, errors.New("a trial has no files") },
	}
}

// place is a position that does not depend on a file set.
type place struct {
	file   string
	offset int
}

// oldPlace returns where a position of the package as it is will be.
func (t *Trial) oldPlace(pos token.Pos) place {
	tok := t.orig.Fset.File(pos)
	if tok == nil {
		return place{}
	}
	return place{tok.Name(), t.edits[tok].moved(tok.Offset(pos))}
}

func (t *Trial) newPlace(pos token.Pos) place {
	tok := t.fset.File(pos)
	if tok == nil {
		return place{}
	}
	return place{tok.Name(), tok.Offset(pos)}
}

// posBefore returns where a position of a trial without edits is in the package.
func (t *Trial) posBefore(pos token.Pos) token.Pos {
	at := t.newPlace(pos)
	for _, f := range t.orig.Files {
		if tok := t.orig.Fset.File(f.FileStart); tok.Name() == at.file {
			return tok.Pos(at.offset)
		}
	}
	return token.NoPos
}

// sameFunc reports whether a fix changes the function that is around a place of
// the changed package.
func (t *Trial) sameFunc(fix *analysis.SuggestedFix, pos token.Pos) bool {
	at := funcAt(t.files, pos)
	for _, e := range fix.TextEdits {
		if fn := funcAt(t.orig.Files, e.Pos); at != nil && fn != nil && signature(fn) == signature(at) {
			return true
		}
	}
	return false
}

// Broken returns the function of the unchanged package in which the changed one
// does not compile, or nil when that cannot be told.
func (t *Trial) Broken(err error) *ast.FuncDecl {
	var e types.Error
	if !errors.As(err, &e) {
		return nil
	}
	at := funcAt(t.files, e.Pos)
	if at == nil {
		return nil
	}
	for _, f := range t.orig.Files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && signature(fn) == signature(at) {
				return fn
			}
		}
	}
	return nil
}

// funcAt returns the declaration of the function around a position, or nil.
func funcAt(files []*ast.File, pos token.Pos) *ast.FuncDecl {
	for _, f := range files {
		if pos < f.FileStart || f.FileEnd < pos {
			continue
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Pos() <= pos && pos < fn.End() {
				return fn
			}
		}
	}
	return nil
}

// signature tells the functions of a package apart.
func signature(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	return types.ExprString(fn.Recv.List[0].Type) + "." + fn.Name.Name
}
