package errpath

import (
	"go/types"
	"math"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- who waits for the end of a goroutine --
//
// A counter of goroutines (sync.WaitGroup, errgroup.Group) tells of the end of one
// when who has started it does nothing but wait for them: it goes on then. One that
// waits for a signal first, and for the goroutines after it, is told nothing; nor is
// one that starts them in a loop, where the others run on, or that counts goroutines
// which do something else. May-analysis: the error is one of silence.

// awaited reports whether a call counts a goroutine out, or stands in one that is
// counted, and who has started it waits for that.
func (r *Result) awaited(call *ssa.CallCommon, in *ssa.Function) bool {
	fn := irx.CalleeOf(call).Func
	if fn == nil || fn.FullName() != "(*sync.WaitGroup).Done" {
		return false
	}
	group := call.Args[0]
	if p, ok := group.(*ssa.Parameter); ok {
		i := slices.Index(in.Params, p)
		return r.allStarts(in, func(start ssa.CallInstruction) bool {
			args := start.Common().Args
			return i < len(args) && waitsAfter(start, groupOf(args[i]))
		})
	}
	return r.allStarts(in, func(start ssa.CallInstruction) bool { return waitsAfter(start, groupOf(group)) })
}

// allStarts reports whether a condition holds of each go statement for a function,
// and there is one.
func (r *Result) allStarts(fn *ssa.Function, holds func(ssa.CallInstruction) bool) bool {
	found := false
	for _, call := range r.pkg.Calls(fn) {
		if _, starts := call.(*ssa.Go); !starts {
			continue
		}
		if !holds(call) {
			return false
		}
		found = true
	}
	return found
}

// counted reports whether a group runs the function, and who has given it to the
// group waits for that: g.Go(fn), g.Wait().
func (r *Result) counted(fn *ssa.Function) bool {
	r.index()
	return slices.ContainsFunc(r.given[fn], func(call ssa.CallInstruction) bool {
		c, ops := irx.CalleeOf(call.Common()), irx.Operands(call.Common())
		return c.Func != nil && c.Func.Name() == "Go" && len(ops) == 2 && waitsAfter(call, groupOf(ops[0]))
	})
}

// groupOf identifies a group: the variable or field that holds it, or the value.
func groupOf(v ssa.Value) any {
	if load, ok := v.(*ssa.UnOp); ok {
		v = load.X
	}
	if fv, ok := v.(*ssa.FreeVar); ok {
		if b := irx.Binding(fv); b != nil {
			return groupOf(b)
		}
	}
	if f, ok := v.(*ssa.FieldAddr); ok {
		if f := field(f); f != nil {
			return f
		}
	}
	if cell, ok := v.(*ssa.Alloc); ok {
		if _, isPointer := cell.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Pointer); isPointer {
			return cell
		}
	}
	return v
}

// waitsAfter reports whether the function that starts a goroutine, once and not in a
// loop, waits for the group then, before anything else.
func waitsAfter(start ssa.CallInstruction, group any) bool {
	fn := start.Parent()
	if onLoop(start.Block()) || outlasted(start, group) {
		return false
	}
	after := func(instr ssa.Instruction) bool {
		b := instr.Block()
		if b == start.Block() {
			return slices.Index(b.Instrs, instr) > slices.Index(b.Instrs, ssa.Instruction(start))
		}
		return irx.Reaches(fn, b)[start.Block().Index]
	}
	return anyInstr(fn, func(instr ssa.Instruction) bool {
		call, ok := instr.(*ssa.Call)
		if !ok || !waitsFor(call, group) || !after(call) {
			return false
		}
		return !anyInstr(fn, func(other ssa.Instruction) bool {
			return irx.WaitsForEvent(other) && after(other) && precedes(other, call)
		})
	})
}

// outlasted reports whether the group counts more goroutines than the function starts
// for the same purpose: as the one of start, or what calls the same function.
func outlasted(start ssa.CallInstruction, group any) bool {
	mine := goroutineOf(start)
	same, all := int64(0), int64(0)
	for _, b := range start.Parent().Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if n, adds := added(call.Common(), group); adds {
				all += n
			}
			runs := goroutineOf(call)
			_, byGo := call.(*ssa.Go)
			switch {
			case runs == nil:
			case call == start, runs == mine, mine != nil && callSame(mine, runs):
				same++
			case !byGo && groupOf(irx.Operands(call.Common())[0]) == group:
				return true // the group has started something else
			}
		}
	}
	return all > same
}

