package connclose

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/own"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
)

// -- values that are assigned over --
//
//	conn, err = wrap(conn)
//	if err != nil {
//		return nil, err
//	}
//
// A wrap that has failed gives nil, as a rule, and nothing leads to what was to
// be wrapped any more. A variable of the fix keeps it: raw := conn before the
// statement. What it leads to at each end is asked of the engine, as for the
// variables of the program.

// saved is where a variable of a fix is declared.
type saved struct {
	edit func(stmts ...string) analysis.TextEdit
	decl string
	// at is the statement that it is declared before; it can be used from
	// there up to the end of the list that this stands in.
	at, end token.Pos
}

// maxSaved bounds the variables that are added for one finding.
const maxSaved = 4

// overwrite is an assignment to a variable of a finding after it was acquired.
type overwrite struct {
	stmt *ast.AssignStmt
	v    variable
	// wraps says that what is assigned is made of what the variable was.
	wraps bool
}

// overwrites finds the assignments over the variables of a finding.
func (p *plan) overwrites(body *repair.Body) (out []overwrite) {
	acquired := token.NoPos
	if p.suspect.o.Call != nil {
		acquired = p.suspect.o.Call.Pos()
	}
	body.Inspect(func(n ast.Node) bool {
		as, ok := n.(*ast.AssignStmt)
		if !ok || as.End() < acquired || as.Pos() <= acquired && acquired < as.End() {
			return true
		}
		for _, lhs := range as.Lhs {
			if w, ok := p.rootOf(lhs); ok && p.pass.TypesInfo.Defs[rootIdent(lhs)] == nil {
				for _, v := range p.vars {
					if v.name == w.name && v.root == w.root {
						out = append(out, overwrite{as, v, p.mentions(as.Rhs, v.root)})
					}
				}
			}
		}
		return true
	})
	return out
}

func rootIdent(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return rootIdent(e.X)
	}
	return nil
}

func (p *plan) mentions(exprs []ast.Expr, obj types.Object) bool {
	found := false
	for _, e := range exprs {
		ast.Inspect(e, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			found = found || ok && p.pass.TypesInfo.Uses[id] == obj
			return !found
		})
	}
	return found
}

// save adds the variables that keep what is assigned over, one for each list of
// statements that has both the assignment and an end in it.
func (p *plan) save(body *repair.Body, over []overwrite) {
	var added []variable
	for _, w := range over {
		if !w.wraps || len(added) >= maxSaved {
			continue
		}
		for _, e := range p.endsAfter(body, w) {
			v, ok := p.savedBefore(body, w, e)
			same := func(w variable) bool { return w.name == v.name }
			if ok && !slices.ContainsFunc(added, same) {
				added = append(added, v)
			}
		}
	}
	added = added[:min(len(added), maxSaved)]
	slices.Reverse(added) // what was saved last is nearest to what it has become
	p.vars = append(p.vars, added...)
}

// endsAfter are the places where a value that is assigned over may leak: the ends
// of the finding, or all returns behind the assignment.
func (p *plan) endsAfter(body *repair.Body, w overwrite) (out []token.Pos) {
	for _, l := range p.suspect.leaks {
		switch {
		case l.Kind == own.Overwritten:
			for _, r := range p.returnsAfter(body, w.stmt) {
				out = append(out, r.Pos())
			}
		case l.At.Pos().IsValid():
			out = append(out, l.At.Pos())
		default:
			out = append(out, body.Block.Rbrace)
		}
	}
	return out
}

func (p *plan) returnsAfter(body *repair.Body, s ast.Stmt) (out []*ast.ReturnStmt) {
	body.Inspect(func(n ast.Node) bool {
		if r, ok := n.(*ast.ReturnStmt); ok && r.Pos() > s.Pos() {
			out = append(out, r)
		}
		return true
	})
	return out
}

// savedBefore declares a variable in the innermost list that has both the
// assignment and the end in it.
func (p *plan) savedBefore(body *repair.Body, w overwrite, end token.Pos) (v variable, ok bool) {
	var at ast.Stmt
	var until token.Pos
	body.Inspect(func(n ast.Node) bool {
		for _, s := range repair.List(n) {
			if s.Pos() <= w.stmt.Pos() && w.stmt.Pos() < s.End() && n.Pos() <= end && end <= n.End() {
				at, until = s, n.End()
			}
		}
		return true
	})
	if at == nil || end < at.Pos() || !w.v.inScope(p.pass.Pkg, at.Pos()) {
		return v, false
	}
	x, ok := body.Stmt(at)
	if !ok {
		return v, false
	}
	name := p.nameFor(body, at.Pos(), w.v.name)
	v, ok = p.closing(p.suspect, body, variable{name: name, root: w.v.root}, p.typeOf(w.v, w.stmt))
	v.saved = &saved{edit: x.Edit, decl: name + " := " + w.v.name, at: at.Pos(), end: until}
	return v, ok
}

