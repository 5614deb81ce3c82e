package clientgrowth

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/growth"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
)

// -- fixes --
//
// A deferred removal, right behind the insertion, in the function that runs as
// the connection's own goroutine. Offered for a sync.Map, and for a map or slice
// that is changed under a lock: the removal takes the same one.

// fixer finds the removals of one package.
type fixer struct {
	pass *analysis.Pass
	pkg  *irx.Package
	src  *repair.Source
}

// entry is an insertion as it is written, in terms of the function that defers
// the removal.
type entry struct {
	kind       entryKind
	collection string // s.clients
	key        string // of a map; the element of a slice
	lock       string // s.mu.Lock() without the call: s.mu
	unlocked   ast.Stmt
	deferred   bool // the lock is released when the function returns
}

type entryKind int

const (
	inSyncMap entryKind = iota
	inMap
	inSlice
)

func (f *fixer) fix(g growth.Growth) *analysis.SuggestedFix {
	if g.Tier != growth.NoRemoval && g.Tier != growth.SomeExits || g.Insert.Foreign != nil {
		return nil
	}
	fn := g.Insert.Fn()
	body := f.body(fn)
	if body == nil {
		return nil
	}
	pos := g.Insert.At.Pos()
	if g.Insert.At.Parent() != fn || !pos.IsValid() {
		return nil
	}
	stmt, block := innermost(body, pos)
	e := f.entryOf(body, stmt, block)
	if e == nil || e.kind == inSlice && g.Tier != growth.NoRemoval {
		return nil
	}
	var edit analysis.TextEdit
	ok := false
	switch {
	case f.ownGoroutine(fn) && once(body, pos):
		if e.deferred {
			return nil // the removal would wait for its own lock
		}
		behind := stmt
		if e.unlocked != nil {
			behind = e.unlocked
		}
		edit, ok = body.After(behind.Pos(), behind.End(), e.removal()...)
	case g.Accept != nil && g.Accept.Parent() == fn:
		return offered(f.inStarted(body, stmt, block, e))
	default:
		edit, ok = f.inCaller(fn, e)
	}
	if !ok {
		return nil
	}
	return offered([]analysis.TextEdit{edit})
}

func offered(edits []analysis.TextEdit) *analysis.SuggestedFix {
	if len(edits) == 0 {
		return nil
	}
	return &analysis.SuggestedFix{Message: "remove the entry when the connection's goroutine ends", TextEdits: edits}
}

// inStarted puts the removal into the goroutine that the accept loop starts right
// behind the insertion.
func (f *fixer) inStarted(body *repair.Body, stmt ast.Stmt, block []ast.Stmt, e *entry) []analysis.TextEdit {
	var start *ast.GoStmt
	for i, s := range block {
		if g, ok := s.(*ast.GoStmt); ok && i > slices.Index(block, stmt) {
			if start != nil {
				return nil
			}
			start = g
		}
	}
	if start == nil || e.deferred {
		return nil
	}
	if lit, ok := start.Call.Fun.(*ast.FuncLit); ok && len(start.Call.Args) == 0 {
		return []analysis.TextEdit{body.AtStart(lit.Body, e.removal()...)}
	}
	for _, x := range append([]ast.Expr{start.Call.Fun}, start.Call.Args...) {
		if !plain(x) || !f.fixed(x) {
			return nil // it is evaluated before the goroutine starts
		}
	}
	edits, ok := body.Wrap(start.Pos(), start.End(), nil, append([]string{"go func() {"}, e.removal()...), "}()")
	if !ok {
		return nil
	}
	return append(edits, analysis.TextEdit{Pos: start.Pos(), End: start.Call.Pos()})
}

// fixed reports whether an operand means the same in the goroutine: a function, or
// (a field of) a variable that is assigned once.
func (f *fixer) fixed(e ast.Expr) bool {
	if sel, ok := e.(*ast.SelectorExpr); ok {
		return f.fixed(sel.X)
	}
	id, ok := e.(*ast.Ident)
	if !ok {
		return false
	}
	switch f.pass.TypesInfo.Uses[id].(type) {
	case *types.Func, *types.PkgName:
		return true
	}
	return f.stable(e)
}

