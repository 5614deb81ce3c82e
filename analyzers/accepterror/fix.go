package accepterror

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"go/version"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/errpath"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
)

// -- fixes --
//
// The branch for the error leaves on net.ErrClosed and otherwise waits, 5 ms
// growing to 1 s, before the next accept, as net/http does. Offered where the
// branch is an if statement right behind the accept, in the body of the loop.

// branch is the if statement for the error of an accept.
type branch struct {
	*repair.Body
	j     *judge
	loop  ast.Stmt
	check *ast.IfStmt
	err   string
	// inHead says that the accept is in the head of the if statement.
	inHead bool
	// delayed says that it waits already, before each way back to Accept.
	delayed bool
	sig     *types.Signature
}

// fix returns the fix for the loop, or nil.
func (j *judge) fix(l *acceptloop.Loop) *analysis.SuggestedFix {
	if l.Role != acceptloop.InLoop || l.Via != nil || l.Listener == nil || l.Err == nil || !netListener(l.Listener) {
		return nil
	}
	b := j.branch(l)
	if b == nil || b.polls() || b.lendsListener(l) {
		return nil
	}
	closed, emfile := j.outcomes(l, errpath.Closed), j.outcomes(l, errpath.EMFILE)
	goesOn := closed.Has(errpath.Retry) || closed.Has(errpath.DelayedRetry) || closed.Has(errpath.NilUsed) || closed.Has(errpath.Exit)
	b.delayed = emfile.Has(errpath.DelayedRetry) && !emfile.Has(errpath.Retry) && !emfile.Has(errpath.NilUsed) && b.continues()
	return b.fix(goesOn || !emfile.Has(errpath.Retry))
}

// lendsListener reports whether the listener is the caller's and the function has
// other ways out: a fix would have it return with a closed listener on one way
// and an open one on another, and what else sees the package decides whether
// that is well (its tests are analyzed with it, its importers are not).
func (b *branch) lendsListener(l *acceptloop.Loop) bool {
	if _, ok := l.Listener.(*ssa.Parameter); !ok {
		return false
	}
	found := false
	b.Inspect(func(n ast.Node) bool {
		if ret, ok := n.(*ast.ReturnStmt); ok && (ret.Pos() < b.check.Pos() || b.check.End() <= ret.Pos()) {
			found = true
		}
		return !found
	})
	return found
}

// branch finds the statement that looks at the error.
func (j *judge) branch(l *acceptloop.Loop) *branch {
	file := j.src.File(l.Call.Pos())
	if file == nil || l.Fn.Syntax() == nil {
		return nil
	}
	b := &branch{Body: repair.NewBody(file, l.Fn.Syntax()), j: j, sig: l.Fn.Signature}
	if b.Body == nil {
		return nil
	}
	b.loop, _ = b.LoopEnds(l.Call.Pos())
	loop, ok := b.loop.(*ast.ForStmt)
	if !ok {
		return nil
	}
	var errVar types.Object
	for _, s := range loop.Body.List {
		if s.Pos() <= l.Call.Pos() && l.Call.Pos() < s.End() {
			if check, ok := s.(*ast.IfStmt); ok && check.Init != nil {
				errVar = b.errorOf(check.Init, l.Call.Pos())
				b.check, b.inHead = check, true
				break
			}
			if errVar = b.errorOf(s, l.Call.Pos()); errVar == nil {
				return nil
			}
			continue
		}
		if check, ok := s.(*ast.IfStmt); ok && errVar != nil && check.Init == nil && b.isFailure(check.Cond, errVar) {
			b.check = check
			break
		}
	}
	if b.check == nil || errVar == nil || !b.isFailure(b.check.Cond, errVar) || b.check.Else != nil && !b.inHead {
		return nil
	}
	b.err = errVar.Name()
	return b
}

// errorOf returns the error variable that the accepting statement assigns.
func (b *branch) errorOf(s ast.Stmt, accept token.Pos) types.Object {
	as, ok := s.(*ast.AssignStmt)
	if !ok || len(as.Rhs) != 1 || len(as.Lhs) < 2 {
		return nil
	}
	call, ok := ast.Unparen(as.Rhs[0]).(*ast.CallExpr)
	id, named := as.Lhs[len(as.Lhs)-1].(*ast.Ident)
	if !ok || !named || call.Lparen != accept || id.Name == "_" {
		return nil
	}
	return b.j.pass.TypesInfo.ObjectOf(id)
}

// isFailure reports whether a condition is err != nil.
func (b *branch) isFailure(cond ast.Expr, err types.Object) bool {
	e, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok || e.Op != token.NEQ {
		return false
	}
	x, ok := e.X.(*ast.Ident)
	return ok && b.j.pass.TypesInfo.Uses[x] == err && b.j.pass.TypesInfo.Types[e.Y].IsNil()
}

