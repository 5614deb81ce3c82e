package own

import (
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- returns after which the process ends --
//
// Theory: what is known of the results at a return (the error is set, the pointer
// is nil, the status is 1) is taken to each call of the function. From there all
// paths are followed that fit, and each of them must come to an end of the process
// before anything that may take long. It is a must analysis over callers, up to
// main; what it does not see (a function value, a caller in another package) counts
// as a caller that goes on, so it errs towards a report. Of an exported function the
// callers in its own package tell how it is treated, when there are any.

// EndsAfter reports whether the process ends wherever the function of a return has
// been called and has come to it, so that what is left open there does not matter.
// failed says that the function tells of failure there.
func (e *Engine) EndsAfter(ret *ssa.Return, failed bool) bool {
	w := &endingWalk{e: e}
	results := w.results(ret, known{})
	if d, ok := discriminator(ret.Parent().Signature); ok && failed && d.kind == byError {
		results[d.index] = fact{null: no}
		if e.isHook(ret.Parent()) {
			return true
		}
	}
	return w.callers(ret.Parent(), results)
}

// Bounds of a walk.
const (
	maxEnds       = 6   // callers up
	maxEndingPath = 24  // blocks between a call and the end of the process
	maxEndingWalk = 500 // blocks of all paths
)

// endingWalk walks on from calls.
type endingWalk struct {
	e     *Engine
	depth int
	steps int
	path  []*ssa.BasicBlock
}

// callers follows all calls of fn, after which the results are known.
func (w *endingWalk) callers(fn *ssa.Function, results []fact) bool {
	if w.depth++; w.depth > maxEnds {
		return false
	}
	defer func() { w.depth-- }()
	if fn.Parent() != nil && w.grouped(fn, results) {
		return true
	}
	calls, ok := w.e.ownCalls(fn)
	return ok && !slices.ContainsFunc(calls, func(call *ssa.Call) bool { return !w.after(call, results) })
}

// after follows a call whose results are known.
func (w *endingWalk) after(call *ssa.Call, results []fact) bool {
	set := known{}
	if _, ok := call.Type().(*types.Tuple); !ok && len(results) == 1 {
		set[call] = results[0]
	}
	for _, ref := range *call.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && ex.Index < len(results) {
			set[ex] = results[ex.Index]
		}
	}
	return w.from(call, set)
}

// endsAfter reports whether the process ends on each way on from an instruction
// on which err is set.
func (e *Engine) endsAfter(from ssa.Instruction, err ssa.Value, depth int) bool {
	w := &endingWalk{e: e, depth: depth}
	return w.from(from, known{err: {null: no}})
}

func (w *endingWalk) from(instr ssa.Instruction, set known) bool {
	outer := w.path
	w.path = nil
	defer func() { w.path = outer }()
	b := instr.Block()
	return w.ends(b, b.Instrs[slices.Index(b.Instrs, instr)+1:], set)
}

// ends follows the rest of a block.
func (w *endingWalk) ends(b *ssa.BasicBlock, rest []ssa.Instruction, set known) bool {
	if w.steps++; slices.Contains(w.path, b) || len(w.path) > maxEndingPath || w.steps > maxEndingWalk {
		return false // a loop: it may try again
	}
	w.path = append(w.path, b)
	defer func() { w.path = w.path[:len(w.path)-1] }()
	for _, instr := range rest {
		if set.derefsNil(instr) {
			return w.e.RunsOnce(b.Parent()) // nobody recovers
		}
		switch instr := instr.(type) {
		case *ssa.Return:
			return w.returns(instr, set)
		case *ssa.If:
			return w.branches(instr, set)
		case *ssa.Jump:
			return w.enters(b, b.Succs[0], set)
		case *ssa.Panic:
			return w.e.RunsOnce(b.Parent())
		case *ssa.Send:
			return set.of(instr.X).null == no && w.receivers(instr.Chan)
		case *ssa.Call:
			if how := w.e.endingOf(instr); how != returns {
				return how == exits || how == panics && w.e.RunsOnce(b.Parent())
			}
			if !w.e.brief(instr) && !w.e.tellsOf(instr, set, 0) {
				return false
			}
		case *ssa.Store:
			set[instr.Addr] = w.e.factOf(instr.Val, set)
		default:
			if !w.e.brief(instr) {
				return false
			}
		}
		if v, ok := instr.(ssa.Value); ok {
			if f := w.e.factOf(v, set); f != (fact{}) {
				set[v] = f
			}
		}
	}
	return false
}

// enters follows a block from one of those before it.
func (w *endingWalk) enters(from, b *ssa.BasicBlock, set known) bool {
	set = maps.Clone(set)
	i := slices.Index(b.Preds, from)
	facts := known{}
	for _, phi := range phisOf(b) {
		facts[phi] = w.e.factOf(phi.Edges[i], set)
	}
	maps.Copy(set, facts)
	return w.ends(b, b.Instrs[len(facts):], set)
}

// branches follows a test on the side that fits what is known, else on both.
func (w *endingWalk) branches(branch *ssa.If, set known) bool {
	b := branch.Block()
	truth := set.truth(branch.Cond)
	return (truth == no || w.enters(b, b.Succs[0], set)) && (truth == yes || w.enters(b, b.Succs[1], set))
}

// returns reports whether a return ends the process, or gives the caller something
// after which it does.
func (w *endingWalk) returns(ret *ssa.Return, set known) bool {
	fn := ret.Parent()
	if w.e.IsMain(fn) || w.e.EndsProcess(fn) {
		return true
	}
	results := w.results(ret, set)
	if d, ok := discriminator(fn.Signature); ok && d.kind == byError && results[d.index].null == no && w.e.isHook(fn) {
		return true
	}
	return w.callers(fn, results)
}

// results returns what is known of the results at a return.
func (w *endingWalk) results(ret *ssa.Return, set known) []fact {
	out := make([]fact, len(ret.Results))
	for i, v := range ret.Results {
		out[i] = w.e.factOf(v, set)
	}
	return out
}

// ownCalls returns all calls of fn, or false when something else may call it.
// What calls an exported function from outside is taken to do as its own package
// does, but there must be somebody.
func (e *Engine) ownCalls(fn *ssa.Function) ([]*ssa.Call, bool) {
	if fn.Pkg == nil || fn.Signature.Recv() != nil && e.Pkg.Invoked(fn.Name()) {
		return nil, false
	}
	var calls []*ssa.Call
	for _, use := range e.Pkg.Uses(fn) {
		call, ok := use.(*ssa.Call)
		if mc, literal := use.(*ssa.MakeClosure); literal {
			call, ok = calledAtOnce(mc)
		}
		if !ok || irx.CalleeOf(call.Common()).Body != fn {
			return nil, false
		}
		calls = append(calls, call)
	}
	return calls, len(calls) > 0
}

// calledAtOnce returns the call of a literal where it is made, when that is all
// that is done with it.
func calledAtOnce(mc *ssa.MakeClosure) (*ssa.Call, bool) {
	if refs := *mc.Referrers(); len(refs) == 1 {
		call, ok := refs[0].(*ssa.Call)
		return call, ok
	}
	return nil, false
}

// errorOf returns the error that a call gives, or nil when nobody asks for it.
func errorOf(call *ssa.Call, d disc) ssa.Value {
	if _, ok := call.Type().(*types.Tuple); ok {
		return extracted(call, d.index)
	}
	return call
}

// extracted returns one value of a tuple, or nil.
func extracted(tuple ssa.Value, i int) ssa.Value {
	for _, ref := range *tuple.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && ex.Index == i {
			return ex
		}
	}
	return nil
}
