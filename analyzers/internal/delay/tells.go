package delay

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

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
		return instr.Val == v && irx.IsError(v.Type()) && (outlives(instr.Addr) || appended(instr.Addr))
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

// appended reports whether an address is the place of an argument of an append
// whose result outlives the function: "s.errs = append(s.errs, err)".
func appended(addr ssa.Value) bool {
	elem, ok := addr.(*ssa.IndexAddr)
	if !ok {
		return false
	}
	array, ok := elem.X.(*ssa.Alloc)
	if !ok {
		return false
	}
	for _, ref := range *array.Referrers() {
		slice, ok := ref.(*ssa.Slice)
		if ok && slices.ContainsFunc(*slice.Referrers(), appendedBeyond) {
			return true
		}
	}
	return false
}

func appendedBeyond(instr ssa.Instruction) bool {
	call, ok := instr.(*ssa.Call)
	if !ok || irx.CalleeOf(call.Common()).Builtin != "append" {
		return false
	}
	return slices.ContainsFunc(*call.Referrers(), func(ref ssa.Instruction) bool {
		st, ok := ref.(*ssa.Store)
		return ok && st.Val == ssa.Value(call) && outlives(st.Addr)
	})
}

// keeps reports whether a method whose body nobody has seen keeps what it is given
// for somebody else, or ends something with it, by its name: that of an atomic
// value, a map, a pipe, a group of goroutines.
func keeps(fn *types.Func) bool {
	if fn == nil || fn.Signature().Recv() == nil {
		return false
	}
	switch fn.Name() {
	case "Store", "Swap", "CompareAndSwap", "LoadOrStore", "CloseWithError", "SetErr", "SetError", "Kill", "Fail", "Abort", "Cancel":
		return true
	}
	return false
}

func (r *Result) passesOn(call *ssa.CallCommon, v ssa.Value) bool {
	f := r.OfCall(call)
	c := irx.CalleeOf(call)
	for i, op := range irx.Operands(call) {
		if op != v {
			continue
		}
		if slices.Contains(f.Tells, i) || i > 0 && c.Body == nil && keeps(c.Func) {
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
