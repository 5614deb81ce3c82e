package own

import (
	"go/constant"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- when a call cannot fail --
//
// Theory: forward reachability over the control-flow graph under one
// assumption on one parameter (it is nil, it is not), or none. It is a must
// analysis: a function is sure when no return that can be reached may tell of
// failure. Conditions other than nil tests and lengths of that parameter count
// as unknown, so it errs towards "can fail", as does any result that it cannot
// evaluate.

const maxSureBlocks = 200

// sureness finds out when fn cannot fail.
func (e *Engine) sureness(fn *ssa.Function) Sureness {
	d, ok := discriminator(fn.Signature)
	if !ok || d.kind == byNil || len(fn.Blocks) > maxSureBlocks {
		return Sureness{}
	}
	plain := supposition{disc: d}
	if e.sureUnder(fn, &plain) {
		return Sureness{Always: true}
	}
	s := Sureness{ButDeadline: plain.met && e.sureUnder(fn, &supposition{disc: d, deadlines: true}), ByValues: e.checkedParams(fn, d), IfAddress: e.addressed(fn, d), ForSocket: e.ofOwnAddress(fn, d), InMemory: e.writesTo(fn, d), IfAll: e.validated(fn, d)}
	for i, p := range fn.Params[:min(32, len(fn.Params))] {
		if !irx.Nilable(p.Type()) {
			continue
		}
		names := namesOf(p)
		if !testsNil(names) {
			continue
		}
		if e.sureUnder(fn, &supposition{disc: d, p: names, null: true}) {
			s.IfNil |= 1 << i
		}
		if e.sureUnder(fn, &supposition{disc: d, p: names}) {
			s.IfSet |= 1 << i
		}
	}
	return s
}

// testsNil reports whether fn may do something else when the parameter of the
// names is nil: it compares it, measures it, or passes it on as an error.
func testsNil(names map[ssa.Value]bool) bool {
	for v := range names {
		for _, ref := range *v.Referrers() {
			switch ref := ref.(type) {
			case *ssa.BinOp, *ssa.Return, *ssa.Phi:
				return true
			case *ssa.Call:
				if irx.IsError(v.Type()) || irx.CalleeOf(ref.Common()).Builtin == "len" {
					return true
				}
			}
		}
	}
	return false
}

// namesOf returns p and the values that are p again: loads of the variable that
// a closure captures, when it is never assigned, and those that come before the
// first assignment in the entry block.
func namesOf(p *ssa.Parameter) map[ssa.Value]bool {
	names := map[ssa.Value]bool{p: true}
	for _, ref := range *p.Referrers() {
		st, ok := ref.(*ssa.Store)
		if !ok || st.Val != ssa.Value(p) {
			continue
		}
		cell, ok := st.Addr.(*ssa.Alloc)
		if !ok {
			continue
		}
		changes := assigned(cell, st)
		for _, use := range *cell.Referrers() {
			if load, ok := use.(*ssa.UnOp); ok && load.Op == token.MUL && (!changes || follows(load, st, cell)) {
				names[load] = true
			}
		}
	}
	return names
}

// follows reports whether nothing between the store and the load, in the same
// block, can change the variable.
func follows(load *ssa.UnOp, st *ssa.Store, cell ssa.Value) bool {
	after := false
	for _, instr := range st.Block().Instrs {
		switch x := instr.(type) {
		case *ssa.MakeClosure:
			return false
		case *ssa.Store:
			if after && x.Addr == cell {
				return false
			}
			after = after || x == st
		case *ssa.UnOp:
			if x == load {
				return after
			}
		}
	}
	return false
}

// assigned reports whether a variable, or what a closure has captured of it, may
// be assigned other than by the store that makes it.
func assigned(cell ssa.Value, first *ssa.Store) bool {
	for _, use := range *cell.Referrers() {
		switch use := use.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			if use != first {
				return true
			}
		case *ssa.MakeClosure:
			i := slices.Index(use.Bindings, cell)
			if i < 0 || assigned(use.Fn.(*ssa.Function).FreeVars[i], nil) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// supposition is the assumption that a parameter is nil or is not, and the
// edges that can be taken under it.
type supposition struct {
	eng   *Engine
	p     map[ssa.Value]bool // the names of the parameter; nil for no assumption
	null  bool
	disc  disc
	edges map[[2]int]bool
	// reached are the blocks that can be reached.
	reached []bool
	// deadlines assumes that deadlines can be set.
	deadlines bool
	// met says that the result of a call that sets a deadline is handed on.
	met bool
	// never looks for results that tell of failure each time; see [Predicate].
	never bool
	// asked are the names of an error that does not say that something is closed.
	asked map[ssa.Value]bool
	// address are the names of a string that is an address with a port.
	address map[ssa.Value]bool
	// socket are the names of a socket of package net.
	socket map[ssa.Value]bool
	// memory are the names of a writer that is in memory.
	memory map[ssa.Value]bool
	// full are the names of texts that are not empty.
	full map[ssa.Value]bool
	// typed is a parameter of which the types are known.
	typed byType
}

// sureUnder reports whether no return of fn may tell of failure.
func (e *Engine) sureUnder(fn *ssa.Function, s *supposition) bool {
	s.eng, s.edges = e, map[[2]int]bool{}
	s.reached = s.walk(fn)
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || !s.reached[b.Index] {
			continue
		}
		v := ret.Results[s.disc.index]
		if b == fn.Recover || !s.successAt(v, b, map[ssa.Value]bool{}) {
			return false
		}
	}
	return true
}

func (s *supposition) walk(fn *ssa.Function) []bool {
	seen := make([]bool, len(fn.Blocks))
	work := []*ssa.BasicBlock{fn.Blocks[0]}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b.Index] {
			continue
		}
		seen[b.Index] = true
		if s.eng.endsHere(b) || s.panics(b) {
			continue
		}
		for i, to := range b.Succs {
			if c, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && s.cond(c.Cond) == triOf(i == 1) {
				continue
			}
			s.edges[[2]int{b.Index, to.Index}] = true
			work = append(work, to)
		}
	}
	return seen
}

