package peerio

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/dataflow"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- deadlines along paths --
//
// The lattice is a set of pairs (place, status), where the status of a place is
// missing (nobody in this function has touched its deadline), cleared, or one of
// the bounds of the function. The set is a may-set and union is the join. A
// place is bounded where no missing and no cleared status of it is in the set,
// and unbounded where nothing else is. Where both are, it depends on the
// condition: `if timeout > 0` means that 0 is for ever, and a bound under it is
// none; of other conditions nothing is known.

const (
	missing = int32(iota)
	cleared
	firstBound
)

// limitOp is what one instruction does to the deadline of one place.
type limitOp struct {
	ref   Ref
	bound Bound // of kind Bounded, Unknown or Cleared
}

// limits is the solution for one function. A nil *limits has no deadlines.
type limits struct {
	e      *engine
	fn     *ssa.Function
	ops    map[ssa.Instruction][]limitOp
	exit   []limitOp // of deferred calls
	refs   []Ref
	made   map[ssa.Value][]int // places by what makes them; see made
	bounds []Bound
	entry  func(block int) dataflow.Set
}

// limitsOf solves a function; nil when it touches no deadline.
func (e *engine) limitsOf(fn *ssa.Function) *limits {
	l := &limits{e: e, fn: fn, ops: map[ssa.Instruction][]limitOp{}, made: map[ssa.Value][]int{}}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			ops := e.limitOps(instr)
			if _, deferred := instr.(*ssa.Defer); deferred {
				l.exit = append(l.exit, ops...)
			} else if len(ops) > 0 {
				l.ops[instr] = ops
			}
			for _, op := range ops {
				l.add(op)
			}
		}
	}
	if len(l.refs) == 0 {
		return nil
	}
	var init dataflow.Set
	for i := range l.refs {
		init = dataflow.Union(init, dataflow.Make(l.id(i, missing)))
	}
	l.entry = dataflow.Forward(irx.Graph{Fn: fn}, 0, init, l.transfer)
	return l
}

func (l *limits) add(op limitOp) {
	if !slices.Contains(l.refs, op.ref) {
		by := made(op.ref.Base)
		l.made[by] = append(l.made[by], len(l.refs))
		l.refs = append(l.refs, op.ref)
	}
	if op.bound.Kind != Cleared && !slices.Contains(l.bounds, op.bound) {
		l.bounds = append(l.bounds, op.bound)
	}
}

// id numbers a pair. The number of statuses is not known before all operations
// are, so places are the low part.
func (l *limits) id(ref int, status int32) int32 { return status*int32(len(l.refs)) + int32(ref) }

func (l *limits) status(b Bound) int32 {
	if b.Kind == Cleared {
		return cleared
	}
	return firstBound + int32(slices.Index(l.bounds, b))
}

// set returns s with the status of one place replaced.
func (l *limits) set(s dataflow.Set, ref int, status int32) dataflow.Set {
	out := make(dataflow.Set, 0, len(s)+1)
	for _, x := range s {
		if int(x)%len(l.refs) != ref {
			out = append(out, x)
		}
	}
	return dataflow.Union(out, dataflow.Make(l.id(ref, status)))
}

// step is the transfer function of one instruction. A value that is made anew
// in a loop is another place each time.
func (l *limits) step(s dataflow.Set, instr ssa.Instruction) dataflow.Set {
	if v, ok := instr.(ssa.Value); ok {
		for _, i := range l.made[v] {
			s = l.set(s, i, missing)
		}
	}
	return l.apply(s, l.ops[instr])
}

// made returns the instruction that makes a value: for a component of a tuple,
// the one that makes the tuple.
func made(v ssa.Value) ssa.Value {
	if ex, ok := v.(*ssa.Extract); ok {
		return ex.Tuple
	}
	return v
}

func (l *limits) apply(s dataflow.Set, ops []limitOp) dataflow.Set {
	for _, op := range ops {
		s = l.set(s, slices.Index(l.refs, op.ref), l.status(op.bound))
	}
	return s
}

func (l *limits) transfer(from, _ int, s dataflow.Set) dataflow.Set {
	for _, instr := range l.fn.Blocks[from].Instrs {
		s = l.step(s, instr)
	}
	return s
}

// of returns what bounds a wait on ref where s holds.
func (l *limits) of(s dataflow.Set, ref Ref) Bound {
	var out Bound
	for i, r := range l.refs {
		if r.Base != ref.Base {
			continue
		}
		_, same := ref.Path.under(r.Path)
		// Fields of one object usually stand for one connection: a reader and
		// the connection below it.
		sibling := ref.Path != "" && r.Path != ""
		if !same && !sibling {
			continue
		}
		b := l.bound(s, i)
		if !b.Open() || b.Kind == Cleared && same && out.Open() {
			out = b
		}
	}
	return out
}

// bound sums up the statuses of one place.
func (l *limits) bound(s dataflow.Set, ref int) Bound {
	var set, open Bound
	isSet, isOpen := false, false
	for _, x := range s {
		if int(x)%len(l.refs) != ref {
			continue
		}
		switch status := x / int32(len(l.refs)); status {
		case missing:
			isOpen = true
		case cleared:
			isOpen, open = true, Bound{Kind: Cleared}
		default:
			b := l.bounds[status-firstBound]
			if isOpen && b.Optional {
				continue
			}
			if isSet {
				b.Limit = max(b.Limit, set.Limit)
			}
			isSet, set = true, b
		}
	}
	switch {
	case isSet && isOpen:
		return Bound{Kind: Unknown}
	case isSet:
		set.Optional, set.If = false, 0
		return set
	}
	return open
}

