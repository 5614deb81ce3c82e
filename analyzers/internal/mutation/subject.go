package mutation

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/own"
	"github.com/sockvet/sockvet/analyzers/internal/summary"
)

// acquisitions are the calls that the engine follows, by their parenthesis, and
// whether it decides what becomes of what they give.
func acquisitions(res *summary.Result) map[token.Pos]bool {
	out := map[token.Pos]bool{}
	for _, fn := range res.Funcs() {
		for _, o := range res.Engine.Outcomes(fn) {
			if o.Call != nil {
				out[o.Call.Pos()] = out[o.Call.Pos()] || !o.Undecided && o.Released
			}
		}
	}
	return out
}

// subject is a package whose functions are changed.
type subject struct {
	*analysis.Pass
	acquired map[token.Pos]bool
	res      *summary.Result
	seen     map[*ssa.Function]map[token.Pos]own.Seen
}

// mutants returns the changes of each function that is right, functions in
// order of their place.
func (s *subject) mutants(base *analyzed) [][]*Mutant {
	var out [][]*Mutant
	for _, file := range s.Files {
		for _, d := range file.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil && !s.endsProcess(d) {
				if ms := s.inFunc(d); len(ms) > 0 && !base.reportedIn(ms[0]) {
					out = append(out, ms)
				}
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i][0], out[j][0]
		return a.File < b.File || a.File == b.File && a.first < b.first
	})
	return out
}

// endsProcess reports whether what the function leaves open does not matter: it
// is main, or the last that main calls.
func (s *subject) endsProcess(d *ast.FuncDecl) bool {
	if s.Pkg.Name() == "main" && d.Recv == nil && (d.Name.Name == "main" || d.Name.Name == "init") {
		return true
	}
	return slices.ContainsFunc(s.res.Funcs(), func(fn *ssa.Function) bool {
		return fn.Pos() == d.Name.Pos() && s.res.Engine.EndsProcess(fn)
	})
}

func (s *subject) inFunc(d *ast.FuncDecl) []*Mutant {
	vars := s.variables(d)
	if len(vars) == 0 {
		return nil
	}
	var out []*Mutant
	add := func(op Op, v *types.Var, n ast.Node, text string, closing *ast.CallExpr) {
		from, to := s.Fset.Position(n.Pos()), s.Fset.Position(n.End())
		if from.Line != to.Line {
			return
		}
		m := &Mutant{
			opened: vars[v], started: s.started(d), Op: op, Func: d.Name.Name, File: from.Filename, Line: from.Line, Variable: v.Name(),
			edit:  analysis.TextEdit{Pos: n.Pos(), End: n.End(), NewText: []byte(text)},
			first: s.Fset.Position(d.Pos()).Line, last: s.Fset.Position(d.End()).Line,
		}
		m.ssaName, m.seen = s.seenAt(d, closing)
		out = append(out, m)
	}
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ExprStmt:
			if v, c := s.closes(n.X); vars[v] != nil {
				add(NoClose, v, n, "_ = "+v.Name(), c)
			}
		case *ast.DeferStmt:
			if v, c := s.closes(n.Call); vars[v] != nil {
				add(NoDefer, v, n, "_ = "+v.Name(), c)
			}
			if cond, v, c := s.guard(n); vars[v] != nil {
				add(Negated, v, cond, "!("+types.ExprString(cond)+")", c)
			}
		}
		return true
	})
	return out
}

// started returns where the functions of the package are declared that a function
// starts with go.
func (s *subject) started(d *ast.FuncDecl) []token.Position {
	var out []token.Position
	ast.Inspect(d.Body, func(n ast.Node) bool {
		g, ok := n.(*ast.GoStmt)
		if !ok {
			return true
		}
		id, ok := g.Call.Fun.(*ast.Ident)
		if sel, isSel := g.Call.Fun.(*ast.SelectorExpr); isSel {
			id, ok = sel.Sel, true
		}
		if !ok {
			return true
		}
		if fn, ok := s.TypesInfo.Uses[id].(*types.Func); ok && fn.Pkg() == s.Pkg {
			out = append(out, s.Fset.Position(fn.Pos()))
		}
		return true
	})
	return out
}

// seenAt tells in which states the walk of a function, and of its literals,
// comes to a call in it.
func (s *subject) seenAt(d *ast.FuncDecl, call *ast.CallExpr) (name string, set own.Seen) {
	for _, fn := range s.res.Funcs() {
		top := fn
		for top.Parent() != nil {
			top = top.Parent()
		}
		if top.Pos() != d.Name.Pos() {
			continue
		}
		if s.seen[fn] == nil {
			s.seen[fn] = s.res.Engine.SeenAtCalls(fn)
		}
		name = top.String()
		set |= s.seen[fn][call.Lparen]
	}
	return name, set
}

// variables are those that something that is followed and closed is assigned to,
// with the lines of the calls that give it.
func (s *subject) variables(d *ast.FuncDecl) map[*types.Var][]int {
	out := map[*types.Var][]int{}
	ast.Inspect(d.Body, func(n ast.Node) bool {
		as, ok := n.(*ast.AssignStmt)
		if !ok || len(as.Rhs) != 1 {
			return true
		}
		call, ok := ast.Unparen(as.Rhs[0]).(*ast.CallExpr)
		if !ok || !s.acquired[call.Lparen] {
			return true
		}
		for _, x := range as.Lhs {
			if id, ok := x.(*ast.Ident); ok {
				if v, ok := s.TypesInfo.ObjectOf(id).(*types.Var); ok {
					out[v] = append(out[v], s.Fset.Position(call.Lparen).Line)
				}
			}
		}
		return true
	})
	return out
}

// closes returns the variable whose Close method an expression calls, or nil.
func (s *subject) closes(x ast.Expr) (*types.Var, *ast.CallExpr) {
	call, ok := x.(*ast.CallExpr)
	if !ok {
		return nil, nil
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Close" {
		return nil, nil
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return nil, nil
	}
	v, _ := s.TypesInfo.Uses[id].(*types.Var)
	return v, call
}

// guard returns the condition under which a deferred literal closes a variable,
// if that is all it does.
func (s *subject) guard(d *ast.DeferStmt) (ast.Expr, *types.Var, *ast.CallExpr) {
	lit, ok := d.Call.Fun.(*ast.FuncLit)
	if !ok || len(lit.Body.List) != 1 {
		return nil, nil, nil
	}
	cond, ok := lit.Body.List[0].(*ast.IfStmt)
	if !ok || len(cond.Body.List) != 1 {
		return nil, nil, nil
	}
	st, ok := cond.Body.List[0].(*ast.ExprStmt)
	if !ok {
		return nil, nil, nil
	}
	v, call := s.closes(st.X)
	return cond.Cond, v, call
}
