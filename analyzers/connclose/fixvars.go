package connclose

import (
	"go/ast"
	"go/token"
	"go/types"
	"iter"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
)

// -- what can be closed --

// variable is an expression that may lead to a resource: a variable, or a field
// of one.
type variable struct {
	name    string
	root    types.Object
	close   string // the statement that closes it
	nilable bool
	imports []analysis.TextEdit
	saved   *saved // it is one that the fix declares
}

// inScope reports whether the name means the variable at pos.
func (v variable) inScope(pkg *types.Package, pos token.Pos) bool {
	if v.saved != nil {
		return v.saved.at <= pos && pos < v.saved.end
	}
	inner := pkg.Scope().Innermost(pos)
	if inner == nil {
		return false
	}
	_, obj := inner.LookupParent(v.root.Name(), pos)
	return obj == v.root
}

const maxVariables = 6

// variables returns what may be closed for a finding: first what the function
// closes on other paths, then what it acquired, then what else has a Close.
func (m *mender) variables(s *suspect, body *repair.Body) []variable {
	var out []variable
	add := func(v variable, ok bool) {
		same := func(w variable) bool { return w.name == v.name && w.root == v.root }
		if ok && !slices.ContainsFunc(out, same) {
			out = append(out, v)
		}
	}
	if s.o.Call == nil {
		add(m.varOf(s, body, s.fn.Params[s.o.Param].Object()))
	} else {
		add(m.acquired(s, body))
	}
	body.Inspect(func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if obj, ok := m.pass.TypesInfo.Defs[id].(*types.Var); ok && closeMethod(obj.Type()) {
				add(m.varOf(s, body, obj))
			}
		}
		return true
	})
	closed := m.closedIn(body)
	slices.SortStableFunc(out, func(a, b variable) int { return rank(closed, a) - rank(closed, b) })
	out = out[:min(len(out), maxVariables)]
	return append(out, m.fields(s, body)...)
}

const maxFieldVariables = 4

// fields are those, with a Close, of objects that have none, which the function
// makes.
func (m *mender) fields(s *suspect, body *repair.Body) (out []variable) {
	body.Inspect(func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		obj, ok := m.pass.TypesInfo.Defs[id].(*types.Var)
		if !ok || id.Name == "_" || closeMethod(obj.Type()) {
			return true
		}
		for f := range structFields(obj.Type()) {
			if !f.Exported() && f.Pkg() != m.pass.Pkg || !closeMethod(f.Type()) {
				continue
			}
			v, ok := m.closing(s, body, variable{name: id.Name + "." + f.Name(), root: obj}, f.Type())
			if ok && len(out) < maxFieldVariables {
				out = append(out, v)
			}
		}
		return true
	})
	return out
}

// structFields yields the fields of a struct or of what a pointer to one points to.
func structFields(t types.Type) iter.Seq[*types.Var] {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return func(func(*types.Var) bool) {}
	}
	return st.Fields()
}

func rank(closed map[types.Object]bool, v variable) int {
	if closed[v.root] && !strings.Contains(v.name, ".") {
		return 0
	}
	return 1
}

// closedIn returns the variables whose Close the function calls.
func (m *mender) closedIn(body *repair.Body) map[types.Object]bool {
	out := map[types.Object]bool{}
	body.Inspect(func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Close" {
				if id, ok := sel.X.(*ast.Ident); ok {
					out[m.pass.TypesInfo.Uses[id]] = true
				}
			}
		}
		return true
	})
	return out
}

// acquired is what the result of the acquiring call is assigned to.
func (m *mender) acquired(s *suspect, body *repair.Body) (v variable, ok bool) {
	call := m.syntax.Calls[s.o.Call.Pos()]
	if call == nil {
		return v, false
	}
	ast.Inspect(body.Block, func(n ast.Node) bool {
		var lhs, rhs []ast.Expr
		switch n := n.(type) {
		case *ast.AssignStmt:
			lhs, rhs = n.Lhs, n.Rhs
		case *ast.ValueSpec:
			for _, id := range n.Names {
				lhs = append(lhs, id)
			}
			rhs = n.Values
		}
		for i, r := range rhs {
			if ast.Unparen(r) != ast.Expr(call) {
				continue
			}
			if len(rhs) == 1 {
				i = s.o.Result
			}
			if i < len(lhs) {
				v, ok = m.exprVar(s, body, lhs[i])
			}
		}
		return true
	})
	return v, ok
}

