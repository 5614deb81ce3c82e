// Package mutation breaks functions that are right and looks whether connclose
// notices.
//
// The subjects are functions without a report that acquire something and close
// it. In each, one place at a time is changed: a Close is left out, or the
// condition is turned round under which a deferred literal closes. (Elsewhere a
// condition that is turned round mostly makes a function return what it closed,
// which is another bug.) All functions of a set of packages are changed at once, each at its k-th place, and the packages are
// analyzed anew; a change counts as noticed when a report appears in its
// function. A change that leaves the function right (it closes twice) is not
// told apart: those that are not noticed are listed, to be read.
package mutation

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"slices"
	"sort"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/sockvet/sockvet/analyzers/connclose"
	"github.com/sockvet/sockvet/analyzers/internal/summary"
)

// Op is a kind of change.
type Op string

const (
	// NoClose leaves a Close out.
	NoClose Op = "no close"
	// NoDefer leaves a deferred Close out.
	NoDefer Op = "no deferred close"
	// Negated turns round the condition under which a deferred literal closes.
	Negated Op = "negated"
)

// Mutant is one change of one function.
type Mutant struct {
	Op       Op
	Func     string
	File     string
	Line     int
	Variable string
	Noticed  bool

	from, to    int // the text that is replaced
	text        string
	first, last int // lines of the function
}

func (m *Mutant) String() string {
	return fmt.Sprintf("%s:%d: %s: %s of %s", m.File, m.Line, m.Func, m.Op, m.Variable)
}

// Run mutates the functions of packages, which are patterns of the go command
// in a directory.
func Run(dir string, patterns ...string) ([]*Mutant, error) {
	base, err := analyze(dir, nil, patterns)
	if err != nil {
		return nil, err
	}
	byFunc := base.mutants()
	var all []*Mutant
	for k := 0; ; k++ {
		var round []*Mutant
		for _, ms := range byFunc {
			if k < len(ms) {
				round = append(round, ms[k])
			}
		}
		if len(round) == 0 {
			return all, nil
		}
		overlay, err := apply(round)
		if err != nil {
			return nil, err
		}
		changed, err := analyze(dir, overlay, patterns)
		if err != nil {
			return nil, err
		}
		for _, m := range round {
			m.Noticed = changed.reportedIn(m)
		}
		all = append(all, round...)
	}
}

// analyzed are packages with what is reported of them.
type analyzed struct {
	roots   []*checker.Action
	reports map[string][]int // lines, by file
}

func analyze(dir string, overlay map[string][]byte, patterns []string) (*analyzed, error) {
	cfg := &packages.Config{Mode: packages.LoadAllSyntax | packages.NeedModule, Dir: dir, Overlay: overlay, Env: append(os.Environ(), "GOWORK=off")}
	pkgs, err := packages.Load(cfg, patterns...)
	if err != nil {
		return nil, err
	}
	for _, p := range pkgs {
		if len(p.Errors) > 0 {
			return nil, p.Errors[0]
		}
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{connclose.Analyzer, summary.Analyzer}, pkgs, nil)
	if err != nil {
		return nil, err
	}
	a := &analyzed{roots: graph.Roots, reports: map[string][]int{}}
	for _, act := range graph.Roots {
		if act.Err != nil {
			return nil, act.Err
		}
		for _, d := range act.Diagnostics {
			p := act.Package.Fset.Position(d.Pos)
			a.reports[p.Filename] = append(a.reports[p.Filename], p.Line)
		}
	}
	return a, nil
}

func (a *analyzed) reportedIn(m *Mutant) bool {
	return slices.ContainsFunc(a.reports[m.File], func(line int) bool { return m.first <= line && line <= m.last })
}

