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
	if !ok || !(cmp.X == err && isNil(cmp.Y) || cmp.Y == err && isNil(cmp.X)) {
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

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
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

// -- does it hand an error on --

// tells reports whether an error is handed to somebody who may act on it. What
// is made of it (wrapped, asserted) counts as it.
func (r *Result) tells(err ssa.Value) bool {
	seen := map[ssa.Value]bool{err: true}
	work := []ssa.Value{err}
	for len(work) > 0 {
		v := work[0]
		work = work[1:]
		for _, ref := range *v.Referrers() {
			if r.HandsOn(ref, v) {
				return true
			}
			if w, ok := ref.(ssa.Value); ok && !seen[w] && carriesError(ref) {
				seen[w] = true
				work = append(work, w)
			}
		}
	}
	return false
}

func carriesError(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Phi, *ssa.ChangeInterface, *ssa.MakeInterface:
		return true
	case *ssa.Call:
		return irx.IsError(instr.Type())
	}
	return false
}

// HandsOn reports whether an instruction gives the error v to somebody else:
// a send, a store that outlives the function, a callback. Formatting and
// logging, which take anything, are none.
func (r *Result) HandsOn(instr ssa.Instruction, v ssa.Value) bool {
	switch instr := instr.(type) {
	case *ssa.Send:
		return instr.X == v
	case *ssa.Select:
		return slices.ContainsFunc(instr.States, func(s *ssa.SelectState) bool { return s.Send == v })
	case *ssa.Store:
		return instr.Val == v && irx.IsError(v.Type()) && outlives(instr.Addr)
	case ssa.CallInstruction:
		return r.passesOn(instr.Common(), v)
	}
	return false
}

// outlives reports whether an address is not of the function's own memory.
func outlives(addr ssa.Value) bool {
	for {
		switch a := addr.(type) {
		case *ssa.Alloc:
			return false
		case *ssa.FieldAddr:
			addr = a.X
		case *ssa.IndexAddr:
			addr = a.X
		default:
			return true
		}
	}
}

func (r *Result) passesOn(call *ssa.CallCommon, v ssa.Value) bool {
	f := r.OfCall(call)
	c := irx.CalleeOf(call)
	for i, op := range irx.Operands(call) {
		if op != v {
			continue
		}
		if slices.Contains(f.Tells, i) {
			return true
		}
		if c.Dynamic && c.Builtin == "" && takesError(call, i) && r.pkg.Model.Of(c.Func) == nil {
			return true
		}
	}
	return false
}

// takesError reports whether the operand is declared as an error: a parameter of
// any type is a logger's.
func takesError(call *ssa.CallCommon, operand int) bool {
	if call.IsInvoke() {
		operand--
	}
	params := call.Signature().Params()
	return operand >= 0 && operand < params.Len() && irx.IsError(params.At(operand).Type())
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