// successAt is [supposition.success] of what is given in block b, by the branches on the
// way to it, too.
func (s *supposition) successAt(v ssa.Value, b *ssa.BasicBlock, seen map[ssa.Value]bool) bool {
	return s.disc.kind == byError && nilAt(v, b) || s.success(v, seen)
}

// success reports whether v, the result that tells, always tells of success.
func (s *supposition) success(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	if s.disc.kind == byBool && s.cond(v) == triOf(!s.never) || s.disc.kind == byError && s.given(v) == yes {
		return true
	}
	switch v := v.(type) {
	case *ssa.Const:
		return s.constant(v)
	case *ssa.Parameter, *ssa.Field:
		return s.p[v] && s.null && s.disc.kind == byError
	case *ssa.Phi:
		for i, x := range v.Edges {
			if s.edges[[2]int{v.Block().Preds[i].Index, v.Block().Index}] && !s.success(x, seen) {
				return false
			}
		}
		return true
	case *ssa.ChangeInterface:
		return s.success(v.X, seen)
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return ok && s.call(call, v.Index)
	case *ssa.Call:
		return s.call(v, 0)
	case *ssa.UnOp:
		if s.p[v] {
			return s.null && s.disc.kind == byError
		}
		return v.Op == token.MUL && s.cell(v, seen)
	}
	return false
}

func (s *supposition) constant(c *ssa.Const) bool {
	if s.disc.kind == byError {
		return c.IsNil()
	}
	return c.Value != nil && c.Value.Kind() == constant.Bool && constant.BoolVal(c.Value) != s.never
}

// cell looks at what a named result, or the one that is kept while deferred
// calls run, is assigned where it can be reached: in the block of the load, if
// it is assigned there. One that a closure captures may get anything.
func (s *supposition) cell(load *ssa.UnOp, seen map[ssa.Value]bool) bool {
	a, ok := load.X.(*ssa.Alloc)
	if !ok {
		return false
	}
	if v := justStored(load, a); v != nil {
		return s.successAt(v, load.Block(), seen)
	}
	if s.disc.kind != byError {
		v := lastPrivate(load)
		return v != nil && s.success(v, seen)
	}
	var stored []*ssa.Store
	for _, ref := range *a.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			if ref.Val == ssa.Value(a) {
				return false
			}
			if s.reached[ref.Block().Index] {
				stored = append(stored, ref)
			}
		default:
			return false
		}
	}
	if v := lastStored(load, a); v != nil {
		return s.successAt(v, load.Block(), seen)
	}
	return !slices.ContainsFunc(stored, func(st *ssa.Store) bool { return !s.successAt(st.Val, st.Block(), seen) })
}

// justStored returns what the block of the load assigned last before it, when
// nothing else runs between, or nil.
func justStored(load *ssa.UnOp, cell ssa.Value) (v ssa.Value) {
	for _, instr := range load.Block().Instrs {
		switch x := instr.(type) {
		case ssa.CallInstruction, *ssa.RunDefers:
			v = nil
		case *ssa.Store:
			if x.Addr == cell {
				v = x.Val
			}
		}
		if instr == ssa.Instruction(load) {
			break
		}
	}
	return v
}

// lastStored returns what the block of the load assigned last before it, or nil.
func lastStored(load *ssa.UnOp, cell ssa.Value) (v ssa.Value) {
	for _, instr := range load.Block().Instrs {
		if instr == ssa.Instruction(load) {
			break
		}
		if st, ok := instr.(*ssa.Store); ok && st.Addr == cell {
			v = st.Val
		}
	}
	return v
}

// call reports whether a callee whose result is handed on is sure to succeed.
func (s *supposition) call(call *ssa.Call, result int) bool {
	callee := irx.CalleeOf(call.Common())
	d, ok := discriminator(callSignature(call.Common(), callee))
	if !ok || d != (disc{result, s.disc.kind}) || s.never {
		return false
	}
	return s.surely(call, callee)
}

// surely is [Engine.surely] under the assumption.
func (s *supposition) surely(call *ssa.Call, callee irx.Callee) bool {
	if s.eng.setsDeadline(callee) && s.eng.refusesClosed(callee, irx.Operands(call.Common())) {
		if s.met = true; s.deadlines {
			return true
		}
	}
	for i, op := range irx.Operands(call.Common()) {
		if s.socket[op] && s.eng.forSocket(callee)>>i&1 == 1 {
			return true
		}
	}
	if s.address != nil && s.eng.anyAddress(call, func(op ssa.Value) bool { return s.address[op] }) {
		return true
	}
	if s.memory != nil && s.eng.overMemory(callee, irx.Operands(call.Common()), func(v ssa.Value) bool { return s.memory[v] }) {
		return true
	}
	if s.typed.names != nil && s.eng.sureByType(callee, irx.Operands(call.Common()), s.typesOf) {
		return true
	}
	return s.eng.surely(callee, irx.Operands(call.Common()), func(v ssa.Value) tri {
		if c, ok := v.(*ssa.Const); ok && c.IsNil() {
			return yes
		}
		if s.p[v] {
			return triOf(s.null)
		}
		if s.full[v] {
			return no
		}
		if s.eng.neverNil(v, map[ssa.Value]bool{}) {
			return no
		}
		return maybe
	})
}