// mutants returns the changes of each function that is right, functions in
// order of their place.
func (a *analyzed) mutants() [][]*Mutant {
	var out [][]*Mutant
	for _, act := range a.roots {
		if act.Analyzer != summary.Analyzer {
			continue
		}
		res := act.Result.(*summary.Result)
		if res.Engine == nil {
			continue
		}
		s := &subject{act.Package, acquisitions(res)}
		for _, file := range act.Package.Syntax {
			for _, d := range file.Decls {
				if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil {
					if ms := s.inFunc(d); len(ms) > 0 && !a.reportedIn(ms[0]) {
						out = append(out, ms)
					}
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

// acquisitions are the calls that the engine follows, by their parenthesis, and
// whether it decides what becomes of what they give.
func acquisitions(res *summary.Result) map[token.Pos]bool {
	out := map[token.Pos]bool{}
	for _, fn := range res.Funcs() {
		for _, o := range res.Engine.Outcomes(fn) {
			if o.Call != nil {
				out[o.Call.Pos()] = !o.Undecided && o.Released
			}
		}
	}
	return out
}

// subject is a package whose functions are changed.
type subject struct {
	*packages.Package
	acquired map[token.Pos]bool
}

func (s *subject) inFunc(d *ast.FuncDecl) []*Mutant {
	vars := s.variables(d)
	var out []*Mutant
	add := func(op Op, v *types.Var, n ast.Node, text string) {
		from, to := s.Fset.Position(n.Pos()), s.Fset.Position(n.End())
		if from.Line != to.Line {
			return
		}
		out = append(out, &Mutant{
			Op: op, Func: d.Name.Name, File: from.Filename, Line: from.Line, Variable: v.Name(), from: from.Offset, to: to.Offset, text: text,
			first: s.Fset.Position(d.Pos()).Line, last: s.Fset.Position(d.End()).Line,
		})
	}
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ExprStmt:
			if v := s.closes(n.X); vars[v] {
				add(NoClose, v, n, "_ = "+v.Name())
			}
		case *ast.DeferStmt:
			if v := s.closes(n.Call); vars[v] {
				add(NoDefer, v, n, "_ = "+v.Name())
			}
			if c, v := s.guard(n); vars[v] {
				add(Negated, v, c, "!("+types.ExprString(c)+")")
			}
		}
		return true
	})
	return out
}

// variables are those that something that is followed and closed is assigned to.
func (s *subject) variables(d *ast.FuncDecl) map[*types.Var]bool {
	out := map[*types.Var]bool{}
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
					out[v] = true
				}
			}
		}
		return true
	})
	return out
}

// closes returns the variable whose Close method an expression calls, or nil.
func (s *subject) closes(x ast.Expr) *types.Var {
	call, ok := x.(*ast.CallExpr)
	if !ok {
		return nil
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Close" {
		return nil
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := s.TypesInfo.Uses[id].(*types.Var)
	return v
}

// guard returns the condition under which a deferred literal closes a variable,
// if that is all it does.
func (s *subject) guard(d *ast.DeferStmt) (ast.Expr, *types.Var) {
	lit, ok := d.Call.Fun.(*ast.FuncLit)
	if !ok || len(lit.Body.List) != 1 {
		return nil, nil
	}
	cond, ok := lit.Body.List[0].(*ast.IfStmt)
	if !ok || len(cond.Body.List) != 1 {
		return nil, nil
	}
	st, ok := cond.Body.List[0].(*ast.ExprStmt)
	if !ok {
		return nil, nil
	}
	return cond.Cond, s.closes(st.X)
}

// apply makes the changed files.
func apply(round []*Mutant) (map[string][]byte, error) {
	round = slices.Clone(round)
	sort.Slice(round, func(i, j int) bool { return round[i].from > round[j].from })
	overlay := map[string][]byte{}
	for _, m := range round {
		text, ok := overlay[m.File]
		if !ok {
			var err error
			if text, err = os.ReadFile(m.File); err != nil {
				return nil, err
			}
		}
		overlay[m.File] = slices.Replace(slices.Clone(text), m.from, m.to, []byte(m.text)...)
	}
	return overlay, nil
}
