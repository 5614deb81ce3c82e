package oracle

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// excuse is a reason for which the engine may be silent about a leak.
type excuse uint8

const (
	none excuse = iota
	// undecided: a bound of the engine was passed.
	undecided
	// calleeDecides: a callee was given the resource, which has more than one
	// effect on it for the same outcome.
	calleeDecides
	// mixedResult: the callee that acquired the resource gives something else
	// away on other paths, or succeeds without it.
	mixedResult
	// sharedGoroutine: a goroutine closes it on some of its paths.
	sharedGoroutine
	// coarseContract: a report of a path that cannot be taken, since a callee
	// does not do all that its contract leaves room for.
	coarseContract
	// assumedType: a failed type assertion whose answer nobody looks at; the
	// engine takes it to succeed.
	assumedType
	// weakWorld: the report is right in a world that is less regular: where a
	// resource can be nil though the call that acquired it succeeded (the engine
	// relates the results of a call for the resource that it follows, not for
	// others: what is no resource may be nil or not), where a variable around a
	// literal changes at any time, and where the type of a value is another each time
	// that it is asked for (the engine knows that of one variable, not of all that
	// lead to the value).
	weakWorld
	// besideError: a callee returns it together with an error that may be nil
	// there: by convention it is not the caller's when the error is set.
	besideError
	// deferInLoop: a function deferred in a loop mentions it, and the next
	// iteration forgets it: the engine takes it to be closed at the end.
	deferInLoop
	// transport: the callee that acquired it was given another resource, or a
	// connection that is nil without its being written there, and takes it along:
	// what runs over a transport ends with it.
	transport
	// closeFails: a Close failed on the way: the engine takes closing to succeed.
	closeFails
	// tended: a callee returned it and started a goroutine that closes it: who
	// drops the result leaves it to that one.
	tended
	// constantFails: a callee failed by a constant that it was given: the engine
	// takes whoever wrote it to know that it succeeds.
	constantFails
	// processEnds: wherever the function is called the process ends after it has
	// returned so.
	processEnds
	// idleLoop: a loop that would start goroutines with the resource, or give
	// literals away that capture it, did not go round: the engine supposes that it
	// does.
	idleLoop
	// refusesDeadline: a deadline was refused on the way, as if what it was set on
	// were closed by others: the engine takes what is open to accept it.
	refusesDeadline
	// nilReceiver: a method used a field of its receiver, a nil pointer, which ends
	// the process: the engine goes on there only where somebody tests the pointer.
	nilReceiver
	lastExcuse = nilReceiver
)

func (e excuse) String() string {
	return [...]string{"unexplained", "undecided", "callee decides", "mixed result", "shared goroutine", "coarse contract", "assumed type", "weak world", "beside an error", "deferred in a loop", "transport", "a Close fails", "tended", "fails by a constant", "the process ends", "a loop that did not run", "a deadline is refused", "a nil receiver"}[e]
}

func (c *comparison) excuse(l leakRun) excuse {
	if c.reports.Undecided[c.prog.place(l.decl.Name.Pos())] {
		return undecided
	}
	for _, n := range l.notes {
		if c.excuses(n, l.decl) {
			return n.why
		}
	}
	if l.failed == none && c.endsProcess(l.at, nil) {
		return processEnds
	}
	return l.failed
}

// endsProcess reports whether no run goes on after a function has returned so: each
// of its callers ends the process, or returns in a way after which its own do. Of an
// exported function the callers in its package count, as for the engine. Runs that
// were cut do not.
func (c *comparison) endsProcess(at step, up []step) bool {
	k := c.funcs[at.fn]
	if k == nil || !k.called || slices.Contains(up, at) {
		return false
	}
	for next := range k.after[at.how] {
		if !c.endsProcess(next, append(up, at)) {
			return false
		}
	}
	return true
}

// step is a function and how it returned.
type step struct {
	fn  *types.Func // nil where a run went on
	how string
}

// step is what a call came to: of a literal's, that of the function which called it.
func (f *frame) step() step {
	for f != nil && f.fn == nil {
		f = f.caller
	}
	if f == nil {
		return step{}
	}
	return step{f.fn, how(f.ret)}
}

// returned is the return of a declared function in a run.
type returned struct {
	step
	to *frame
}

// how says what is known of results: which are nil, and which constants they are.
func how(ret []value) string {
	var b strings.Builder
	for _, v := range ret {
		switch v := v.(type) {
		case bool, int:
			fmt.Fprint(&b, v, " ")
		default:
			fmt.Fprint(&b, null(v), " ")
		}
	}
	return b.String()
}

// noteReturns notes how the callees of a run that came to its end have returned in
// it, and how their callers did then.
func (c *comparison) noteReturns(in *interp) {
	if in.cut {
		return
	}
	for _, r := range in.returns {
		if c.prog.Info.Defs[r.to.decl.Name].Pkg() != r.fn.Pkg() {
			continue
		}
		next := r.to.step()
		k := c.known(r.fn)
		if k.after[r.how] == nil {
			k.after[r.how] = map[step]bool{}
		}
		k.after[r.how][next] = true
	}
}