// exprVar makes a variable of x or x.f.g.
func (m *mender) exprVar(s *suspect, body *repair.Body, e ast.Expr) (variable, bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return m.varOf(s, body, m.pass.TypesInfo.ObjectOf(e))
	case *ast.SelectorExpr:
		v, ok := m.rootOf(e.X)
		if !ok {
			return v, false
		}
		v.name += "." + e.Sel.Name
		return m.closing(s, body, v, m.pass.TypesInfo.TypeOf(e))
	}
	return variable{}, false
}

func (m *mender) rootOf(e ast.Expr) (variable, bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		obj, ok := m.pass.TypesInfo.ObjectOf(e).(*types.Var)
		return variable{name: e.Name, root: obj}, ok
	case *ast.SelectorExpr:
		v, ok := m.rootOf(e.X)
		v.name += "." + e.Sel.Name
		return v, ok
	}
	return variable{}, false
}

func (m *mender) varOf(s *suspect, body *repair.Body, obj types.Object) (variable, bool) {
	v, ok := obj.(*types.Var)
	if !ok || v.Name() == "_" || v.Name() == "" {
		return variable{}, false
	}
	return m.closing(s, body, variable{name: v.Name(), root: v}, v.Type())
}

// closing finds the statement that closes a variable of type t.
func (m *mender) closing(s *suspect, body *repair.Body, v variable, t types.Type) (variable, bool) {
	v.nilable = irx.Nilable(t)
	if closeMethod(t) {
		v.close = v.name + ".Close()"
		return v, true
	}
	if b, ok := t.(*types.Basic); !ok || b.Kind() != types.Int {
		return v, false
	}
	for _, path := range m.descriptorPackages(s) {
		if name, edits, ok := body.Import(path, s.finding.Pos); ok && len(edits) == 0 {
			v.close = name + ".Close(" + v.name + ")"
			return v, true
		}
	}
	return v, false
}

// descriptorPackages lists the packages whose Close ends a descriptor: first the
// one that opened it.
func (m *mender) descriptorPackages(s *suspect) []string {
	paths := []string{"golang.org/x/sys/unix", "syscall"}
	if s.o.Call != nil {
		if fn := irx.CalleeOf(s.o.Call.Common()).Func; fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == paths[1] {
			slices.Reverse(paths)
		}
	}
	return paths
}

// closeMethod reports whether x.Close() is a statement for x of type t.
func closeMethod(t types.Type) bool {
	fn := irx.Method(t, "Close")
	return fn != nil && fn.Signature().Params().Len() == 0
}

// -- what a result uses --

// harmless are methods that may be called on a closed connection.
var harmless = map[string]bool{"RemoteAddr": true, "LocalAddr": true, "Addr": true, "Error": true}

// uses reports whether a result has to be evaluated before the resource is
// closed: it makes a call with something that may lead to it.
func (p *plan) uses(result ast.Expr) bool {
	found := false
	ast.Inspect(result, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return !found
		}
		if tv := p.pass.TypesInfo.Types[call.Fun]; tv.IsType() || tv.IsBuiltin() {
			return true
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
			if harmless[sel.Sel.Name] && len(call.Args) == 0 {
				return false
			}
			if p.leads(sel.X) {
				found = true
			}
		}
		for _, arg := range call.Args {
			if p.leads(arg) && !p.formats(call) {
				found = true
			}
		}
		return !found
	})
	return found
}

// leads reports whether an operand is a local variable that may lead to a
// resource, by its type.
func (p *plan) leads(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		return p.leads(x.X)
	case *ast.StarExpr:
		return p.leads(x.X)
	}
	v, ok := p.rootOf(e)
	if !ok {
		return false
	}
	if v.root.Parent() == p.pass.Pkg.Scope() {
		return false
	}
	for _, w := range p.vars {
		if w.root == v.root {
			return true
		}
	}
	switch t := v.root.Type().Underlying().(type) {
	case *types.Basic:
		return false
	case *types.Interface:
		return !irx.IsError(v.root.Type()) && t.NumMethods() > 0
	}
	return true
}

// formats reports whether a call only makes an error or a text.
func (p *plan) formats(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	fn, ok := p.pass.TypesInfo.Uses[sel.Sel].(*types.Func)
	return ok && fn.Pkg() != nil && (fn.Pkg().Path() == "fmt" || fn.Pkg().Path() == "errors")
}
