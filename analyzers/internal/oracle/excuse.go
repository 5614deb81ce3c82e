package oracle

import (
	"go/ast"
	"go/types"
	"slices"
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
	// away on other paths.
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
	// others: what is no resource may be nil or not), and where a variable around a
	// literal changes at any time.
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
	// processEnds: the function fails, and wherever it is called the process ends
	// then.
	processEnds
	lastExcuse = processEnds
)

func (e excuse) String() string {
	return [...]string{"unexplained", "undecided", "callee decides", "mixed result", "shared goroutine", "coarse contract", "assumed type", "weak world", "beside an error", "deferred in a loop", "transport", "a Close fails", "tended", "fails by a constant", "the process ends"}[e]
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
	if l.failed == none && l.fails && c.endsProcess(c.prog.Info.Defs[l.decl.Name].(*types.Func), nil) {
		return processEnds
	}
	return l.failed
}

// endsProcess reports whether no run goes on after fn has failed: each of its
// callers ends the process, or fails and its own callers do. Runs that were cut
// do not count.
func (c *comparison) endsProcess(fn *types.Func, up []*types.Func) bool {
	k := c.funcs[fn]
	if k == nil || fn.Exported() || !k.called || k.survived || slices.Contains(up, fn) || !isError(lastResult(fn.Signature())) {
		return false
	}
	for caller := range k.failing {
		if !c.endsProcess(caller, append(up, fn)) {
			return false
		}
	}
	return true
}

func lastResult(sig *types.Signature) types.Type {
	if n := sig.Results().Len(); n > 0 {
		return sig.Results().At(n - 1).Type()
	}
	return types.Typ[types.Invalid]
}

// noteFailures notes which callees of a run have failed in it, and that the run
// came to its end all the same.
func (c *comparison) noteFailures(top *types.Func, in *interp) {
	if in.cut {
		return
	}
	for _, fn := range in.failures {
		k := c.known(fn)
		if top != nil && failed(top.Signature(), in.top.ret) {
			k.failing[top] = true
		} else {
			k.survived = true
		}
	}
}

// noteCalls notes which functions are called at all.
func (c *comparison) noteCalls(d *ast.FuncDecl) {
	ast.Inspect(d.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if fn, ok := c.prog.Info.Uses[id].(*types.Func); ok && c.prog.decls[fn] != nil {
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