// given returns the bound of a place that depends on a time that the caller
// gives, and on nothing else.
func (l *limits) given(s dataflow.Set, ref int) (Bound, bool) {
	for _, x := range s {
		if status := x / int32(len(l.refs)); int(x)%len(l.refs) == ref && status >= firstBound {
			if b := l.bounds[status-firstBound]; b.If > 0 {
				return b, true
			}
		}
	}
	return Bound{}, false
}

// -- which instructions touch deadlines --

func (e *engine) limitOps(instr ssa.Instruction) []limitOp {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return nil
	}
	_, started := instr.(*ssa.Go)
	var ops []limitOp
	for _, t := range e.targets(call.Common()) {
		switch {
		case started:
			ops = e.goWatchdogs(ops, &t)
		case t.spec != nil:
			ops = e.specLimits(ops, &t)
			ops = e.spawnWatchdogs(ops, &t)
		default:
			ops = e.summaryLimits(ops, instr, &t)
		}
	}
	if !slices.ContainsFunc(ops, func(op limitOp) bool { return op.bound.Kind == Bounded }) {
		return ops
	}
	if tested := e.testedTime(instr.Block()); tested != nil {
		on := inputOf(instr.Parent(), tested) + 1
		for i := range ops {
			if b := &ops[i].bound; b.Kind == Bounded {
				b.Optional, b.If = true, on
			}
		}
	}
	return ops
}

// testedTime returns the number or time that must not be zero for a block to
// run; nil if there is none. A number that was given a default before is none.
func (e *engine) testedTime(b *ssa.BasicBlock) ssa.Value {
	for d := b; d.Idom() != nil; d = d.Idom() {
		up := d.Idom()
		cond, ok := up.Instrs[len(up.Instrs)-1].(*ssa.If)
		if !ok || len(d.Preds) != 1 {
			continue
		}
		if v := zeroTest(cond.Cond); v != nil && !e.defaulted(v) {
			return v
		}
	}
	return nil
}

// zeroTest returns what a condition compares with zero: a number, or a time by
// IsZero.
func zeroTest(cond ssa.Value) ssa.Value {
	switch c := cond.(type) {
	case *ssa.BinOp:
		if isZero(c.Y) {
			return c.X
		}
		if isZero(c.X) {
			return c.Y
		}
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return zeroTest(c.X)
		}
	case *ssa.Call:
		fn := irx.CalleeOf(&c.Call).Func
		if fn != nil && fn.Name() == "IsZero" && fn.Pkg() != nil && fn.Pkg().Path() == "time" {
			return c.Call.Args[0]
		}
	}
	return nil
}

func isZero(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Int && constant.Sign(c.Value) == 0
}

// positive reports whether a number is a positive constant, or may be one: then
// zero was replaced before.
func positive(v ssa.Value) bool {
	if phi, ok := v.(*ssa.Phi); ok {
		return slices.ContainsFunc(phi.Edges, func(e ssa.Value) bool { return duration(e) > 0 })
	}
	return duration(v) > 0
}

func (e *engine) summaryLimits(ops []limitOp, instr ssa.Instruction, t *target) []limitOp {
	for _, l := range t.sum.Limits {
		ops = e.limitAll(ops, t.operand(l.On), l.Path, e.givenTime(l.Bound, t))
	}
	for _, r := range t.sum.Results {
		if v := resultOf(instr, r.Result); v != nil {
			ops = e.limitAll(ops, v, "", r.Bound)
		}
	}
	return ops
}

// givenTime decides a bound that depends on a time that the caller gives. A time
// that is not known here may be zero, and is no bound.
func (e *engine) givenTime(b Bound, t *target) Bound {
	if b.If == 0 {
		return b
	}
	switch v := t.operand(b.If - 1); {
	case v == nil:
	case e.defaulted(v):
		return Bound{Kind: Bounded, By: b.By, Limit: duration(v)}
	case isZero(v):
		return Bound{Kind: Cleared}
	}
	return Bound{}
}

func (e *engine) limitAll(ops []limitOp, v ssa.Value, path Path, b Bound) []limitOp {
	if b.Kind == Unbounded {
		return ops
	}
	for _, ref := range e.origins(v, path) {
		ops = append(ops, limitOp{ref, b})
	}
	return ops
}

func (e *engine) specLimits(ops []limitOp, t *target) []limitOp {
	for _, d := range t.spec.Deadline {
		if d.Dirs&netmodel.ReadDir == 0 {
			continue
		}
		b := Bound{Kind: Bounded}
		if d.Time >= 0 && t.operand(d.Time) != nil {
			b = e.timeBound(t.operand(d.Time))
		}
		if b.Kind == Bounded {
			b.By = t.fn.Name()
		}
		ops = e.limitAll(ops, t.operand(d.Operand), "", b)
	}
	return ops
}

// resultOf returns the value of result i of a call.
func resultOf(instr ssa.Instruction, i int) ssa.Value {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return nil
	}
	if _, tuple := call.Type().(*types.Tuple); !tuple {
		return call
	}
	for _, ref := range *call.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && ex.Index == i {
			return ex
		}
	}
	return nil
}