// noteCalls notes which functions are called at all, in their own package.
func (c *comparison) noteCalls(d *ast.FuncDecl) {
	ast.Inspect(d.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if fn, ok := c.prog.Info.Uses[id].(*types.Func); ok && c.prog.decls[fn] != nil && fn.Pkg() == c.prog.Info.Defs[d.Name].Pkg() {
				c.known(fn).called = true
			}
		}
		return true
	})
}

func (c *comparison) excuses(n note, in *ast.FuncDecl) bool {
	switch n.why {
	case sharedGoroutine:
		return c.prog.goEnds[n.pos] || !c.funcs[c.prog.Info.Defs[in.Name].(*types.Func)].full
	case assumedType:
		return n.ok == nil || !n.ok.tested || n.ok.late
	case tended:
		return !slices.ContainsFunc(n.params, func(p *types.Var) bool { return c.funcs[n.fn].untended[p] })
	case calleeDecides, mixedResult:
		if n.lit != nil {
			return c.prog.mixed[n.lit]
		}
		k := c.funcs[n.fn]
		if !k.full || c.reports.Undecided[c.prog.place(n.fn.Pos())] {
			return true
		}
		return n.why == mixedResult && (k.foreign || c.callsCoarse(c.prog.decls[n.fn]) || c.hasMixed(c.prog.decls[n.fn])) || n.why == calleeDecides && (k.mixed(n.params) || c.mixedWeakly(n.fn, n.params) || c.callsCoarse(c.prog.decls[n.fn]) || defersInLoop(c.prog.decls[n.fn]))
	}
	return true
}

// mixedWeakly is [known.mixed] in the weak world, as the engine may see it.
func (c *comparison) mixedWeakly(fn *types.Func, params []*types.Var) bool {
	k := c.weakKnown[fn]
	if k == nil {
		k = newKnown()
		c.weakKnown[fn] = k
		w := world{prog: c.prog, trips: c.trips, weak: true}
		w.run(c.prog.decls[fn], func(in *interp) {
			if !in.cut {
				c.noteEffects(k, fn, in)
			}
		})
	}
	return k.mixed(params)
}

// mixed reports whether a function has more than one effect on one of the
// parameters for the same outcome.
func (k *known) mixed(params []*types.Var) bool {
	for p, e := range k.effects {
		if !slices.Contains(params, p) {
			continue
		}
		if k.later[p] {
			return true
		}
		for _, one := range e {
			if one&(one-1) != 0 {
				return true
			}
		}
	}
	return false
}

// hasMixed reports whether a literal of the function returns what is not its own.
func (c *comparison) hasMixed(d *ast.FuncDecl) bool {
	found := false
	ast.Inspect(d, func(n ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		found = found || ok && c.prog.mixed[lit]
		return !found
	})
	return found
}

// defersInLoop reports whether the function has a defer statement in a loop.
func defersInLoop(d *ast.FuncDecl) bool {
	found := false
	ast.Inspect(d, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			ast.Inspect(n, func(n ast.Node) bool {
				_, ok := n.(*ast.DeferStmt)
				found = found || ok
				return !found
			})
		}
		return !found
	})
	return found
}

// callsCoarse reports whether the function calls one of which a contract says
// less than its runs show.
func (c *comparison) callsCoarse(d *ast.FuncDecl) bool {
	found := false
	ast.Inspect(d, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if fn, ok := c.prog.Info.Uses[id].(*types.Func); ok && c.funcs[fn] != nil {
				found = found || c.funcs[fn].coarse(fn.Signature())
			}
		}
		return true
	})
	return found
}

// coarse reports whether the contract of the function cannot say all: it never
// returns, it always succeeds or always fails, at all or with some arguments, or
// a result is always nil.
func (k *known) coarse(sig *types.Signature) bool {
	if len(k.outcomes) == 0 {
		return true
	}
	if !tells(sig) {
		return false
	}
	for i := range sig.Results().Len() {
		if t := sig.Results().At(i).Type(); k.some>>i&1 == 0 && !isBool(t) {
			return true
		}
	}
	for _, outcomes := range k.outcomes {
		if outcomes != 3 {
			return true
		}
	}
	return false
}

// skips notes that a loop with that body does not go round.
func (f *frame) skips(e *env, body *ast.BlockStmt) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit, *ast.GoStmt:
			f.mentioned(e, n, func(r *resource) { r.notes = append(r.notes, note{why: idleLoop}) })
			return false
		}
		return true
	})
}

// mentioned calls each for the resources that the variables in n lead to.
func (f *frame) mentioned(e *env, n ast.Node, each func(*resource)) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if c := e.find(f.in.prog.Info.Uses[id]); c != nil {
				reach(c.v, each)
			}
		}
		return true
	})
}
