package own

import (
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- failures that end the process --
//
// Theory: from each call of the function the paths are followed on which its
// error is set, and each of them must come to an end of the process before
// anything that may take long. It is a must analysis over callers, up to main;
// what it does not see (a function value, a caller in another package) counts as
// a caller that goes on, so it errs towards a report.

// FailureEndsProcess reports whether the process ends wherever fn is called and
// fails, so that what fn leaves open then does not matter: all calls of fn are
// seen, and what follows their errors is a call that never returns, the end of
// main, or a failure of the caller's for which the same holds.
func (e *Engine) FailureEndsProcess(fn *ssa.Function) bool { return e.failureEnds(fn, 0) }

// maxEnds is how many callers up a failure is followed.
const maxEnds = 5

func (e *Engine) failureEnds(fn *ssa.Function, depth int) bool {
	d, ok := discriminator(fn.Signature)
	if !ok || d.kind != byError || depth > maxEnds || !e.ownCalls(fn) {
		return false
	}
	uses := e.Pkg.Uses(fn)
	return len(uses) > 0 && !slices.ContainsFunc(uses, func(use ssa.Instruction) bool {
		call, ok := use.(*ssa.Call)
		if !ok || irx.CalleeOf(call.Common()).Body != fn {
			return true
		}
		err := errorOf(call, d)
		return err == nil || !e.endsAfter(call, err, depth)
	})
}

// ownCalls reports whether each call of fn is in its own package and names it.
func (e *Engine) ownCalls(fn *ssa.Function) bool {
	if fn.Parent() != nil || fn.Object() == nil || fn.Pkg == nil {
		return false
	}
	if method := fn.Signature.Recv() != nil; fn.Object().Exported() && (method || fn.Pkg.Pkg.Name() != "main") || method && e.Pkg.Invoked(fn.Name()) {
		return false
	}
	return true
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

// failing walks on from where an error is set.
type failingWalk struct {
	e     *Engine
	depth int
	path  []*ssa.BasicBlock
}

// endsAfter reports whether the process ends on each way on from an instruction
// on which err is set.
func (e *Engine) endsAfter(from ssa.Instruction, err ssa.Value, depth int) bool {
	w := failingWalk{e: e, depth: depth}
	b := from.Block()
	return w.ends(b, b.Instrs[slices.Index(b.Instrs, from)+1:], map[ssa.Value]bool{err: true})
}

// ends follows the rest of a block. set are the values that are the error, and
// the variables that hold it.
func (w *failingWalk) ends(b *ssa.BasicBlock, rest []ssa.Instruction, set map[ssa.Value]bool) bool {
	if slices.Contains(w.path, b) || len(w.path) > maxFailingPath {
		return false // a loop: it may try again
	}
	w.path = append(w.path, b)
	defer func() { w.path = w.path[:len(w.path)-1] }()
	for _, instr := range rest {
		switch instr := instr.(type) {
		case *ssa.Return:
			return w.returns(instr, set)
		case *ssa.If:
			return w.branches(instr, set)
		case *ssa.Jump:
			return w.enters(b, b.Succs[0], set)
		case *ssa.Panic:
			return w.e.RunsOnce(b.Parent()) // nobody recovers
		case *ssa.Send:
			return set[instr.X] && w.e.receiverEnds(instr.Chan, w.depth)
		case *ssa.Call:
			if w.e.endsCall(instr) {
				return true
			}
			if !w.e.brief(instr) && !tellsOf(instr, set) {
				return false
			}
		case *ssa.Store:
			set[instr.Addr] = set[instr.Val] || irx.IsError(instr.Val.Type()) && w.e.neverNil(instr.Val, map[ssa.Value]bool{})
		default:
			if !w.e.brief(instr) {
				return false
			}
		}
		if v, ok := instr.(ssa.Value); ok && w.e.sameError(v, set) {
			set[v] = true
		}
	}
	return false
}

// maxFailingPath bounds the blocks between an error and the end of the process.
const maxFailingPath = 16

// sameError reports whether v is not nil where the values of set are not.
func (e *Engine) sameError(v ssa.Value, set map[ssa.Value]bool) bool {
	switch v := v.(type) {
	case *ssa.UnOp:
		return v.Op == token.MUL && set[v.X]
	case *ssa.ChangeInterface:
		return set[v.X]
	case *ssa.MakeInterface:
		return irx.IsError(v.Type())
	case *ssa.Call:
		return irx.IsError(v.Type()) && (e.neverNil(v, map[ssa.Value]bool{}) || slices.ContainsFunc(v.Call.Args, func(a ssa.Value) bool { return set[a] }))
	}
	return false
}

// enters follows a block from one of those before it.
func (w *failingWalk) enters(from, b *ssa.BasicBlock, set map[ssa.Value]bool) bool {
	set = maps.Clone(set)
	i := slices.Index(b.Preds, from)
	for _, instr := range b.Instrs {
		if phi, ok := instr.(*ssa.Phi); ok {
			set[phi] = set[phi.Edges[i]]
		}
	}
	return w.ends(b, b.Instrs, set)
}

// branches follows a test of the error on the side where it is set, and any
// other on both.
func (w *failingWalk) branches(branch *ssa.If, set map[ssa.Value]bool) bool {
	b := branch.Block()
	if cmp, ok := branch.Cond.(*ssa.BinOp); ok && (set[cmp.X] && irx.IsNil(cmp.Y) || set[cmp.Y] && irx.IsNil(cmp.X)) {
		switch cmp.Op {
		case token.NEQ:
			return w.enters(b, b.Succs[0], set)
		case token.EQL:
			return w.enters(b, b.Succs[1], set)
		}
	}
	return w.enters(b, b.Succs[0], set) && w.enters(b, b.Succs[1], set)
}

// returns reports whether a return ends the process, or gives the caller an
// error that does.
func (w *failingWalk) returns(ret *ssa.Return, set map[ssa.Value]bool) bool {
	fn := ret.Parent()
	if w.e.IsMain(fn) || w.e.EndsProcess(fn) {
		return true
	}
	d, ok := discriminator(fn.Signature)
	return ok && d.kind == byError && (set[ret.Results[d.index]] || w.e.neverNil(ret.Results[d.index], map[ssa.Value]bool{})) && w.e.failureEnds(fn, w.depth+1)
}

// tellsOf reports whether a call only tells of an error: a logger's, and what
// makes one error of another. It is given text, errors or anything, and what it
// gives back is another error, or nothing but the next logger. Closing something
// is as short.
func tellsOf(call *ssa.Call, set map[ssa.Value]bool) bool {
	c := call.Common()
	callee := irx.CalleeOf(c)
	if callee.Func == nil {
		return false
	}
	sig := callee.Func.Signature()
	if saysRelease(callee.Func.Name()) {
		return sig.Recv() != nil
	}
	for p := range sig.Params().Variables() {
		t := p.Type()
		if s, ok := t.(*types.Slice); ok && sig.Variadic() && p == sig.Params().At(sig.Params().Len()-1) {
			t = s.Elem()
		}
		if b, ok := t.Underlying().(*types.Basic); !isAny(t) && !irx.IsError(t) && (!ok || b.Kind() != types.String) {
			return false
		}
	}
	switch sig.Results().Len() {
	case 0:
		return sig.Params().Len() > 0
	case 1:
		return irx.IsError(call.Type()) && slices.ContainsFunc(c.Args, func(a ssa.Value) bool { return set[a] }) || onlyAsked(call)
	}
	return false
}

// onlyAsked reports whether a value is nothing but the receiver of other calls.
func onlyAsked(v ssa.Value) bool {
	return !slices.ContainsFunc(*v.Referrers(), func(ref ssa.Instruction) bool {
		call, ok := ref.(*ssa.Call)
		if !ok {
			return true
		}
		f := irx.CalleeOf(call.Common()).Func
		ops := irx.Operands(call.Common())
		return f == nil || f.Signature().Recv() == nil || ops[0] != v
	})
}

// receiverEnds reports whether who receives an error from a channel ends the
// process: the channel is made for it, nobody else gets it, and each receive is
// followed by the end.
func (e *Engine) receiverEnds(ch ssa.Value, depth int) bool {
	made, ok := definition(ch).(*ssa.MakeChan)
	if !ok || depth > maxEnds {
		return false
	}
	found := false
	for _, fn := range e.Pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				use, ok := useOfChannel(instr, made)
				if !ok {
					continue
				}
				if use == nil || !e.endsAfter(use.(ssa.Instruction), use, depth+1) {
					return false
				}
				found = true
			}
		}
	}
	return found
}

