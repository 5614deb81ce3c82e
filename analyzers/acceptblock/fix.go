package acceptblock

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
)

// -- fixes --
//
// What follows the accept in the body of the loop, from the first statement that
// waits on, goes into a goroutine of its own. That is the same program for one
// client; for several it is only when the statements share nothing that they
// change, and leave the loop by no other way than its end.

// mover moves statements into the connection's goroutine.
type mover struct {
	pass *analysis.Pass
	file *repair.File
	// sites are the calls that wait, of one loop.
	sites []ssa.Instruction
	// groups are the WaitGroups that the statements add to.
	groups []string
}

// fix returns the fix for a loop that waits by itself, or nil.
func (s *search) fix(pass *analysis.Pass, src *repair.Source, l *acceptloop.Loop, w *waiting) *analysis.SuggestedFix {
	if l.Role != acceptloop.InLoop || w.consumer != nil {
		return nil
	}
	file := src.File(l.Call.Pos())
	if file == nil || l.Fn.Syntax() == nil {
		return nil
	}
	m := &mover{pass: pass, file: file}
	for _, site := range s.waits(l) {
		m.sites = append(m.sites, site.Instr)
	}
	body := repair.NewBody(file, l.Fn.Syntax())
	if body == nil {
		return nil
	}
	loop, block := loopOf(body, l)
	if loop == nil {
		return nil
	}
	moved := m.region(block.List, l.Call.Pos())
	if moved == nil {
		return nil
	}
	if !m.movable(l.Fn, loop, moved) {
		if moved = m.needed(loop, moved); moved == nil || !m.movable(l.Fn, loop, moved) {
			return nil
		}
	}
	return m.edits(file, moved)
}

// movable reports whether the statements can run on another goroutine.
func (m *mover) movable(fn *ssa.Function, loop ast.Stmt, moved []ast.Stmt) bool {
	in := &inspection{mover: m, loop: loop, fn: fn, from: moved[0].Pos(), to: moved[len(moved)-1].End()}
	in.assigned, m.groups = m.assignedIn(loop), nil
	for _, s := range moved {
		if !in.stays(s, 0) {
			return false
		}
	}
	return !in.callsThatShare()
}

// assignedIn returns the variables that are assigned anywhere in the loop.
func (m *mover) assignedIn(loop ast.Stmt) map[types.Object]bool {
	out := map[types.Object]bool{}
	note := func(e ast.Expr) {
		if id, ok := ast.Unparen(e).(*ast.Ident); ok {
			if obj := m.pass.TypesInfo.Uses[id]; obj != nil {
				out[obj] = true
			}
		}
	}
	ast.Inspect(loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, e := range n.Lhs {
				note(e)
			}
		case *ast.IncDecStmt:
			note(n.X)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				note(n.Key)
				note(n.Value)
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				note(n.X)
			}
		}
		return true
	})
	return out
}

// inspection looks at the statements to be moved.
type inspection struct {
	*mover
	loop     ast.Stmt
	fn       *ssa.Function
	from, to token.Pos
	assigned map[types.Object]bool
	breaks   bool // a break in here is for an inner statement
}

// stays reports whether a statement does nothing that needs this goroutine:
// no way out of the loop, nothing deferred, no shared variable changed. depth
// counts the loops around n inside the moved statements.
func (in *inspection) stays(n ast.Node, depth int) bool {
	ok := true
	ast.Inspect(n, func(m ast.Node) bool {
		if !ok || m == nil || m == n && depth > 0 {
			return ok
		}
		switch m := m.(type) {
		case *ast.FuncLit:
			ok = in.sharesNothing(m.Body)
			return false
		case *ast.ForStmt:
			ok = in.stays(m, depth+1)
			return false
		case *ast.RangeStmt:
			ok = in.stays(m, depth+1)
			return false
		case *ast.SelectStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt:
			if !in.inner(m, depth) {
				ok = false
			}
			return false
		case *ast.ReturnStmt, *ast.DeferStmt, *ast.LabeledStmt:
			ok = false
		case *ast.BranchStmt:
			ok = m.Label == nil && m.Tok != token.GOTO && (depth > 0 || m.Tok == token.CONTINUE || in.breaks)
		default:
			ok = in.own(m)
		}
		return ok
	})
	return ok
}