// polls reports whether the branch tells time-outs apart: a loop that polls with
// a deadline must not be slowed down.
func (b *branch) polls() bool {
	found := false
	ast.Inspect(b.check.Body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && (sel.Sel.Name == "Timeout" || sel.Sel.Name == "ErrDeadlineExceeded") {
			found = true
		}
		return !found
	})
	return found
}

// fix makes the edits; closed says that the end of the listener has to be told
// apart.
func (b *branch) fix(closed bool) *analysis.SuggestedFix {
	pos := b.check.Body.Lbrace + 1
	names := map[string]string{}
	var edits []analysis.TextEdit
	var paths []string
	if closed {
		paths = append(paths, "errors", "net")
	}
	if !b.delayed {
		paths = append(paths, "time")
	}
	for _, p := range paths {
		name, more, ok := b.Import(p, pos)
		if !ok {
			return nil
		}
		names[p] = name
		edits = append(edits, more...)
	}
	body, ok := b.body(names, closed)
	if !ok {
		return nil
	}
	if !b.delayed {
		reset, ok := b.reset()
		start, listed := b.Stmt(b.loop)
		if !ok || !listed {
			return nil
		}
		edits = append(edits, start.Edit("var "+b.delay()+" "+names["time"]+".Duration"), reset)
	}
	return &analysis.SuggestedFix{Message: b.says(closed), TextEdits: append(edits, body...)}
}

// says tells what the fix does.
func (b *branch) says(closed bool) string {
	switch {
	case !closed:
		return "back off before the next accept"
	case b.delayed:
		return "leave the loop when the listener is closed"
	}
	return "leave the loop when the listener is closed, and back off otherwise"
}

// continues reports whether the branch ends by going back to Accept.
func (b *branch) continues() bool {
	if len(b.check.Body.List) == 0 {
		return false
	}
	s, ok := b.check.Body.List[len(b.check.Body.List)-1].(*ast.BranchStmt)
	return ok && s.Tok == token.CONTINUE
}

func (b *branch) delay() string { return b.FreshName(b.loop.Pos(), b.check.Body.Lbrace, "delay") }

// reset makes the delay short again after a success.
func (b *branch) reset() (analysis.TextEdit, bool) {
	text := b.delay() + " = 0"
	if b.check.Else != nil {
		block, ok := b.check.Else.(*ast.BlockStmt)
		if !ok {
			return analysis.TextEdit{}, false
		}
		return b.AtStart(block, text), true
	}
	return b.After(b.check.Pos(), b.check.End(), text)
}

// body edits the branch.
func (b *branch) body(names map[string]string, closed bool) ([]analysis.TextEdit, bool) {
	block := b.check.Body
	leave, wait := b.leaving(), b.waiting(names["time"])
	var head []string
	if closed {
		if leave == "" {
			return nil, false
		}
		head = []string{fmt.Sprintf("if %s.Is(%s, %s.ErrClosed) {", names["errors"], b.err, names["net"]), "\t" + leave, "}"}
	}
	if len(block.List) == 0 {
		return []analysis.TextEdit{b.AtEnd(block, append(append(head, wait...), "continue")...)}, true
	}
	last := block.List[len(block.List)-1]
	var edits []analysis.TextEdit
	end := analysis.TextEdit{}
	switch s := last.(type) {
	case *ast.BranchStmt:
		switch {
		case s.Tok == token.CONTINUE && b.delayed:
		case s.Tok == token.CONTINUE && b.goesBack(block.List):
			head = append(head, wait...)
		case s.Tok == token.CONTINUE:
			end = b.Before(s.Pos(), wait...)
		case s.Tok == token.BREAK && s.Label == nil && b.plain(block.List):
			end = b.instead(s, append(wait, "continue"))
		default:
			return nil, false
		}
	case *ast.ReturnStmt:
		if !b.plain(block.List) {
			return nil, false
		}
		end = b.instead(s, append(wait, "continue"))
	case *ast.ExprStmt:
		ending, ok := b.exits(s, wait)
		if !ok || !b.plain(block.List) {
			return nil, false
		}
		end = ending
	default:
		end = b.AtEnd(block, append(wait, "continue")...)
	}
	if len(head) > 0 {
		if end.Pos.IsValid() && len(block.List) == 1 && end.Pos == last.Pos() {
			// Both would stand at the same place.
			end.NewText = append([]byte(b.join(last.Pos(), head)), end.NewText...)
			return append(edits, end), true
		}
		edits = append(edits, b.AtStart(block, head...))
	}
	if end.Pos.IsValid() {
		edits = append(edits, end)
	}
	return edits, true
}