// useOfChannel returns what an instruction receives from a channel, nil when
// that is not known; ok is false when it only sends to it, or has nothing to do
// with it.
func useOfChannel(instr ssa.Instruction, made *ssa.MakeChan) (received ssa.Value, ok bool) {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		if instr.Op == token.ARROW && definition(instr.X) == ssa.Value(made) {
			if instr.CommaOk {
				return extracted(instr, 0), true
			}
			return instr, true
		}
	case *ssa.Select:
		i := 2
		for _, s := range instr.States {
			if s.Dir == types.RecvOnly {
				if definition(s.Chan) == ssa.Value(made) {
					return extracted(instr, i), true
				}
				i++
			}
		}
	case ssa.CallInstruction:
		c := instr.Common()
		if _, builtin := c.Value.(*ssa.Builtin); builtin {
			return nil, false
		}
		return nil, slices.ContainsFunc(c.Args, func(a ssa.Value) bool { return isChan(a) && definition(a) == ssa.Value(made) })
	case *ssa.ChangeType:
		return nil, definition(instr.X) == ssa.Value(made)
	case *ssa.MakeInterface:
		return nil, definition(instr.X) == ssa.Value(made)
	case *ssa.Return:
		return nil, slices.ContainsFunc(instr.Results, func(v ssa.Value) bool { return isChan(v) && definition(v) == ssa.Value(made) })
	case *ssa.Store:
		if _, local := instr.Addr.(*ssa.Alloc); !local {
			return nil, isChan(instr.Val) && definition(instr.Val) == ssa.Value(made)
		}
	}
	return nil, false
}

func isChan(v ssa.Value) bool {
	_, ok := v.Type().Underlying().(*types.Chan)
	return ok
}
