package own

import (
	"fmt"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what results tell of an error that is given --
//
// Theory: that of "when a call cannot fail", for each result by itself: forward
// reachability under the assumption that an error is nil, or that it is not. A
// must-analysis: a result is said to be nil or false, or not to be, when it is at
// each return that can be reached. What cannot be evaluated says nothing, so it
// errs towards more paths in the caller. Of a function that never returns under
// the assumption nothing is said.

// Verdict tells what the results of a call are when an error that it is given is
// nil, or when it is not. The masks are sets of results.
type Verdict struct {
	// Param is the error, or the object whose field at Path is, and Null the
	// assumption that it is nil.
	Param int
	Path  Path
	Null  bool
	// Nil are results that are nil or false then, NonNil those that are not.
	Nil, NonNil uint32
}

func (v Verdict) String() string {
	when := "set"
	if v.Null {
		when = "nil"
	}
	return fmt.Sprintf("if %d%s is %s: nil %b, nonnil %b", v.Param, v.Path, when, v.Nil, v.NonNil)
}

// verdicts finds out what the results of fn tell of the errors that it is given.
func (e *Engine) verdicts(fn *ssa.Function) (out []Verdict) {
	if fn.Signature.Results().Len() == 0 || len(fn.Blocks) > maxSureBlocks {
		return nil
	}
	for i, param := range fn.Params {
		names, path := map[ssa.Value]bool{}, Path(0)
		if irx.IsError(param.Type()) {
			names = namesOf(param)
		} else if names, path = errorIn(param); len(names) == 0 {
			continue
		}
		for _, null := range []bool{true, false} {
			v := Verdict{Param: i, Path: path, Null: null}
			v.Nil, v.NonNil = e.resultsUnder(fn, &supposition{p: names, null: null})
			if v.Nil|v.NonNil != 0 {
				out = append(out, v)
			}
		}
	}
	return out
}

// resultsUnder returns the results that are nil or false, and those that are not,
// at each return that can be reached.
func (e *Engine) resultsUnder(fn *ssa.Function, s *supposition) (null, set uint32) {
	s.eng, s.edges = e, map[[2]int]bool{}
	s.reached = s.walk(fn)
	n := min(fn.Signature.Results().Len(), 32)
	null, set = 1<<n-1, 1<<n-1
	found := false
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || !s.reached[b.Index] {
			continue
		}
		found = true
		for i, v := range ret.Results[:n] {
			if !s.resultIs(i, v, true) {
				null &^= 1 << i
			}
			if !s.resultIs(i, v, false) {
				set &^= 1 << i
			}
		}
	}
	if !found {
		return 0, 0
	}
	return null, set
}

// resultIs reports whether v, the i-th result, is always nil or false, or never is.
func (s *supposition) resultIs(i int, v ssa.Value, null bool) bool {
	switch {
	case irx.IsBool(v.Type()):
		s.disc, s.never = disc{i, byBool}, null
		return s.success(v, map[ssa.Value]bool{})
	case !irx.Nilable(v.Type()):
		return false
	case null:
		s.disc, s.never = disc{i, byError}, false
		return s.success(v, map[ssa.Value]bool{})
	}
	return s.set(v, map[ssa.Value]bool{})
}

// set reports whether v is not nil whichever way is taken.
func (s *supposition) set(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Phi:
		for i, x := range v.Edges {
			if s.edges[[2]int{v.Block().Preds[i].Index, v.Block().Index}] && !s.set(x, seen) {
				return false
			}
		}
		return true
	case *ssa.UnOp:
		if x := lastPrivate(v); x != nil {
			return s.set(x, seen)
		}
	}
	return s.p[v] && !s.null || s.given(v) == no || s.eng.neverNil(v, map[ssa.Value]bool{})
}

// given tells whether v is a result of a call that is nil, or false, or is not,
// by an error that the call is given.
func (s *supposition) given(v ssa.Value) tri {
	call, result := resultOf(v)
	if call == nil || s.p == nil {
		return maybe
	}
	callee := irx.CalleeOf(call.Common())
	ops := irx.Operands(call.Common())
	for _, said := range s.eng.verdictsOf(callee) {
		if said.Param >= len(ops) || said.Path != 0 || s.isNil(ops[said.Param]) != triOf(said.Null) {
			continue
		}
		if t := said.of(result); t != maybe {
			return t
		}
	}
	return maybe
}

// of tells whether the result is nil or false.
func (v Verdict) of(result int) tri {
	switch {
	case result >= 32:
		return maybe
	case v.Nil>>result&1 == 1:
		return yes
	case v.NonNil>>result&1 == 1:
		return no
	}
	return maybe
}

// verdictsOf returns what the contract of a callee says.
func (e *Engine) verdictsOf(callee irx.Callee) []Verdict {
	if e.Pkg.Model.Of(callee.Func) != nil {
		return nil
	}
	c := e.contract(callee)
	if c == nil || c.bottom {
		return nil
	}
	return c.Verdicts
}

// givenResults binds the results that are nil, or are not, by the errors that the
// call is given in the state.
func (r *run) givenResults(s *state, v ssa.Value, c *Contract, ops []ssa.Value) {
	for _, said := range c.Verdicts {
		if said.Param >= len(ops) || r.nilness(r.partOf(s, ops[said.Param], said.Path)) != triOf(said.Null) {
			continue
		}
		for i := range 32 {
			if t := said.of(i); t != maybe {
				s.set(r.resultPlace(v, i), boolValue(t == no))
			}
		}
	}
}
