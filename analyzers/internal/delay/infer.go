package delay

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

func (r *Result) infer(fn *ssa.Function) *Fact {
	f := &Fact{Delays: r.delays(fn)}
	recovers := r.Recovers(fn)
	f.Exits = !recovers && r.ends(fn, nil)
	for i, p := range fn.Params {
		if !irx.IsError(p.Type()) {
			continue
		}
		if !f.Exits && !recovers && r.ends(fn, p) {
			f.ExitsIf = append(f.ExitsIf, i)
		}
		if r.tells(p) {
			f.Tells = append(f.Tells, i)
		}
	}
	return f
}

// -- does it take time --

func (r *Result) delays(fn *ssa.Function) bool {
	var passing []*ssa.BasicBlock // blocks that call what delays further down
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch {
			case !r.Waits(instr):
			case r.itself(instr):
				return true
			default:
				passing = append(passing, b)
			}
		}
	}
	return len(passing) > 0 && !returnsAround(fn, passing)
}

// itself reports whether the wait is in the instruction and not in a declared
// function that it calls.
func (r *Result) itself(instr ssa.Instruction) bool {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return true
	}
	c := irx.CalleeOf(call.Common())
	return c.Dynamic || c.Func == nil || r.pkg.Model.Of(c.Func) != nil
}

// returnsAround reports whether a return can be reached without passing one of
// the blocks.
func returnsAround(fn *ssa.Function, avoid []*ssa.BasicBlock) bool {
	return anyBlock(fn, func(b *ssa.BasicBlock) (succs []*ssa.BasicBlock, found bool) {
		if slices.Contains(avoid, b) {
			return nil, false
		}
		_, isReturn := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		return b.Succs, isReturn
	})
}

// anyBlock walks from the entry of fn over what visit returns until it finds.
func anyBlock(fn *ssa.Function, visit func(*ssa.BasicBlock) (succs []*ssa.BasicBlock, found bool)) bool {
	if len(fn.Blocks) == 0 {
		return false
	}
	seen := make([]bool, len(fn.Blocks))
	work := []*ssa.BasicBlock{fn.Blocks[0]}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b.Index] {
			continue
		}
		seen[b.Index] = true
		succs, found := visit(b)
		if found {
			return true
		}
		work = append(work, succs...)
	}
	return false
}

// -- does it end the process --

// ends reports whether fn, called with a non-nil err (nil: whatever it is called
// with), never returns because it ends the process.
func (r *Result) ends(fn *ssa.Function, err *ssa.Parameter) bool {
	exits := false
	returns := anyBlock(fn, func(b *ssa.BasicBlock) ([]*ssa.BasicBlock, bool) {
		for _, instr := range b.Instrs {
			if r.exitsAt(instr, err) {
				exits = true
				return nil, false
			}
		}
		_, isReturn := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		return feasible(b, err), isReturn
	})
	return exits && !returns
}

func (r *Result) exitsAt(instr ssa.Instruction, err *ssa.Parameter) bool {
	switch instr := instr.(type) {
	case *ssa.Panic:
		return r.EndsProcess(instr)
	case *ssa.Call:
		f := r.OfCall(instr.Common())
		if f.Exits {
			return true
		}
		ops := irx.Operands(instr.Common())
		for _, i := range f.ExitsIf {
			if err != nil && i < len(ops) && ops[i] == err {
				return true
			}
		}
	}
	return false
}

// feasible returns the successors of b that a non-nil err leads to.
func feasible(b *ssa.BasicBlock, err *ssa.Parameter) []*ssa.BasicBlock {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok || err == nil {
		return b.Succs
	}
	cmp, ok := branch.Cond.(*ssa.BinOp)
	if !ok || !(cmp.X == err && irx.IsNil(cmp.Y) || cmp.Y == err && irx.IsNil(cmp.X)) {
		return b.Succs
	}
	switch cmp.Op {
	case token.NEQ:
		return b.Succs[:1]
	case token.EQL:
		return b.Succs[1:]
	}
	return b.Succs
}

// Recovers reports whether a deferred function of fn calls recover, or may.
func (r *Result) Recovers(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if d, ok := instr.(*ssa.Defer); ok && r.mayRecover(d.Common()) {
				return true
			}
		}
	}
	return false
}

// mayRecover: a plain function of another package that is deferred may be there
// to recover.
func (r *Result) mayRecover(call *ssa.CallCommon) bool {
	c := irx.CalleeOf(call)
	if c.Body != nil || c.Func == nil || c.Dynamic {
		return callsRecover(c.Body)
	}
	sig := c.Func.Signature()
	return sig.Recv() == nil && sig.Results().Len() == 0 && !r.pkg.Standard(c.Func.Pkg()) && r.pkg.Model.Of(c.Func) == nil
}

func callsRecover(fn *ssa.Function) bool {
	if fn == nil {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok && irx.CalleeOf(call.Common()).Builtin == "recover" {
				return true
			}
		}
	}
	return false
}

// EndsProcess reports whether a panic ends the process unless it is recovered.
// The SSA form has panics of its own: after each call that does not return, and
// where a blocking select would have chosen none of its arms.
func (r *Result) EndsProcess(p *ssa.Panic) bool {
	if p.Pos().IsValid() {
		return true
	}
	instrs := p.Block().Instrs
	for i := len(instrs) - 2; i >= 0; i-- {
		call, ok := instrs[i].(*ssa.Call)
		if !ok {
			continue
		}
		fn := irx.CalleeOf(call.Common()).Func
		// These end a goroutine or a test.
		return fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "testing" && fn.Pkg().Path() != "runtime"
	}
	return false
}