// join lays out statements that are put before the one at pos.
func (b *branch) join(pos token.Pos, lines []string) string {
	return string(b.Before(pos, lines...).NewText)
}

// plain reports whether nothing but the last statement leaves the branch.
func (b *branch) plain(stmts []ast.Stmt) bool {
	ok := true
	for _, s := range stmts[:len(stmts)-1] {
		ast.Inspect(s, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt, *ast.BranchStmt:
				ok = false
			}
			return ok
		})
	}
	return ok
}

// goesBack reports whether something before the last statement continues the
// loop.
func (b *branch) goesBack(stmts []ast.Stmt) bool {
	found := false
	for _, s := range stmts[:len(stmts)-1] {
		ast.Inspect(s, func(n ast.Node) bool {
			if br, ok := n.(*ast.BranchStmt); ok && br.Tok != token.BREAK {
				found = true
			}
			return !found
		})
	}
	return found
}

// instead replaces a statement.
func (b *branch) instead(s ast.Stmt, lines []string) analysis.TextEdit {
	text := strings.TrimRight(b.join(s.Pos(), lines), " \t\n;")
	return analysis.TextEdit{Pos: s.Pos(), End: s.End(), NewText: []byte(text)}
}

// exits replaces a call that ends the process by one that only logs; a plain
// call is followed by the delay.
func (b *branch) exits(s *ast.ExprStmt, wait []string) (analysis.TextEdit, bool) {
	call, ok := s.X.(*ast.CallExpr)
	if !ok {
		return analysis.TextEdit{}, false
	}
	if id, ok := call.Fun.(*ast.Ident); ok {
		_, builtin := b.j.pass.TypesInfo.Uses[id].(*types.Builtin)
		return b.AtEnd(b.check.Body, append(wait, "continue")...), !builtin || id.Name != "panic"
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return analysis.TextEdit{}, false
	}
	fn, _ := b.j.pass.TypesInfo.Uses[sel.Sel].(*types.Func)
	if fn == nil {
		return analysis.TextEdit{}, false
	}
	rest := append(wait, "continue")
	switch name := fn.FullName(); name {
	case "log.Fatal", "log.Fatalf", "log.Fatalln", "(*log.Logger).Fatal", "(*log.Logger).Fatalf", "(*log.Logger).Fatalln",
		"log.Panic", "log.Panicf", "log.Panicln":
		print := "Print" + strings.TrimPrefix(strings.TrimPrefix(sel.Sel.Name, "Fatal"), "Panic")
		return b.instead(s, append([]string{b.Text(sel.X) + "." + print + string(b.Src[b.Offset(sel.Sel.End()):b.Offset(s.End())])}, rest...)), true
	case "os.Exit":
		return b.instead(s, rest), true
	}
	return b.AtEnd(b.check.Body, rest...), true
}

// leaving is the statement that leaves the loop when the listener is closed: what
// the branch does now, if it leaves, else a return; "" when neither is plain.
func (b *branch) leaving() string {
	if n := len(b.check.Body.List); n > 0 {
		switch s := b.check.Body.List[n-1].(type) {
		case *ast.ReturnStmt:
			return b.Text(s)
		case *ast.BranchStmt:
			if s.Tok == token.BREAK {
				return b.Text(s)
			}
		}
	}
	res := b.sig.Results()
	switch {
	case res.Len() == 0:
		return "return"
	case res.Len() == 1 && irx.IsError(res.At(0).Type()):
		return "return " + b.err
	}
	return ""
}

// waiting are the statements that wait for twice as long as the last time.
func (b *branch) waiting(pkg string) []string {
	d := b.delay()
	if v := b.j.pass.Pkg.GoVersion(); v == "" || version.Compare(v, "go1.21") >= 0 {
		if b.universe("min") && b.universe("max") {
			return []string{fmt.Sprintf("%s = min(max(2*%[1]s, 5*%s.Millisecond), %[2]s.Second)", d, pkg), pkg + ".Sleep(" + d + ")"}
		}
	}
	return []string{
		fmt.Sprintf("if %s *= 2; %[1]s == 0 {", d), "\t" + fmt.Sprintf("%s = 5 * %s.Millisecond", d, pkg), "}",
		fmt.Sprintf("if %s > %s.Second {", d, pkg), "\t" + fmt.Sprintf("%s = %s.Second", d, pkg), "}",
		pkg + ".Sleep(" + d + ")",
	}
}

// universe reports whether a name means what Go predeclares.
func (b *branch) universe(name string) bool {
	pos := b.check.Body.Lbrace + 1
	_, obj := b.j.pass.Pkg.Scope().Innermost(pos).LookupParent(name, pos)
	return obj != nil && obj.Parent() == types.Universe
}
