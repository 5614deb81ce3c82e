package peerio

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- settings that have a default --
//
// A configuration is often made in a package that knows of no connection and is never
// built, so the syntax is searched, flow-insensitively. An assignment in an exported
// function that returns nothing and accepts nothing is one for those who call it, and
// not for all who use the object. Test files give nothing to others.

// Default says of a field or a variable that its package gives it a positive constant.
type Default struct{}

// AFact marks Default as a fact.
func (*Default) AFact() {}

func (*Default) String() string { return "has a default" }

// settings are the fields and variables that a package gives positive constants.
type settings struct {
	pass  *analysis.Pass
	given map[*types.Var]bool
	// replace are the functions of the package that give a positive constant for a zero.
	replace map[*types.Func]bool
}

// findSettings gives those of the package their facts.
func findSettings(pass *analysis.Pass, pkg *irx.Package) *settings {
	s := &settings{pass, map[*types.Var]bool{}, map[*types.Func]bool{}}
	if pkg.InStandard() {
		return s
	}
	for before := -1; before < len(s.given)+len(s.replace); { // one may be given what another one holds
		before = len(s.given) + len(s.replace)
		for _, f := range pass.Files {
			if !strings.HasSuffix(pass.Fset.PositionFor(f.Package, false).Filename, "_test.go") {
				s.file(f)
			}
		}
	}
	for v := range s.given {
		shared := v.IsField() || v.Parent() == pass.Pkg.Scope()
		if shared && v.Pkg() == pass.Pkg {
			pass.ExportObjectFact(v, new(Default))
		}
	}
	return s
}

// has reports whether a field or variable has a default, by this package or its own.
func (s *settings) has(v *types.Var) bool {
	v = v.Origin()
	return s.given[v] || v.Pkg() != s.pass.Pkg && v.Pkg() != nil && s.pass.ImportObjectFact(v, new(Default))
}

// file searches a file, its variables first.
func (s *settings) file(f *ast.File) {
	for _, d := range f.Decls {
		if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.VAR {
			s.search(d, true)
		}
	}
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil {
			s.search(d.Body, s.forAll(d))
			s.replaces(d)
		}
	}
}

// search looks for what is given a value; forAll says that an assignment counts.
func (s *settings) search(root ast.Node, forAll bool) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			s.search(n.Body, true)
			return false
		case *ast.CompositeLit:
			s.literal(n)
		case *ast.ValueSpec:
			for i, value := range n.Values {
				if i < len(n.Names) && len(n.Names) == len(n.Values) {
					s.give(n.Names[i], value)
				}
			}
		case *ast.AssignStmt:
			for i, value := range n.Rhs {
				if len(n.Lhs) == len(n.Rhs) && (forAll || n.Tok == token.DEFINE) {
					s.give(n.Lhs[i], value)
				}
			}
		case *ast.CallExpr:
			s.call(n)
		}
		return true
	})
}

// literal: S{Timeout: time.Minute}.
func (s *settings) literal(lit *ast.CompositeLit) {
	t := s.pass.TypesInfo.TypeOf(lit)
	if t == nil {
		return
	}
	fields, ok := irx.Deref(t).Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, elt := range lit.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			s.give(kv.Key, kv.Value)
		} else if i < fields.NumFields() && s.positive(elt) {
			s.note(fields.Field(i))
		}
	}
}

// call: flag.DurationVar(&s.Timeout, "timeout", time.Minute, ""), or any call that is
// given the address of a setting and a value of its type.
func (s *settings) call(call *ast.CallExpr) {
	for _, arg := range call.Args {
		addr, ok := arg.(*ast.UnaryExpr)
		if !ok || addr.Op != token.AND {
			continue
		}
		if v := s.variable(addr.X); v != nil && s.takesDefault(call, v.Type()) {
			s.note(v)
		}
	}
}