// inner looks at a statement in which break has another meaning.
func (in *inspection) inner(n ast.Node, depth int) bool {
	was := in.breaks
	in.breaks = true
	defer func() { in.breaks = was }()
	ok := true
	for _, c := range clauses(n) {
		ok = ok && in.stays(c, depth)
	}
	return ok
}

func clauses(n ast.Node) []ast.Node {
	var out []ast.Node
	add := func(body *ast.BlockStmt, more ...ast.Node) {
		for _, m := range more {
			if m != nil && m != ast.Stmt(nil) {
				out = append(out, m)
			}
		}
		for _, s := range body.List {
			out = append(out, s)
		}
	}
	switch n := n.(type) {
	case *ast.SelectStmt:
		add(n.Body)
	case *ast.SwitchStmt:
		if n.Init != nil {
			out = append(out, n.Init)
		}
		if n.Tag != nil {
			out = append(out, n.Tag)
		}
		add(n.Body)
	case *ast.TypeSwitchStmt:
		if n.Init != nil {
			out = append(out, n.Init)
		}
		add(n.Body, n.Assign)
	}
	return out
}

func (in *inspection) sharesNothing(n ast.Node) bool {
	ok := true
	ast.Inspect(n, func(m ast.Node) bool {
		if m != nil {
			ok = ok && in.own(m)
		}
		return ok
	})
	return ok
}

// own reports whether a node changes nothing that outlives the iteration, and
// reads no variable that another iteration changes.
func (in *inspection) own(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Ident:
		v, ok := in.pass.TypesInfo.Uses[n].(*types.Var)
		return !ok || v.IsField() || in.perIteration(v) || !in.assigned[v]
	case *ast.AssignStmt:
		for _, e := range n.Lhs {
			if !in.ownPlace(e) {
				return false
			}
		}
	case *ast.IncDecStmt:
		return in.ownPlace(n.X)
	case *ast.CallExpr:
		return !in.changesOutside(n)
	}
	return true
}

// perIteration reports whether each iteration has its own variable v.
func (in *inspection) perIteration(v types.Object) bool {
	return in.loop.Pos() <= v.Pos() && v.Pos() < in.loop.End() && !in.loopVar(v)
}

// loopVar reports whether v is declared in the head of the loop: before Go 1.22
// all iterations shared it.
func (in *inspection) loopVar(v types.Object) bool {
	switch l := in.loop.(type) {
	case *ast.ForStmt:
		return v.Pos() < l.Body.Pos()
	case *ast.RangeStmt:
		return v.Pos() < l.Body.Pos()
	}
	return true
}

// ownPlace reports whether an assignment changes a variable of the iteration. A
// field or an element of something that was there before is shared.
func (in *inspection) ownPlace(e ast.Expr) bool {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			if x.Name == "_" {
				return true
			}
			v := in.pass.TypesInfo.ObjectOf(x)
			if v == nil { // of a type switch: one in each clause
				_, defined := in.pass.TypesInfo.Defs[x]
				return defined
			}
			return in.perIteration(v)
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return false
		}
	}
}

// changesOutside reports whether a call changes something that was there before
// the iteration and is not known to be safe: a built-in on a shared map, the
// counter of a WaitGroup that somebody waits for, unless the goroutine itself
// can be counted.
func (in *inspection) changesOutside(call *ast.CallExpr) bool {
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		if _, ok := in.pass.TypesInfo.Uses[fun].(*types.Builtin); !ok {
			return false
		}
		switch fun.Name {
		case "delete", "clear", "copy", "close":
			return !in.ownPlace(call.Args[0])
		case "recover":
			return true
		}
	case *ast.SelectorExpr:
		fn, ok := in.pass.TypesInfo.Uses[fun.Sel].(*types.Func)
		return ok && fn.FullName() == "(*sync.WaitGroup).Add" && !in.countable(fun.X)
	}
	return false
}

// countable notes the WaitGroup that e is, if it is the same in all iterations.
func (in *inspection) countable(e ast.Expr) bool {
	for x := e; ; {
		switch y := x.(type) {
		case *ast.SelectorExpr:
			x = y.X
			continue
		case *ast.Ident:
			v := in.pass.TypesInfo.Uses[y]
			if v == nil || in.assigned[v] || in.loop.Pos() <= v.Pos() && v.Pos() < in.loop.End() {
				return false
			}
			if text := in.file.Text(e); !slices.Contains(in.groups, text) {
				in.groups = append(in.groups, text)
			}
			return true
		}
		return false
	}
}
