package repair

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"path"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// -- importing for a trial --

// trialImporter gives a changed package what the unchanged one has imported. A
// package that only the change imports is replaced by the few objects of it
// that fixes use.
type trialImporter struct {
	direct map[string]*types.Package // by the path that the source gives
	all    map[string]*types.Package
}

func newImporter(pass *analysis.Pass) *trialImporter {
	im := &trialImporter{direct: map[string]*types.Package{}, all: map[string]*types.Package{}}
	var visit func(*types.Package)
	visit = func(p *types.Package) {
		if im.all[p.Path()] == nil {
			im.all[p.Path()] = p
			for _, q := range p.Imports() {
				visit(q)
			}
		}
	}
	for _, p := range pass.Pkg.Imports() {
		im.direct[p.Path()] = p
		visit(p)
	}
	for _, f := range pass.Files {
		for _, spec := range f.Imports {
			if name := pass.TypesInfo.PkgNameOf(spec); name != nil {
				if p, err := strconv.Unquote(spec.Path.Value); err == nil {
					im.direct[p] = name.Imported()
				}
			}
		}
	}
	im.all["unsafe"], im.direct["unsafe"] = types.Unsafe, types.Unsafe
	return im
}

// Import implements types.Importer.
func (im *trialImporter) Import(p string) (*types.Package, error) {
	if pkg := im.direct[p]; pkg != nil {
		return pkg, nil
	}
	if pkg := im.standIn(p); pkg != nil {
		im.direct[p] = pkg
		return pkg, nil
	}
	return nil, fmt.Errorf("package %s is not at hand", p)
}

func (im *trialImporter) named(pkg, name string) types.Type {
	if p := im.all[pkg]; p != nil {
		if obj, ok := p.Scope().Lookup(name).(*types.TypeName); ok {
			return obj.Type()
		}
	}
	return nil
}

// standIn makes a package with what fixes use of it; the types are the real
// ones. It returns nil when they are not at hand.
func (im *trialImporter) standIn(p string) *types.Package {
	pkg := types.NewPackage(p, path.Base(p))
	errType := types.Universe.Lookup("error").Type()
	switch p {
	case "errors":
		b := types.Typ[types.Bool]
		pkg.Scope().Insert(function(pkg, "Is", []types.Type{errType, errType}, b))
	case "net":
		pkg.Scope().Insert(types.NewVar(token.NoPos, pkg, "ErrClosed", errType))
	case "time":
		tm, d := im.named("time", "Time"), im.named("time", "Duration")
		if tm == nil || d == nil {
			return nil
		}
		pkg.Scope().Insert(types.NewTypeName(token.NoPos, pkg, "Duration", d))
		pkg.Scope().Insert(types.NewTypeName(token.NoPos, pkg, "Time", tm))
		pkg.Scope().Insert(function(pkg, "Now", nil, tm))
		pkg.Scope().Insert(function(pkg, "Sleep", []types.Type{d}))
		pkg.Scope().Insert(types.NewConst(token.NoPos, pkg, "Millisecond", d, constant.MakeInt64(1e6)))
		pkg.Scope().Insert(types.NewConst(token.NoPos, pkg, "Second", d, constant.MakeInt64(1e9)))
	case "context":
		ctx, cancel, d := im.named(p, "Context"), im.named(p, "CancelFunc"), im.named("time", "Duration")
		if ctx == nil || d == nil {
			return nil
		}
		if cancel == nil {
			cancel = types.NewSignatureType(nil, nil, nil, nil, nil, false)
		}
		pkg.Scope().Insert(function(pkg, "Background", nil, ctx))
		pkg.Scope().Insert(function(pkg, "WithTimeout", []types.Type{ctx, d}, ctx, cancel))
	default:
		return nil
	}
	pkg.MarkComplete()
	return pkg
}

func function(pkg *types.Package, name string, params []types.Type, results ...types.Type) *types.Func {
	tuple := func(ts []types.Type) *types.Tuple {
		var vars []*types.Var
		for _, t := range ts {
			vars = append(vars, types.NewParam(token.NoPos, pkg, "", t))
		}
		return types.NewTuple(vars...)
	}
	sig := types.NewSignatureType(nil, nil, nil, tuple(params), tuple(results), false)
	return types.NewFunc(token.NoPos, pkg, name, sig)
}

// -- importing for a fix --

// Import returns the name by which the file knows a standard package at pos, and
// the edits that import it when it does not yet. It fails when the name means
// something else there.
func (f *File) Import(p string, pos token.Pos) (name string, edits []analysis.TextEdit, ok bool) {
	scope := f.pass.Pkg.Scope().Innermost(pos)
	for _, spec := range f.Syntax.Imports {
		if v, err := strconv.Unquote(spec.Path.Value); err != nil || v != p {
			continue
		}
		obj := f.pass.TypesInfo.PkgNameOf(spec)
		if obj == nil || obj.Name() == "_" || obj.Name() == "." {
			return "", nil, false
		}
		if _, found := scope.LookupParent(obj.Name(), pos); found != obj {
			return "", nil, false
		}
		return obj.Name(), nil, true
	}
	name = path.Base(p)
	if _, found := scope.LookupParent(name, pos); found != nil || f.pass.Pkg.Scope().Lookup(name) != nil {
		return "", nil, false
	}
	edit, ok := f.addImport(p)
	return name, []analysis.TextEdit{edit}, ok
}

// addImport puts a standard package where gofmt sorts it.
func (f *File) addImport(p string) (analysis.TextEdit, bool) {
	quoted := strconv.Quote(p)
	for _, d := range f.Syntax.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			continue
		}
		if cgo(gen) {
			continue
		}
		if !gen.Lparen.IsValid() {
			return insert(gen.End(), "\nimport "+quoted), true
		}
		return f.insertSpec(gen, quoted)
	}
	return insert(f.Syntax.Name.End(), "\n\nimport "+quoted), true
}

func (f *File) insertSpec(gen *ast.GenDecl, quoted string) (analysis.TextEdit, bool) {
	var last *ast.ImportSpec
	for _, s := range gen.Specs {
		spec := s.(*ast.ImportSpec)
		if first, _, _ := strings.Cut(spec.Path.Value, "/"); strings.Contains(first, ".") || f.blankLineBetween(last, spec) {
			break
		}
		if last != nil && spec.Path.Value > quoted {
			break
		}
		if last == nil && spec.Path.Value > quoted && spec.Doc == nil {
			return f.Before(spec.Pos(), quoted), true
		}
		last = spec
	}
	if last == nil {
		if len(gen.Specs) == 0 {
			return insert(gen.Lparen+1, "\n\t"+quoted+"\n"), true
		}
		return insert(gen.Lparen+1, "\n\t"+quoted+"\n"), true
	}
	return f.After(last.Pos(), last.End(), quoted)
}

func (f *File) blankLineBetween(a, b *ast.ImportSpec) bool {
	return a != nil && f.tok.Line(b.Pos())-f.tok.Line(a.End()) > 1 && b.Doc == nil
}

func cgo(gen *ast.GenDecl) bool {
	for _, s := range gen.Specs {
		if s.(*ast.ImportSpec).Path.Value == `"C"` {
			return true
		}
	}
	return false
}
