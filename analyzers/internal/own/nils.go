package own

import (
	"go/token"
	"go/types"
	"iter"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- nil pointers --

// derefsNil reports whether the instruction goes through a pointer that is nil
// in the state: the path ends in a panic there.
func (r *run) derefsNil(s *state, instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.FieldAddr:
		return r.eval(s, instr.X).k == isNil
	case *ssa.Store:
		return r.eval(s, instr.Addr).k == isNil
	case *ssa.UnOp:
		return instr.Op == token.MUL && r.eval(s, instr.X).k == isNil
	}
	return false
}

// nilBeside returns the set of results that are nil at each return whose error
// may be set. What is written there decides.
func (e *Engine) nilBeside(fn *ssa.Function) uint32 {
	d, ok := discriminator(fn.Signature)
	if !ok || d.kind != byError || d.index == 0 || d.index >= 32 {
		return 0
	}
	set := uint32(1)<<d.index - 1
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || b == fn.Recover || irx.IsNil(ret.Results[d.index]) {
			continue
		}
		for i := range d.index {
			if !e.nilWith(ret.Results[i], ret.Results[d.index], i) {
				set &^= 1 << i
			}
		}
	}
	return set
}

// nilWith reports whether v is nil when err is set: it is written as nil, or the
// two are results of one call that says so of its i-th.
func (e *Engine) nilWith(v, err ssa.Value, i int) bool {
	if irx.IsNil(v) {
		return true
	}
	x, ok := v.(*ssa.Extract)
	y, same := err.(*ssa.Extract)
	if !ok || !same || x.Tuple != y.Tuple || x.Index != i {
		return false
	}
	call, ok := x.Tuple.(*ssa.Call)
	if !ok {
		return false
	}
	c := e.contract(irx.CalleeOf(call.Common()))
	return c != nil && c.NilBeside>>i&1 == 1 && y.Index == call.Call.Signature().Results().Len()-1
}

// setNilBeside records that the results of a call that failed are nil.
func (r *run) setNilBeside(s *state, site ssa.CallInstruction) {
	callee := irx.CalleeOf(site.Common())
	if r.eng.Pkg.Model.Of(callee.Func) != nil {
		return
	}
	c := r.eng.contract(callee)
	if c == nil {
		return
	}
	for i := range 32 {
		if c.NilBeside>>i&1 == 1 {
			s.set(r.resultPlace(site.Value(), i), value{k: isNil})
		}
	}
}

// failedResult reports whether v is a result of a call that is known to have
// failed in the state.
func (r *run) failedResult(s *state, v ssa.Value) bool {
	ex, ok := v.(*ssa.Extract)
	if !ok {
		return false
	}
	call, ok := ex.Tuple.(*ssa.Call)
	if !ok {
		return false
	}
	d, ok := discriminator(call.Call.Signature())
	if !ok || d.kind != byError || d.index == ex.Index {
		return false
	}
	return r.nilness(s.get(r.ps.child(r.ps.reg(call), field(d.index)))) == no
}

// dupOfNothing reports whether the call duplicates a descriptor that it does not
// get, since what should have given it has failed: it fails, too.
func (e *Engine) dupOfNothing(site ssa.CallInstruction) bool {
	spec := e.Pkg.Model.Of(irx.CalleeOf(site.Common()).Func)
	return spec != nil && spec.Dup && slices.ContainsFunc(irx.Operands(site.Common()), func(op ssa.Value) bool {
		ex, ok := op.(*ssa.Extract)
		if !ok || !types.Identical(op.Type(), types.Typ[types.Int]) {
			return false
		}
		call, ok := ex.Tuple.(*ssa.Call)
		return ok && e.failedBefore(call, site.Block())
	})
}

// failedBefore reports whether each way to b takes a branch on which the error of
// the call is not nil. It sees no other tests than those of the error itself.
func (e *Engine) failedBefore(call *ssa.Call, b *ssa.BasicBlock) bool {
	for cmp, holds := range testsBefore(b) {
		if !irx.IsError(cmp.X.Type()) {
			continue
		}
		from, _ := resultOf(cmp.X)
		equal := holds == (cmp.Op == token.EQL)
		if from == call && (irx.IsNil(cmp.Y) && !equal || equal && e.neverNil(cmp.Y, map[ssa.Value]bool{})) {
			return true
		}
	}
	return false
}

// nilAt reports whether each way to b takes a branch on which v is nil.
func nilAt(v ssa.Value, b *ssa.BasicBlock) bool { return comparedAt(v, b, token.EQL) }

// setAt reports whether each way to b takes a branch on which v is not nil.
func setAt(v ssa.Value, b *ssa.BasicBlock) bool { return comparedAt(v, b, token.NEQ) }

