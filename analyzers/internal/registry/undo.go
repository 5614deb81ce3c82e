package registry

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- functions that return the way back --
//
// Some registries hand out what removes the entry:
//
//	off := bus.On(func(event) { ... })
//	defer off()

// Undo returns the number, from 1, of the result of fn that removes what fn
// inserts, or 0.
func (x *Index) Undo(fn *ssa.Function) int {
	if x.undos == nil {
		x.undos = make(map[*ssa.Function]int)
		for _, o := range x.Ops {
			if n := x.undoes(o); n > 0 {
				x.undos[o.Fn().Parent()] = n
			}
		}
	}
	return x.undos[fn]
}

// undoes reports as which result of the function around it a literal that
// removes is returned; 0 when it is used in any other way.
func (x *Index) undoes(o *Op) int {
	fn := o.Fn()
	if o.Kind != Remove || fn.Parent() == nil {
		return 0
	}
	result, ok := x.returned[fn]
	if !ok {
		result = returnedAs(fn)
		x.returned[fn] = result
	}
	return result
}

// returnedAs returns as which result the function around a literal returns it.
func returnedAs(fn *ssa.Function) int {
	result := 0
	for _, b := range fn.Parent().Blocks {
		for _, instr := range b.Instrs {
			mc, ok := instr.(*ssa.MakeClosure)
			if !ok || mc.Fn != ssa.Value(fn) {
				continue
			}
			if result = onlyReturned(mc); result == 0 {
				return 0
			}
		}
	}
	return result
}

// onlyReturned returns as which result a value is returned, from 1, when nothing
// else is done with it.
func onlyReturned(v ssa.Value) int { return onlyReturnedVia(v, map[*ssa.Alloc]bool{}) }

// onlyReturnedVia does it for a value that may have been in some cells: a return of a
// named result in a function that defers stores the result in itself.
func onlyReturnedVia(v ssa.Value, cells map[*ssa.Alloc]bool) int {
	result := 0
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.ChangeType:
			result = onlyReturnedVia(ref, cells)
		case *ssa.DebugRef:
		case *ssa.Store: // the result is a variable in a function that defers
			cell, ok := ref.Addr.(*ssa.Alloc)
			if !ok || cell.Heap {
				return 0
			}
			if cells[cell] {
				continue
			}
			cells[cell] = true
			for _, use := range *cell.Referrers() {
				if load, ok := use.(*ssa.UnOp); ok {
					result = max(result, onlyReturnedVia(load, cells))
				}
			}
		case *ssa.Return:
			for i, r := range ref.Results {
				if r == v {
					result = i + 1
				}
			}
		default:
			return 0
		}
	}
	return result
}

// ResultUsed reports whether anything is done with a result of a call.
func ResultUsed(instr ssa.CallInstruction, result int) bool {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return false
	}
	_, several := call.Type().(*types.Tuple)
	for _, ref := range *call.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.Extract:
			if ref.Index == result && len(*ref.Referrers()) > 0 {
				return true
			}
		default:
			if !several {
				return true
			}
		}
	}
	return false
}

// UndoOf is Undo of the function of another package that an operation calls.
func (x *Index) UndoOf(fn *types.Func) int {
	var f Fact
	if fn == nil || fn.Pkg() == nil || !x.pass.ImportObjectFact(fn.Origin(), &f) {
		return 0
	}
	return f.Undo
}

// Discards returns the calls of a function of this package that pass one of the
// values and drop its result.
func (x *Index) Discards(fn *ssa.Function, result int, passes func(ssa.Value) bool) []ssa.CallInstruction {
	var out []ssa.CallInstruction
	for _, call := range x.pkg.MayCalls(fn) {
		for _, op := range irx.Operands(call.Common()) {
			if passes(op) && !ResultUsed(call, result) {
				out = append(out, call)
				break
			}
		}
	}
	return out
}