// added is how many goroutines a call adds to the group: very many when that is not
// constant.
func added(call *ssa.CallCommon, group any) (n int64, ok bool) {
	fn := irx.CalleeOf(call).Func
	if fn == nil || fn.FullName() != "(*sync.WaitGroup).Add" || groupOf(call.Args[0]) != group {
		return 0, false
	}
	c, ok := call.Args[1].(*ssa.Const)
	if !ok {
		return math.MaxInt32, true
	}
	return c.Int64(), true
}

// goroutineOf is the function that a go statement, or the Go method of a group, starts,
// if it is seen.
func goroutineOf(call ssa.CallInstruction) *ssa.Function {
	if _, ok := call.(*ssa.Go); ok {
		return irx.CalleeOf(call.Common()).Body
	}
	c, ops := irx.CalleeOf(call.Common()), irx.Operands(call.Common())
	if c.Func == nil || c.Func.Name() != "Go" || len(ops) != 2 {
		return nil
	}
	switch f := ops[1].(type) {
	case *ssa.MakeClosure:
		return f.Fn.(*ssa.Function)
	case *ssa.Function:
		return f
	}
	return nil
}

// callSame reports whether two functions call the same one of this package.
func callSame(f, g *ssa.Function) bool {
	return anyCall(f, func(c *ssa.CallCommon) bool {
		body := irx.CalleeOf(c).Body
		return body != nil && anyCall(g, func(d *ssa.CallCommon) bool { return irx.CalleeOf(d).Body == body })
	})
}

// waitsFor reports whether a call waits for a group.
func waitsFor(call *ssa.Call, group any) bool {
	c, ops := irx.CalleeOf(call.Common()), irx.Operands(call.Common())
	return c.Func != nil && c.Func.Name() == "Wait" && len(ops) == 1 && groupOf(ops[0]) == group
}

// precedes reports whether a always runs before b.
func precedes(a, b ssa.Instruction) bool {
	if a.Block() == b.Block() {
		return slices.Index(a.Block().Instrs, a) < slices.Index(b.Block().Instrs, b)
	}
	return a.Block().Dominates(b.Block())
}

func onLoop(b *ssa.BasicBlock) bool {
	return slices.ContainsFunc(b.Succs, func(s *ssa.BasicBlock) bool { return irx.Reaches(b.Parent(), b)[s.Index] })
}

// -- callers that tell --

// maxFollowed bounds the way up to a caller that tells.
const maxFollowed = 2

// Followed reports whether whoever calls the function tells somebody of its end:
// each caller is seen, waits for it, and afterwards signals, or its own caller does.
func (r *Result) Followed(fn *ssa.Function) bool { return r.followed(fn, 0) }

func (r *Result) followed(fn *ssa.Function, depth int) bool {
	if r.tellsOnReturn(fn) || r.counted(fn) {
		return true
	}
	if depth > maxFollowed {
		return false
	}
	calls := r.callsOf(fn)
	return len(calls) > 0 && !slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool {
		call, waits := c.(*ssa.Call)
		return !waits || !r.tellsAfter(call) && !r.hangsUpAfter(call) && !r.followed(call.Parent(), depth+1)
	})
}

// tellsAfter reports whether something that runs after a call, on every way on from
// it or on some, signals.
func (r *Result) tellsAfter(call *ssa.Call) bool {
	found := false
	return anyInstr(call.Parent(), func(instr ssa.Instruction) bool {
		if instr == ssa.Instruction(call) {
			found = true
			return false
		}
		after := instr.Block() == call.Block() && found || instr.Block() != call.Block() && irx.Reaches(call.Parent(), instr.Block())[call.Block().Index]
		if !after {
			return false
		}
		next, ok := instr.(*ssa.Call)
		return sendsAway(instr) || ok && (r.signals(next.Common()) || r.awaited(next.Common(), call.Parent()))
	})
}