// takesDefault reports whether an argument is positive and has a type.
func (s *settings) takesDefault(call *ast.CallExpr, t types.Type) bool {
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool {
		is := s.pass.TypesInfo.TypeOf(arg)
		return is != nil && types.Identical(is, t) && s.positive(arg)
	})
}

func (s *settings) give(to, value ast.Expr) {
	if v := s.variable(to); v != nil && s.positive(value) {
		s.note(v)
	}
}

// note notes a variable that is a number, or points to one.
func (s *settings) note(v *types.Var) {
	if isNumber(irx.Deref(v.Type())) {
		s.given[v.Origin()] = true
	}
}

// variable returns the field or variable that an expression names, or nil.
func (s *settings) variable(e ast.Expr) *types.Var {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, _ := s.pass.TypesInfo.ObjectOf(e).(*types.Var)
		return v
	case *ast.SelectorExpr:
		v, _ := s.pass.TypesInfo.ObjectOf(e.Sel).(*types.Var)
		return v
	}
	return nil
}

// positive reports whether an expression is a positive constant, is made of some, or
// takes one when there is nothing else: max(n, 1), envInt("TIMEOUT", 10), or a function
// that replaces zero.
func (s *settings) positive(e ast.Expr) bool {
	tv := s.pass.TypesInfo.Types[e]
	if tv.Value != nil {
		return tv.Value.Kind() == constant.Int && constant.Sign(tv.Value) > 0
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return s.positive(e.X)
	case *ast.StarExpr:
		return s.positive(e.X)
	case *ast.Ident, *ast.SelectorExpr:
		v := s.variable(e)
		return v != nil && s.has(v)
	case *ast.BinaryExpr:
		return e.Op == token.MUL && s.positive(e.X) && s.positive(e.Y) || e.Op == token.ADD && (s.positive(e.X) || s.positive(e.Y))
	case *ast.CallExpr:
		if s.pass.TypesInfo.Types[e.Fun].IsType() {
			return len(e.Args) == 1 && s.positive(e.Args[0])
		}
		return tv.Type != nil && isNumber(irx.Deref(tv.Type)) && (s.takesDefault(e, irx.Deref(tv.Type)) || s.replacesZero(e))
	}
	return false
}

// replaces notes a function that is given a number, and may return a positive constant
// for it: normalize(opts.Timeout).
func (s *settings) replaces(d *ast.FuncDecl) {
	fn, ok := s.pass.TypesInfo.Defs[d.Name].(*types.Func)
	if !ok || fn.Signature().Results().Len() != 1 || !isNumber(fn.Signature().Results().At(0).Type()) {
		return
	}
	result := fn.Signature().Results().At(0).Type()
	asked := false
	for p := range fn.Signature().Params().Variables() {
		asked = asked || types.Identical(p.Type(), result)
	}
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if asked && len(n.Results) == 1 && s.positive(n.Results[0]) {
				s.replace[fn] = true
			}
		}
		return true
	})
}

// replacesZero reports whether a call is of such a function.
func (s *settings) replacesZero(call *ast.CallExpr) bool {
	name := ast.Unparen(call.Fun)
	if sel, ok := name.(*ast.SelectorExpr); ok {
		name = sel.Sel
	}
	id, ok := name.(*ast.Ident)
	if !ok {
		return false
	}
	fn, ok := s.pass.TypesInfo.Uses[id].(*types.Func)
	return ok && s.replace[fn]
}

// forAll reports whether what a function does to an object is done for all who use it:
// it returns one, it accepts connections itself, or it is not called from outside.
func (s *settings) forAll(d *ast.FuncDecl) bool {
	fn, ok := s.pass.TypesInfo.Defs[d.Name].(*types.Func)
	if !ok || !fn.Exported() {
		return true
	}
	for r := range fn.Signature().Results().Variables() {
		if !irx.IsError(r.Type()) && !irx.IsBool(r.Type()) {
			return true
		}
	}
	accepts := false
	ast.Inspect(d.Body, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		accepts = accepts || ok && sel.Sel.Name == "Accept"
		return !accepts
	})
	return accepts
}
