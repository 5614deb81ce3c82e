package own

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/dataflow"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- the way to the acquisitions --
//
// Until a resource exists, the walk for it is like that for any other of the
// function. So there is one walk ahead of all of them, in which no call acquires
// anything; the walk for one acquisition begins in the states with which that
// one came to its block. A function with n acquisitions is walked n times in the
// blocks where a resource is open, and once elsewhere.

// maxTotal bounds the block visits for all obligations of one function together,
// with blockTotal more per block. What is left over then is undecided.
const (
	maxTotal   = 200_000
	blockTotal = 64
)

// common is what the walks for the obligations of one function share.
type common struct {
	eng    *Engine
	fn     *ssa.Function
	ps     *places
	defers *deferTable
	steps  int // block visits so far
	// roots are the values that the acquiring calls are given, and what those
	// were made of: what a resource may run over.
	roots map[ssa.Value]bool
	// ahead are the states that the walk ahead brought to the blocks of
	// acquisitions; nil when it passed a bound, or has not been tried.
	ahead   map[*ssa.BasicBlock][]*state
	targets []*ssa.BasicBlock
}

// deferTable numbers defer statements.
type deferTable struct {
	list []*ssa.Defer
	ids  map[*ssa.Defer]int32
	// asked is the list that operands was called for last, answer what it gave: the
	// next one is mostly the same.
	asked  []int32
	answer map[ssa.Value]bool
}

// operands returns the operands of the numbered defers.
func (t *deferTable) operands(ids []int32) map[ssa.Value]bool {
	if slices.Equal(ids, t.asked) {
		return t.answer
	}
	t.asked, t.answer = slices.Clone(ids), map[ssa.Value]bool{}
	for _, id := range ids {
		var rands [8]*ssa.Value
		for _, op := range t.list[id].Operands(rands[:0]) {
			if *op != nil {
				t.answer[*op] = true
			}
		}
	}
	return t.answer
}

func (t *deferTable) id(d *ssa.Defer) int32 {
	id, ok := t.ids[d]
	if !ok {
		id = int32(len(t.list))
		t.ids[d] = id
		t.list = append(t.list, d)
	}
	return id
}

// newCommon prepares to follow obligations of fn.
func (e *Engine) newCommon(fn *ssa.Function, obs []*Obligation) *common {
	c := &common{eng: e, fn: fn, ps: newPlaces(), defers: &deferTable{ids: map[*ssa.Defer]int32{}}, roots: map[ssa.Value]bool{}}
	for _, ob := range obs {
		if ob.Call == nil || ob.inner() {
			continue
		}
		if b := ob.Call.Block(); len(c.targets) == 0 || c.targets[len(c.targets)-1] != b {
			c.targets = append(c.targets, b)
		}
		for _, op := range irx.Operands(ob.Call.Common()) {
			c.noteRoots(op)
		}
	}
	if len(c.targets) > 0 && !e.probing() {
		c.walkAhead()
	}
	return c
}

// noteRoots remembers what an acquiring call is given, and what that was made of: a
// deferred call that closes one of these ends what is acquired.
func (c *common) noteRoots(op ssa.Value) {
	c.roots[rootOf(op)] = true
	for below := range runsOver(op) {
		c.roots[rootOf(below)] = true
	}
}

// rootOf strips conversions, loads and fields.
func rootOf(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.Convert:
			v = x.X
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.UnOp:
			v = x.X
		case *ssa.TypeAssert:
			v = x.X
		default:
			return v
		}
	}
}

// walkAhead walks to all acquisitions.
func (c *common) walkAhead() {
	r := newRun(c, &Obligation{Fn: c.fn})
	r.ahead = true
	r.reaches = irx.Reaches(c.fn, c.targets...)
	reached, ok := r.spread(c.fn, r.starts())
	if !ok {
		return
	}
	is := make([]bool, len(c.fn.Blocks))
	for _, b := range c.targets {
		is[b.Index] = true
	}
	c.ahead = map[*ssa.BasicBlock][]*state{}
	for _, n := range reached {
		if is[n.Node] {
			for _, id := range n.In {
				b := c.fn.Blocks[n.Node]
				c.ahead[b] = append(c.ahead[b], r.in.states[id])
			}
		}
	}
}

// starts are the blocks and states in which the walk begins.
func (r *run) starts() []dataflow.Reached {
	if r.ob.Call == nil || r.ob.inner() || r.com.ahead == nil {
		ids := []int32{r.in.id(r.entry())}
		if s := r.marredEntry(); s != nil {
			ids = append(ids, r.in.id(s))
		}
		return []dataflow.Reached{{Node: 0, In: dataflow.Make(ids...)}}
	}
	b := r.ob.Call.Block()
	var ids []int32
	for _, s := range r.com.ahead[b] {
		if r.coarse {
			s = s.clone()
			s.filter(leads)
		}
		ids = append(ids, r.in.id(s))
	}
	return []dataflow.Reached{{Node: b.Index, In: dataflow.Make(ids...)}}
}

// -- deferred calls that need not be followed --

// inert reports whether a deferred call can do nothing to the resource, whatever
// comes after its registration: none of its operands, which are evaluated now,
// leads to the resource or to what one may run over. Functions that defer much
// have states without it.
func (r *run) inert(s *state, d *ssa.Defer) bool {
	callee := r.target(s, d.Common())
	if r.eng.probing() || callee.Builtin == "copy" {
		return false
	}
	if callee.Builtin != "" {
		return true
	}
	if callee.Func == nil || callee.Body != nil && (callee.Body.Parent() != nil || len(callee.Body.FreeVars) > 0) || r.noReturn(callee) {
		return false
	}
	return !slices.ContainsFunc(irx.Operands(d.Common()), func(op ssa.Value) bool {
		root := rootOf(op)
		if call := callOf(root); r.com.roots[root] || call != nil && call == r.ob.Call {
			return true
		}
		return r.eval(s, op).k == addr || len(r.holdPaths(s, op)) > 0
	})
}

// settled reports whether a registered call closes the resource itself when the
// function ends, and the function ends: whatever happens from block to on, it
// is no leak.
func (r *run) settled(w *work, to *ssa.BasicBlock) bool {
	if w.status != open || len(w.defers) == 0 || r.ob.Call == nil || to.Parent() != r.top || r.eng.probing() || r.eng.watch || r.eng.supposed != nil {
		return false
	}
	if sh := r.eng.shape(r.top); sh.toStuck != nil && sh.toStuck[to.Index] {
		return false
	}
	return r.closedAtEnd(w)
}

// closedAtEnd reports whether a registered call closes the resource itself.
func (r *run) closedAtEnd(w *work) bool {
	return slices.ContainsFunc(w.defers, func(id int32) bool { return r.closesAtEnd(w, r.com.defers.list[id]) })
}

func (r *run) closesAtEnd(w *work, d *ssa.Defer) bool {
	callee, ops := r.target(w.state, d.Common()), irx.Operands(d.Common())
	for _, op := range ops {
		if r.closureOf(w.state, op) != nil {
			return false
		}
	}
	if callee.Builtin != "" || r.firstHolder(w.state, ops) < 0 || r.inlinable(w.state, callee, ops) {
		return false
	}
	out, carried := r.effectOfCall(w, d, callee, ops)
	return carried && out.ok == Closed && out.fail == Closed
}
