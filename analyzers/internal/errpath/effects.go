package errpath

import (
	"go/token"
	"go/types"
	"iter"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- waiting on channels --

// waitsOnChannel reports whether an instruction waits until somebody else does
// something. A send does not count: whoever takes one error takes the next.
func (p *player) waitsOnChannel(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		return instr.Op == token.ARROW && !p.r.sendsOn(instr.Parent(), instr.X)
	case *ssa.Select:
		if !instr.Blocking {
			return false
		}
		for _, st := range instr.States {
			if st.Dir == types.SendOnly {
				return false
			}
		}
		return true
	}
	return false
}

// sendsOn reports whether the function also sends on the channel, which then
// counts something (a semaphore): receiving from it gives back what was taken.
func (r *Result) sendsOn(fn *ssa.Function, ch ssa.Value) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if send, ok := instr.(*ssa.Send); ok && sameChannel(send.Chan, ch) {
				return true
			}
			if sel, ok := instr.(*ssa.Select); ok {
				for _, st := range sel.States {
					if st.Dir == types.SendOnly && sameChannel(st.Chan, ch) {
						return true
					}
				}
			}
		}
	}
	return false
}

func sameChannel(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	x, ok1 := a.(*ssa.UnOp)
	y, ok2 := b.(*ssa.UnOp)
	if !ok1 || !ok2 {
		return false
	}
	if x.X == y.X {
		return true
	}
	f, ok1 := x.X.(*ssa.FieldAddr)
	g, ok2 := y.X.(*ssa.FieldAddr)
	return ok1 && ok2 && f.Field == g.Field && types.Identical(f.X.Type(), g.X.Type())
}

// -- handing the error on --

// tells reports whether an instruction hands the error to somebody who may act
// on it, or signals the end of the loop.
func (p *player) tells(instr ssa.Instruction, s state) bool {
	if call, ok := instr.(ssa.CallInstruction); ok && (p.r.signals(call.Common()) || failsTest(call.Common()) || p.r.starts(call) || p.r.awaited(call.Common(), instr.Parent()) || p.hangsUp(call)) {
		return true
	}
	if sendsAway(instr) && !p.sendsConn(instr, s) {
		return true // whatever is sent: the loop comes to its end
	}
	if st, ok := instr.(*ssa.Store); ok && p.ownStore(st) {
		return false
	}
	if call, ok := instr.(ssa.CallInstruction); ok && p.literalTells(call.Common(), s) {
		return true
	}
	for _, op := range instr.Operands(nil) {
		v := *op
		if v == nil || p.eval(v, s) != isErr {
			continue
		}
		if p.r.delay.HandsOn(instr, v) || passesCarrier(instr, v) {
			return true
		}
	}
	return false
}

// sendsConn reports whether the connection is sent.
func (p *player) sendsConn(instr ssa.Instruction, s state) bool {
	switch instr := instr.(type) {
	case *ssa.Send:
		return p.eval(instr.X, s) == isConn
	case *ssa.Select:
		return slices.ContainsFunc(instr.States, func(st *ssa.SelectState) bool {
			return st.Send != nil && p.eval(st.Send, s) == isConn
		})
	}
	return false
}

// literalTells reports whether a function literal that is called or given to a
// function (once.Do) hands on the error that it captures.
func (p *player) literalTells(call *ssa.CallCommon, s state) bool {
	for mc := range literals(call) {
		for i, v := range mc.Bindings {
			if p.eval(v, s) == isErr && p.r.handsOnCell(mc.Fn.(*ssa.Function).FreeVars[i]) {
				return true
			}
		}
	}
	return false
}

// literals are the function literals that a call runs or passes.
func literals(call *ssa.CallCommon) iter.Seq[*ssa.MakeClosure] {
	return func(yield func(*ssa.MakeClosure) bool) {
		for _, v := range append([]ssa.Value{call.Value}, call.Args...) {
			if mc, ok := v.(*ssa.MakeClosure); ok && !yield(mc) {
				return
			}
		}
	}
}

// failsTest: a test that fails has been told.
func failsTest(call *ssa.CallCommon) bool {
	fn := irx.CalleeOf(call).Func
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "testing" && (fn.Name() == "Error" || fn.Name() == "Errorf")
}

// ownStore: the assignment of Accept's own results to variables of an enclosing
// function tells nobody.
func (p *player) ownStore(st *ssa.Store) bool {
	_, captured := st.Addr.(*ssa.FreeVar)
	return captured && p.call != nil && st.Block() == p.call.Block()
}

// passesCarrier reports whether an object that holds the error is passed to a
// function.
func passesCarrier(instr ssa.Instruction, v ssa.Value) bool {
	call, ok := instr.(*ssa.Call)
	if !ok || irx.IsError(v.Type()) || irx.CalleeOf(call.Common()).Builtin != "" {
		return false
	}
	t := v.Type()
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	_, isStruct := t.Underlying().(*types.Struct)
	return isStruct && !types.Implements(v.Type(), errorInterface())
}

// leavesToDeferred reports whether a variable holds the error at the return and
// a deferred function literal hands on what it finds there.
func (p *player) leavesToDeferred(fn *ssa.Function, s state) bool {
	for _, d := range p.r.deferred(fn) {
		mc, ok := d.Call.Value.(*ssa.MakeClosure)
		if !ok {
			continue
		}
		for i, v := range mc.Bindings {
			if s.env[v] == isErr && p.r.handsOnCell(mc.Fn.(*ssa.Function).FreeVars[i]) {
				return true
			}
		}
	}
	return false
}

// deferred returns the defer statements of a function.
func (r *Result) deferred(fn *ssa.Function) []*ssa.Defer {
	out, ok := r.defers[fn]
	if ok {
		return out
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if d, ok := instr.(*ssa.Defer); ok {
				out = append(out, d)
			}
		}
	}
	r.defers[fn] = out
	return out
}

// handsOnCell reports whether a function literal hands on the value of a
// variable that it captures.
func (r *Result) handsOnCell(cell *ssa.FreeVar) bool {
	for _, ref := range *cell.Referrers() {
		load, ok := ref.(*ssa.UnOp)
		if !ok {
			continue
		}
		for _, use := range *load.Referrers() {
			if r.delay.HandsOn(use, load) {
				return true
			}
		}
	}
	return false
}