// comparedAt reports whether each way to b takes a branch on which v compares so with
// nil.
func comparedAt(v ssa.Value, b *ssa.BasicBlock, op token.Token) bool {
	for cmp, holds := range testsBefore(b) {
		if cmp.X == v && irx.IsNil(cmp.Y) && isNilTest(cmp.Op) && holds == (cmp.Op == op) {
			return true
		}
	}
	return false
}

// testsBefore yields the comparisons on which each way to b has branched, and whether
// they hold there.
func testsBefore(b *ssa.BasicBlock) iter.Seq2[*ssa.BinOp, bool] {
	return func(yield func(*ssa.BinOp, bool) bool) {
		for ; b != nil; b = b.Idom() {
			if len(b.Preds) != 1 {
				continue
			}
			at := b.Preds[0]
			branch, ok := at.Instrs[len(at.Instrs)-1].(*ssa.If)
			if !ok || at.Succs[0] == at.Succs[1] {
				continue
			}
			if cmp, ok := branch.Cond.(*ssa.BinOp); ok && !yield(cmp, at.Succs[0] == b) {
				return
			}
		}
	}
}

func isNilTest(op token.Token) bool { return op == token.EQL || op == token.NEQ }

// failsAt reports whether an error that is returned in block b is set there: it never
// is nil, or the branches on the way have found that it is not.
func (e *Engine) failsAt(v ssa.Value, b *ssa.BasicBlock, seen map[ssa.Value]bool) bool {
	if seen[v] || e.neverNil(v, map[ssa.Value]bool{}) || setAt(v, b) {
		return true
	}
	phi, ok := v.(*ssa.Phi)
	if !ok {
		return false
	}
	seen[v] = true
	for i, x := range phi.Edges {
		if !e.failsAt(x, phi.Block().Preds[i], seen) && !setOn(x, phi.Block().Preds[i], phi.Block()) {
			return false
		}
	}
	return true
}

// setOn reports whether the branch from one block to another is that on which v is not
// nil.
func setOn(v ssa.Value, from, to *ssa.BasicBlock) bool {
	branch, ok := from.Instrs[len(from.Instrs)-1].(*ssa.If)
	if !ok || from.Succs[0] == from.Succs[1] {
		return false
	}
	cmp, ok := branch.Cond.(*ssa.BinOp)
	return ok && cmp.X == v && irx.IsNil(cmp.Y) && isNilTest(cmp.Op) && (from.Succs[0] == to) == (cmp.Op == token.NEQ)
}

// neverAsked reports whether a result goes nowhere but into a field or a call, and is
// compared with nil nowhere: whoever wrote that does not think of nil. With nil it
// would panic, or be a bug of another kind.
func neverAsked(v ssa.Value) bool {
	if v == nil || v.Referrers() == nil {
		return false
	}
	used := false
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.MakeInterface:
			used = used || neverAsked(ref)
			if !used {
				return false
			}
		case *ssa.FieldAddr:
			used = true
		case ssa.CallInstruction:
			used = true
		default:
			return false
		}
	}
	return used
}

// refersToNil tells what reflect.ValueOf(x).IsNil() says of an x that is known: how
// helpers tell an interface that holds a nil pointer.
func (r *run) refersToNil(s *state, callee irx.Callee, ops []ssa.Value) tri {
	if callee.Func == nil || callee.Func.Name() != "IsNil" || callee.Func.FullName() != "(reflect.Value).IsNil" {
		return maybe
	}
	of, ok := ops[0].(*ssa.Call)
	if !ok {
		return maybe
	}
	if fn := irx.CalleeOf(of.Common()).Func; fn == nil || fn.FullName() != "reflect.ValueOf" {
		return maybe
	}
	return r.nilness(r.eval(s, of.Call.Args[0]))
}

// reflectsMore reports whether a call is reflect.ValueOf, and more is done with what it
// gives than to look at it: to call a method with it, perhaps, that keeps it.
func reflectsMore(site ssa.CallInstruction, callee irx.Callee) bool {
	if callee.Func == nil || callee.Func.Name() != "ValueOf" || callee.Func.FullName() != "reflect.ValueOf" || site.Value() == nil {
		return false
	}
	return slices.ContainsFunc(*site.Value().Referrers(), func(ref ssa.Instruction) bool {
		call, ok := ref.(*ssa.Call)
		if !ok {
			_, debug := ref.(*ssa.DebugRef)
			return !debug
		}
		fn := irx.CalleeOf(call.Common()).Func
		return fn == nil || !looks[fn.FullName()]
	})
}

// looks are the methods by which a reflected value is looked at.
var looks = map[string]bool{
	"(reflect.Value).IsNil": true, "(reflect.Value).IsValid": true, "(reflect.Value).IsZero": true,
	"(reflect.Value).Kind": true, "(reflect.Value).Type": true, "(reflect.Value).Pointer": true,
}
