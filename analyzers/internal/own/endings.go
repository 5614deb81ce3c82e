package own

import (
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- how a function ends that does not return --

// Ending is how a function ends that never returns.
type Ending uint8

const (
	returns Ending = iota // it may return
	stays                 // it goes on for ever
	panics                // it panics, or ends the process
	exits                 // it ends the process
)

func (e Ending) String() string { return [...]string{"returns", "no return", "panics", "exits"}[e] }

// endingOf tells how a call ends.
func (e *Engine) endingOf(call *ssa.Call) Ending {
	callee := irx.CalleeOf(call.Common())
	if callee.Func == nil && callee.Body == nil && callee.Dynamic {
		return e.endingOfVariable(call.Call.Value)
	}
	return e.endingOfCallee(callee)
}

func (e *Engine) endingOfCallee(callee irx.Callee) Ending {
	if spec := e.Pkg.Model.Of(callee.Func); spec != nil {
		switch {
		case spec.Exits:
			return exits
		case spec.NoReturn:
			return panics
		}
		return returns
	}
	if c := e.contract(callee); c != nil {
		return c.Ending
	}
	return returns
}

// endingOfVariable tells how a call of a variable ends: one of the package, or a
// field, that nothing but functions which do not return is assigned here
// ("var fatalf = log.Fatalf", for tests to replace). Other packages may assign an
// exported one: it counts by its default.
func (e *Engine) endingOfVariable(v ssa.Value) Ending {
	least := returns
	for _, fn := range e.Pkg.FunctionsIn(v) {
		how := e.endingOfCallee(irx.CalleeOfFunc(fn))
		if how == returns {
			return returns
		}
		if least == returns || how < least {
			least = how
		}
	}
	return least
}

// ending tells how fn ends when no return of it can be reached. Where a cycle may
// go on for ever, it is one that stays.
func (e *Engine) ending(fn *ssa.Function) Ending {
	least, reached := exits, e.reachedBlocks(fn)
	for _, b := range fn.Blocks {
		if !reached[b.Index] {
			continue
		}
		if how := e.endingAt(b); how != returns {
			least = min(least, how)
			continue
		}
		switch b.Instrs[len(b.Instrs)-1].(type) {
		case *ssa.Return:
			return returns
		case *ssa.Panic:
			if recovers(fn) {
				return returns
			}
			least = min(least, panics)
		}
		if e.shape(fn).inLoop(b) && e.waits(b) {
			least = stays
		}
	}
	return least
}

// waits reports whether a block of a cycle does more than print or compute.
func (e *Engine) waits(b *ssa.BasicBlock) bool {
	if len(b.Succs) == 1 && b.Succs[0] == b {
		return true // for {}
	}
	for _, instr := range b.Instrs {
		if !e.brief(instr) {
			return true
		}
	}
	return false
}

// reachedBlocks returns the blocks that can be reached, given the calls that do not
// return.
func (e *Engine) reachedBlocks(fn *ssa.Function) []bool {
	seen := make([]bool, len(fn.Blocks))
	work := []*ssa.BasicBlock{fn.Blocks[0]}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b.Index] {
			continue
		}
		seen[b.Index] = true
		if e.endingAt(b) == returns {
			work = append(work, b.Succs...)
		}
	}
	return seen
}

// endingAt tells how the first call of a block that does not return ends.
func (e *Engine) endingAt(b *ssa.BasicBlock) Ending {
	for _, instr := range b.Instrs {
		if call, ok := instr.(*ssa.Call); ok {
			if how := e.endingOf(call); how != returns {
				return how
			}
		}
	}
	return returns
}