func (f *fixer) body(fn *ssa.Function) *repair.Body {
	if fn.Syntax() == nil {
		return nil
	}
	file := f.src.File(fn.Syntax().Pos())
	if file == nil {
		return nil
	}
	return repair.NewBody(file, fn.Syntax())
}

// innermost returns the statement around pos that stands in the innermost list.
func innermost(body *repair.Body, pos token.Pos) (stmt ast.Stmt, in []ast.Stmt) {
	body.Inspect(func(n ast.Node) bool {
		for _, s := range repair.List(n) {
			if s.Pos() <= pos && pos < s.End() {
				stmt, in = s, repair.List(n)
			}
		}
		return true
	})
	return stmt, in
}

// once reports whether a place is not in a loop of its function.
func once(body *repair.Body, pos token.Pos) bool {
	loop, _ := body.LoopEnds(pos)
	return loop == nil
}

// ownGoroutine reports whether the function is started with go, and called in no
// other way.
func (f *fixer) ownGoroutine(fn *ssa.Function) bool {
	calls := f.pkg.Calls(fn)
	return len(calls) > 0 && !slices.ContainsFunc(calls, func(call ssa.CallInstruction) bool {
		_, isGo := call.(*ssa.Go)
		return !isGo
	})
}

// inCaller puts the removal into the one goroutine that calls the helper which
// inserts.
func (f *fixer) inCaller(helper *ssa.Function, e *entry) (analysis.TextEdit, bool) {
	var site *ssa.Call
	for _, c := range f.pkg.Calls(helper) {
		call, ok := c.(*ssa.Call)
		if !ok {
			continue
		}
		if site != nil {
			return analysis.TextEdit{}, false
		}
		site = call
	}
	if site == nil || !f.ownGoroutine(site.Parent()) {
		return analysis.TextEdit{}, false
	}
	body := f.body(site.Parent())
	if body == nil || !once(body, site.Pos()) {
		return analysis.TextEdit{}, false
	}
	stmt, _ := innermost(body, site.Pos())
	expr, ok := stmt.(*ast.ExprStmt)
	if !ok {
		return analysis.TextEdit{}, false
	}
	call, ok := expr.X.(*ast.CallExpr)
	if !ok || call.Lparen != site.Pos() {
		return analysis.TextEdit{}, false
	}
	names, ok := f.operands(body, helper, call)
	if !ok || !e.rename(names) {
		return analysis.TextEdit{}, false
	}
	return body.After(stmt.Pos(), stmt.End(), e.removal()...)
}

// operands maps the helper's parameters to what the call passes, as far as that
// is a plain variable.
func (f *fixer) operands(body *repair.Body, helper *ssa.Function, call *ast.CallExpr) (map[string]string, bool) {
	args := call.Args
	if helper.Signature.Recv() != nil {
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return nil, false
		}
		args = append([]ast.Expr{sel.X}, args...)
	}
	if len(args) != len(helper.Params) || helper.Signature.Variadic() {
		return nil, false
	}
	out := map[string]string{}
	for i, p := range helper.Params {
		if plain(args[i]) {
			out[p.Name()] = body.Text(args[i])
		}
	}
	return out, true
}

func plain(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name != "_"
	case *ast.SelectorExpr:
		return plain(e.X)
	}
	return false
}

// rename puts the caller's names in the place of the helper's.
func (e *entry) rename(names map[string]string) bool {
	if strings.Contains(e.key, "(") {
		return false
	}
	for _, text := range []*string{&e.collection, &e.key, &e.lock} {
		if *text == "" {
			continue
		}
		root, rest, _ := strings.Cut(*text, ".")
		to, ok := names[root]
		if !ok {
			return false
		}
		if *text = to; rest != "" {
			*text = to + "." + rest
		}
	}
	return true
}
