package acceptloop

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- channels of connections --

// Consumer returns the loop that receives what a Send of this package hands over,
// when it is known to be the only one, so that it takes one connection after the
// other. Its Conn is the received value; it has no Call. The result is nil when
// there are several consumers, or perhaps.
func (r *Result) Consumer(h Handoff) *Loop {
	received := r.Receivers(h)
	if len(received) != 1 {
		return nil
	}
	mc, local := r.finder.chanKey(h.Chan, 0).(*ssa.MakeChan)
	v, fn := received[0], received[0].(ssa.Instruction).Parent()
	block := v.(ssa.Instruction).Block()
	after := reachable(block)
	if local {
		local = mc.Parent() == fn // each call of fn makes a channel of its own
	}
	if !after[block.Index] || !local && !r.finder.startedOnce(fn, 0) {
		return nil
	}
	l := &Loop{Fn: fn, Conn: v, Region: intersect(after, irx.Reaches(fn, block)), Inner: innermostLoop(block), carriers: carriers(v), next: block}
	l.Handoffs = r.finder.handoffs(l)
	return l
}

// Receivers returns the values that the package receives from the channel of a
// Send that carries the connection.
func (r *Result) Receivers(h Handoff) []ssa.Value {
	if h.Kind != Send || !h.Carries || r.finder == nil {
		return nil
	}
	key := r.finder.chanKey(h.Chan, 0)
	if key == nil {
		return nil
	}
	return r.finder.receives()[key]
}

// maxChanDepth bounds the search for where a channel comes from.
const maxChanDepth = 4

// chanKey returns what identifies a channel in the package: the field or
// variable that holds it, or the expression that makes it; nil if unknown.
func (f *finder) chanKey(v ssa.Value, depth int) any {
	if depth > maxChanDepth {
		return nil
	}
	switch v := v.(type) {
	case *ssa.MakeChan:
		return v
	case *ssa.ChangeType:
		return f.chanKey(v.X, depth)
	case *ssa.Parameter:
		return f.argumentKey(v, depth)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return f.cellKey(v.X, depth)
		}
	}
	return nil
}

func (f *finder) cellKey(addr ssa.Value, depth int) any {
	switch a := addr.(type) {
	case *ssa.Global:
		return a
	case *ssa.FieldAddr:
		if s, ok := irx.Deref(a.X.Type()).Underlying().(*types.Struct); ok {
			return s.Field(a.Field).Origin()
		}
	case *ssa.Alloc:
		return f.storedKey(a, depth)
	case *ssa.FreeVar:
		if b := f.binding(a); b != nil {
			return f.cellKey(b, depth+1)
		}
	}
	return nil
}

// storedKey identifies the channel that is stored in a variable, once.
func (f *finder) storedKey(a *ssa.Alloc, depth int) any {
	var key any
	for _, ref := range *a.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == a {
			if key != nil {
				return nil
			}
			key = f.chanKey(st.Val, depth+1)
		}
	}
	return key
}

// argumentKey identifies a parameter when all known callers pass one channel.
func (f *finder) argumentKey(p *ssa.Parameter, depth int) any {
	var key any
	for _, call := range f.pkg.Calls(p.Parent()) {
		for i, q := range p.Parent().Params {
			if q != p || i >= len(call.Common().Args) {
				continue
			}
			k := f.chanKey(call.Common().Args[i], depth+1)
			if k == nil || key != nil && key != k {
				return nil
			}
			key = k
		}
	}
	return key
}

// binding returns what a literal captures as one of its free variables.
func (f *finder) binding(v *ssa.FreeVar) ssa.Value {
	for i, fv := range v.Parent().FreeVars {
		if mc := f.made[v.Parent()]; fv == v && mc != nil && i < len(mc.Bindings) {
			return mc.Bindings[i]
		}
	}
	return nil
}

// receives indexes the values that the package receives from each channel.
func (f *finder) receives() map[any][]ssa.Value {
	if f.received != nil {
		return f.received
	}
	f.received = map[any][]ssa.Value{}
	for _, fn := range f.pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				f.noteReceive(instr)
			}
		}
	}
	return f.received
}

func (f *finder) noteReceive(instr ssa.Instruction) {
	add := func(ch, v ssa.Value) {
		if key := f.chanKey(ch, 0); key != nil && v != nil && canHold(v.Type()) {
			f.received[key] = append(f.received[key], v)
		}
	}
	switch instr := instr.(type) {
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			if instr.CommaOk {
				add(instr.X, component(instr, 0))
			} else {
				add(instr.X, instr)
			}
		}
	case *ssa.Select:
		n := 0
		for _, st := range instr.States {
			if st.Dir == types.RecvOnly {
				add(st.Chan, component(instr, 2+n))
				n++
			}
		}
	}
}

// component returns the Extract of one component of a tuple, or nil.
func component(tuple ssa.Value, i int) ssa.Value {
	for _, ref := range *tuple.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && ex.Index == i {
			return ex
		}
	}
	return nil
}

// startedOnce reports whether only one place runs fn, and that not in a loop, as
// far as the package tells.
func (f *finder) startedOnce(fn *ssa.Function, depth int) bool {
	if depth > maxChanDepth {
		return false
	}
	uses := f.uses(fn)
	if len(uses) != 1 || selfReaching(uses[0].Block()) {
		return false
	}
	caller := uses[0].Parent()
	return len(f.uses(caller)) == 0 && caller.Parent() == nil || f.startedOnce(caller, depth+1)
}

// uses returns where fn is called, or made a value of: an exported function may
// have others, in other packages.
func (f *finder) uses(fn *ssa.Function) []ssa.Instruction {
	var out []ssa.Instruction
	for _, call := range f.pkg.Calls(fn) {
		out = append(out, call)
	}
	if len(out) > 0 || token.IsExported(fn.Name()) {
		return out
	}
	return f.values()[fn.Object()]
}

// values indexes where declared functions and methods are used as values.
func (f *finder) values() map[types.Object][]ssa.Instruction {
	if f.taken != nil {
		return f.taken
	}
	f.taken = map[types.Object][]ssa.Instruction{}
	for _, fn := range f.pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				f.noteValues(instr)
			}
		}
	}
	return f.taken
}

func (f *finder) noteValues(instr ssa.Instruction) {
	call, _ := instr.(ssa.CallInstruction)
	var buf [8]*ssa.Value
	for _, op := range instr.Operands(buf[:0]) {
		fn, ok := (*op).(*ssa.Function)
		if ok && fn.Object() != nil && (call == nil || call.Common().Value != *op) {
			f.taken[fn.Object()] = append(f.taken[fn.Object()], instr)
		}
	}
}