// typeOf returns the type of a variable or field that is assigned.
func (p *plan) typeOf(v variable, as *ast.AssignStmt) types.Type {
	for _, lhs := range as.Lhs {
		if w, ok := p.rootOf(lhs); ok && w.name == v.name && w.root == v.root {
			return p.pass.TypesInfo.TypeOf(lhs)
		}
	}
	return v.root.Type()
}

// nameFor returns the name for what an expression was before a statement: the
// same one for all findings, and none that the function uses.
func (m *mender) nameFor(body *repair.Body, at token.Pos, expr string) string {
	key := savedKey{at, expr}
	if name := m.names[key]; name != "" {
		return name
	}
	base := "raw"
	if last := expr[strings.LastIndex(expr, ".")+1:]; len(last) > 2 {
		base += string(unicode.ToUpper(rune(last[0]))) + last[1:]
	}
	taken := map[string]bool{}
	ast.Inspect(body.Block, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			taken[id.Name] = true
		}
		return true
	})
	for key, name := range m.names {
		if body.Block.Pos() <= key.at && key.at < body.Block.End() {
			taken[name] = true
		}
	}
	name := base
	for n := 2; taken[name]; n++ {
		name = fmt.Sprint(base, n)
	}
	m.names[key] = name
	return name
}

type savedKey struct {
	at   token.Pos
	expr string
}

// overwrittenStops finds the ends of a value that is assigned over: the
// assignment itself, or, when the value is wrapped by it, the returns behind.
func (p *plan) overwrittenStops(body *repair.Body, l own.Leak) bool {
	as := p.assignment(body, l.At.Pos())
	if as == nil {
		return false
	}
	wraps := slices.ContainsFunc(p.vars, func(v variable) bool { return p.mentions(as.Rhs, v.root) })
	if !wraps {
		x, ok := p.stmtAround(body, as.Pos())
		if ok {
			p.stop(x, true).overwrites = true
		}
		return ok
	}
	for _, r := range p.returnsAfter(body, as) {
		x, ok := body.Return(r.Pos(), func(e ast.Expr) bool { return p.uses(e) })
		if !ok {
			return false
		}
		p.stop(x, false)
	}
	return true
}

// assignment returns the innermost assignment around pos.
func (p *plan) assignment(body *repair.Body, pos token.Pos) (as *ast.AssignStmt) {
	body.Inspect(func(n ast.Node) bool {
		if s, ok := n.(*ast.AssignStmt); ok && s.Pos() <= pos && pos < s.End() {
			as = s
		}
		return true
	})
	return as
}

// stmtAround returns the place before the innermost statement in a list that
// pos is in.
func (p *plan) stmtAround(body *repair.Body, pos token.Pos) (x repair.Exit, ok bool) {
	body.Inspect(func(n ast.Node) bool {
		for _, s := range repair.List(n) {
			if s.Pos() <= pos && pos < s.End() {
				x, ok = body.Stmt(s)
			}
		}
		return true
	})
	return x, ok
}

// findBefore finds the places where the variable that was acquired goes out of
// scope, and where it is assigned over.
func (p *plan) findBefore(body *repair.Body) {
	if p.suspect.lent() || p.suspect.o.Call == nil {
		return
	}
	stops, known := p.stops, len(p.stops)
	for _, v := range p.vars {
		if v.saved != nil || !p.outOfScope(v) {
			continue
		}
		for _, x := range body.ScopeEnds(v.root.Pos()) {
			p.stop(x, false).leave()
			p.lost = true
		}
	}
	for _, w := range p.overwrites(body) {
		if x, ok := p.stmtAround(body, w.stmt.Pos()); ok && !w.wraps {
			p.stop(x, false).leave()
			p.lost = true
		}
	}
	p.before, p.stops = p.stops[known:], stops
}

// outOfScope reports whether some end is not in the scope of a variable.
func (p *plan) outOfScope(v variable) bool {
	return slices.ContainsFunc(p.stops, func(s *stop) bool { return s.must && !v.inScope(p.pass.Pkg, s.end.Pos) })
}
