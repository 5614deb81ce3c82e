package growth

import (
	"go/constant"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/registry"
)

// -- a key that is gone --

// cleared reports whether the key is loaded from a field that was set to nil
// before: "c.conn = nil; delete(m, c.conn)", or by a method of the same object,
// in the function that removes or before each call of it.
func (k *keys) cleared(r *registry.Op) bool {
	v := r.Key
	if m, ok := v.(*ssa.MakeInterface); ok {
		v = m.X
	}
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	addr, ok := load.X.(*ssa.FieldAddr)
	return ok && k.clearedAt(load, addr.X, addr.Field, 0)
}

// maxCleared bounds the way up to the callers.
const maxCleared = 2

// clearedAt reports whether the field of an object is gone when at runs.
func (k *keys) clearedAt(at ssa.Instruction, object ssa.Value, index, depth int) bool {
	if k.clearedBefore(at, object, index) {
		return true
	}
	p, ok := object.(*ssa.Parameter)
	if !ok || depth >= maxCleared {
		return false
	}
	i := slices.Index(p.Parent().Params, p)
	callers := k.g.callers(p.Parent())
	for _, call := range callers {
		ops := irx.Operands(call.Common())
		if i < 0 || i >= len(ops) || !clearedByDefer(call, ops[i], index) && !k.clearedAt(call, ops[i], index, depth+1) {
			return false
		}
	}
	return len(callers) > 0
}

func (k *keys) clearedBefore(at ssa.Instruction, object ssa.Value, index int) bool {
	cleared := false
	k.before(at, func(instr ssa.Instruction) {
		switch instr := instr.(type) {
		case *ssa.Store:
			if to, ok := instr.Addr.(*ssa.FieldAddr); ok && to.Field == index && sameObject(to.X, object) {
				cleared = isZero(instr.Val)
			}
		case *ssa.Call:
			cleared = cleared || clearsIn(instr, object, index)
		}
	})
	return cleared
}

// clearedByDefer reports whether a call that is deferred runs after another one,
// deferred later in the same block, that clears the field.
func clearedByDefer(call ssa.CallInstruction, object ssa.Value, index int) bool {
	if _, ok := call.(*ssa.Defer); !ok {
		return false
	}
	b := call.Block()
	return slices.ContainsFunc(b.Instrs[indexOf(b, call)+1:], func(instr ssa.Instruction) bool {
		d, ok := instr.(*ssa.Defer)
		return ok && clearsIn(d, object, index)
	})
}

// clearsIn reports whether a call clears the field of an object that it is given.
func clearsIn(call ssa.CallInstruction, object ssa.Value, index int) bool {
	body := irx.CalleeOf(call.Common()).Body
	if body == nil {
		return false
	}
	for i, op := range irx.Operands(call.Common()) {
		if i < len(body.Params) && sameObject(op, object) && clears(body, body.Params[i], index) {
			return true
		}
	}
	return false
}

// before calls f for the instructions that run before at on every way, in order.
func (k *keys) before(at ssa.Instruction, f func(ssa.Instruction)) {
	var doms []*ssa.BasicBlock
	for d := at.Block(); d != nil; d = d.Idom() {
		doms = append(doms, d)
	}
	for _, d := range slices.Backward(doms) {
		for _, instr := range d.Instrs {
			if instr == at {
				return
			}
			f(instr)
		}
	}
}

func sameObject(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	x, ok1 := a.(*ssa.UnOp)
	y, ok2 := b.(*ssa.UnOp)
	return ok1 && ok2 && x.Op == y.Op && x.X == y.X
}

func isZero(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && (c.IsNil() || c.Value != nil && c.Value.Kind() == constant.String && constant.StringVal(c.Value) == "")
}

// clears reports whether a function sets a field of its parameter to nil.
func clears(fn *ssa.Function, p *ssa.Parameter, index int) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if !ok || !isZero(st.Val) {
				continue
			}
			if to, ok := st.Addr.(*ssa.FieldAddr); ok && to.X == p && to.Field == index {
				return true
			}
		}
	}
	return false
}

// -- a variable that was assigned anew --

// reassigned reports whether insertion and removal name the same variable, which
// is given another value in between: the removal is of what it holds last.
func (k *keys) reassigned(o, r *registry.Op) bool {
	if cell := cellOf(k.g, o.Key); cell != nil && cell == cellOf(k.g, r.Key) {
		return k.storedBetween(cell, o, r)
	}
	name := k.g.variable(o)
	if name == nil || name != k.g.variable(r) || irx.Unboxed(o.Key) == irx.Unboxed(r.Key) {
		return false
	}
	_, phi := irx.Unboxed(r.Key).(*ssa.Phi)
	return !phi && o.Instr.Block().Dominates(r.Instr.Block())
}

// cellOf is the variable that a key is loaded from, itself or captured.
func cellOf(g *grower, key ssa.Value) *ssa.Alloc {
	if m, ok := key.(*ssa.MakeInterface); ok {
		key = m.X
	}
	load, ok := key.(*ssa.UnOp)
	if !ok {
		return nil
	}
	switch addr := load.X.(type) {
	case *ssa.Alloc:
		return addr
	case *ssa.FreeVar:
		return g.captured(addr)
	}
	return nil
}

// captured is the variable that a literal captures, through the literals around
// it, or nil.
func (g *grower) captured(v *ssa.FreeVar) *ssa.Alloc {
	for {
		switch b := g.x.Binding(v).(type) {
		case *ssa.Alloc:
			return b
		case *ssa.FreeVar:
			v = b
		default:
			return nil
		}
	}
}

// storedBetween reports whether the variable is assigned after the insertion,
// in its function, and the removal runs later, in a function literal or after
// the assignment, while none removes the old key before.
func (k *keys) storedBetween(cell *ssa.Alloc, o, r *registry.Op) bool {
	for _, ref := range *cell.Referrers() {
		st, ok := ref.(*ssa.Store)
		if !ok || st.Addr != cell || st.Parent() != o.Fn() || !follows(st, o.Instr) {
			continue
		}
		if r.Fn() != o.Fn() || follows(r.Instr, st) {
			return true
		}
	}
	return false
}

// follows reports whether b dominates a, or comes before it in its block.
func follows(a, b ssa.Instruction) bool {
	if a.Block() != b.Block() {
		return b.Block().Dominates(a.Block())
	}
	return indexOf(a.Block(), b) < indexOf(a.Block(), a)
}

// older reports whether the removal is by a parameter that a goroutine got when
// it was started, while the insertion is by something that it has read since.
func (k *keys) older(o, r *registry.Op) bool {
	p, ok := r.Key.(*ssa.Parameter)
	if !ok || p.Parent() == nil || !k.g.values[p.Parent()] || !k.g.values[o.Fn()] {
		return false
	}
	text, ok := o.Key.(*ssa.Convert)
	if !ok {
		return false
	}
	_, bytes := text.X.Type().Underlying().(*types.Slice)
	return bytes && !dependsOnParam(text, make(map[ssa.Value]bool))
}

func dependsOnParam(v ssa.Value, seen map[ssa.Value]bool) bool {
	if p, ok := v.(*ssa.Parameter); ok {
		return isString(p.Type())
	}
	instr, ok := v.(ssa.Instruction)
	if !ok || seen[v] {
		return false
	}
	seen[v] = true
	for _, op := range instr.Operands(nil) {
		if *op != nil && dependsOnParam(*op, seen) {
			return true
		}
	}
	return false
}
