package own

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/dataflow"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// Bounds. Past one of them the obligation is undecided and silent.
const (
	maxStates  = 64   // states per block
	maxFacts   = 1000 // facts per state: objects within objects are searched
	baseSteps  = 3000 // block visits per obligation, and more for large functions:
	blockSteps = 8    // so many per block
	fieldShare = 4    // a field of a parameter, on which no report stands, gets this part
)

// exit is a state at a return.
type exit struct {
	ret   *ssa.Return
	state *state
	id    int32
	block *ssa.BasicBlock
	cause *Cause
}

type edge struct {
	to    *ssa.BasicBlock
	state int32
	cause *Cause
}

type memoKey struct {
	block *ssa.BasicBlock
	state int32
}

// visit is the effect of one block on one state.
type visit struct {
	edges  []edge
	exits  []exit
	losses []Leak
	// ended tells what became of the resource on edges that nobody follows, since
	// nothing after them matters.
	ended Effect
}

// run is the walk for one obligation.
type run struct {
	eng      *Engine
	top      *ssa.Function
	ob       *Obligation
	ps       *places
	in       *interner
	spare    []*state // see copyOf
	memo     map[memoKey]*visit
	lossy    []memoKey // the visits with losses
	steps    int
	maxSteps int
	over     bool
	coarse   bool // second try: only what leads to the resource is kept
	stack    []*ssa.Function
	com      *common
	ahead    bool // the walk ahead of all acquisitions
	losses   []Leak
	lentTo   *Spawn
	lentEnds []*ssa.Return // of the goroutine that lentTo starts
	shared   []Spawn
	leavers  []ssa.CallInstruction // go statements whose goroutine leaves it open on some paths
	spawned  map[int32][]Leak      // returns of these goroutines
	leftToGo map[int32]bool        // those that have it when the next iteration forgets it
	reborn   bool                  // the acquiring call can run again
	reaches  []bool                // blocks of top from which an acquiring call is reached; nil when none is twice
	bases    []base                // what the resource runs over
	sessions []*ssa.Call           // those that opened the session of a stream
	// overParam says that it runs over something that stays the caller's.
	overParam bool
	peeks     map[ssa.CallInstruction]uint8
	serving   *sessionServed // nil when no session is made of it
	supposed  bool           // met the operand of Engine.supposed
	released  bool           // some path closes it or hands it over
	retaken   bool           // some path closes it, or hands it over, after it has lent it to a goroutine
	captured  bool           // a variable around the function gets it
	misuse    map[ssa.Instruction]bool
	acquired  map[ssa.Value]bool // see opens
}

func newRun(c *common, ob *Obligation) *run {
	r := &run{
		eng: c.eng, top: c.fn, ob: ob, com: c, ps: c.ps, in: newInterner(), memo: map[memoKey]*visit{},
		stack:    []*ssa.Function{c.fn},
		maxSteps: baseSteps + blockSteps*len(c.fn.Blocks),
	}
	if ob.Call == nil && ob.Path != 0 {
		r.maxSteps /= fieldShare
	}
	if ob.inner() {
		r.noteBirths()
	} else if ob.Call != nil {
		b := ob.Call.Block()
		loops := c.eng.shape(c.fn).inLoop(b)
		r.reborn = loops && c.ahead == nil // otherwise the walk ahead has been there, too
		if loops || c.ahead == nil {
			r.reaches = irx.Reaches(c.fn, b)
		}
	}
	return r
}

// entry is the state at the start of the function.
func (r *run) entry() *state {
	s := &state{}
	if r.ob.Call != nil || r.ahead {
		return s
	}
	s.status = open
	p := r.top.Params[r.ob.Param]
	switch {
	case r.ob.Variable:
		s.set(r.ps.mem(p, 0), value{k: holds})
	case r.ob.Path == 0:
		s.set(r.ps.reg(p), value{k: holds})
	case isPointer(p.Type()):
		s.set(r.ps.mem(p, r.ob.Path), value{k: holds})
	case r.ob.Path&stepMask == elem:
		obj := r.ps.mem(p, 0)
		s.set(r.ps.reg(p), value{addr, obj})
		s.set(r.ps.join(obj, r.ob.Path), value{k: holds})
	default:
		s.set(r.ps.join(r.ps.reg(p), r.ob.Path), value{k: holds})
	}
	r.unmarSubject(s)
	return s
}

// isSubject reports whether the place belongs to the object whose field is the
// obligation.
func (r *run) isSubject(p place) bool {
	if r.ob.Call != nil || r.ahead {
		return false
	}
	return r.ps.keys[p].v == ssa.Value(r.top.Params[r.ob.Param])
}

// solve is [run.solveFrom] from state s at the start of fn.
func (r *run) solve(fn *ssa.Function, s *state) (exits []exit, ended Effect) {
	return r.solveFrom(fn, []dataflow.Reached{{Node: 0, In: dataflow.Set{r.in.id(s)}}})
}

// solveFrom walks fn and returns the states at its returns, in block order, and what
// became of the resource where the walk has ended before one.
func (r *run) solveFrom(fn *ssa.Function, starts []dataflow.Reached) (exits []exit, ended Effect) {
	reached, ok := r.spread(fn, starts)
	if !ok {
		return nil, 0
	}
	for _, n := range reached {
		for _, id := range n.In {
			v := r.visit(fn.Blocks[n.Node], id)
			exits = append(exits, v.exits...)
			ended |= v.ended
		}
	}
	return exits, ended
}

// spread lets the states flow through fn. It gives up, with the whole walk, when
// a block has too many of them.
func (r *run) spread(fn *ssa.Function, starts []dataflow.Reached) ([]dataflow.Reached, bool) {
	reached, ok := dataflow.Spread(starts, r.eng.shape(fn).order, maxStates*r.patience(), func(n int, id int32, add func(int, int32)) bool {
		for _, e := range r.visit(fn.Blocks[n], id).edges {
			add(e.to.Index, e.state)
		}
		return !r.over
	})
	r.over = r.over || !ok
	return reached, ok
}

// visit applies a block to a state, once.
func (r *run) visit(b *ssa.BasicBlock, id int32) *visit {
	key := memoKey{b, id}
	if v := r.memo[key]; v != nil {
		return v
	}
	v := &visit{}
	r.memo[key] = v
	if r.steps++; r.steps > r.maxSteps*r.patience() {
		r.over = true
		return v
	}
	outer := r.losses
	r.losses = nil
	r.com.steps++
	states := []*work{{state: r.copyOf(r.in.states[id])}}
	for _, instr := range b.Instrs[:len(b.Instrs)-1] {
		if _, ok := instr.(*ssa.Phi); !ok {
			states = r.stepAll(states, instr)
		}
		if len(states) > 0 && len(states[0].env) > maxFacts {
			r.over = true
			return v
		}
	}
	for _, w := range states {
		r.leaveBlock(v, b, w, id)
	}
	if v.losses = r.losses; len(v.losses) > 0 {
		r.lossy = append(r.lossy, key)
	}
	r.losses = outer
	return v
}

func (r *run) stepAll(states []*work, instr ssa.Instruction) []*work {
	if len(states) == 1 {
		if extra := r.step(states[0], instr); len(extra) > 0 {
			if !states[0].dead {
				extra = append([]*work{states[0]}, extra...)
			}
			return r.distinct(extra)
		}
		if states[0].dead {
			return nil
		}
		return states
	}
	next := states[:0:0]
	for _, w := range states {
		extra := r.step(w, instr)
		if !w.dead {
			next = append(next, w)
		}
		next = append(next, extra...)
	}
	if len(next) > 1 {
		next = r.distinct(next)
	}
	return next
}

// distinct drops states that are equal to an earlier one.
func (r *run) distinct(states []*work) []*work {
	if len(states) < 2 {
		return states
	}
	out := states[:0]
	for _, w := range states {
		if !slices.ContainsFunc(out, func(x *work) bool { return x.equal(w.state) }) {
			out = append(out, w)
		}
	}
	clear(states[len(out):])
	return out
}

// leaveBlock applies the last instruction of a block.
func (r *run) leaveBlock(v *visit, b *ssa.BasicBlock, w *work, id int32) {
	switch last := b.Instrs[len(b.Instrs)-1].(type) {
	case *ssa.If:
		for i, truth := range []bool{true, false} {
			if !truth && r.eng.exhausted(b) {
				continue
			}
			next := w
			if i == 0 {
				next = r.fork(w)
			}
			cause := r.causeOf(next.state, last.Cond, truth)
			if r.assume(next.state, last.Cond, truth) {
				if cause != nil {
					next.cause = cause
				}
				r.follow(v, b, i, next)
			}
		}
	case *ssa.Return:
		r.giveServed(w.state, last)
		v.exits = append(v.exits, exit{ret: last, state: w.state, id: id, block: b, cause: w.cause})
	default:
		for i := range b.Succs {
			next := w
			if i < len(b.Succs)-1 {
				next = r.fork(w)
			}
			r.follow(v, b, i, next)
		}
	}
}

// follow takes w, which it uses up, along an edge: phis are bound, and what cannot
// matter any more is dropped.
func (r *run) follow(v *visit, b *ssa.BasicBlock, succ int, w *work) {
	defer r.done(w)
	to := b.Succs[succ]
	r.bindPhis(w, b, succ, to)
	r.prune(w.state, to)
	if w.status == open && r.ob.Call != nil && r.reaches != nil && to.Parent() == r.top && r.reaches[to.Index] && to.Dominates(b) && !r.reachable(w.state) {
		r.lose(w, r.ob.Call, AtLoop) // the next iteration begins, and nothing leads to it
	}
	if r.finished(w.state, to) || r.nextRound(w.state, b, to) {
		v.ended |= effectOfStatus(w.status) &^ Borrowed
		return
	}
	if r.settled(w, to) {
		r.released = true
		v.ended |= Closed
		return
	}
	v.edges = append(v.edges, edge{to: to, state: r.in.id(w.state), cause: w.cause})
}

func (r *run) bindPhis(w *work, b *ssa.BasicBlock, succ int, to *ssa.BasicBlock) {
	s := w.state
	phis := phisOf(to)
	if len(phis) == 0 {
		return
	}
	pred := predIndex(b, succ, to)
	vals := make([]value, len(phis))
	parts := make([][]binding, len(phis))
	for i, phi := range phis {
		vals[i] = r.share(s, phi.Edges[pred])
		r.parts(s, r.ps.reg(phi.Edges[pred]), func(j int, rest Path) {
			if rest != 0 {
				parts[i] = append(parts[i], binding{r.ps.join(r.ps.reg(phi), rest), s.env[j].v})
			}
		})
	}
	for i, phi := range phis {
		keep := vals[i]
		if keep == (value{sym, r.ps.reg(phi)}) {
			continue // the phi itself, around a loop
		}
		r.redefine(w, phi)
		r.bind(s, phi, keep)
		for _, p := range parts[i] {
			s.set(p.at, p.v)
		}
	}
}

func phisOf(b *ssa.BasicBlock) []*ssa.Phi {
	var out []*ssa.Phi
	for _, instr := range b.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		out = append(out, phi)
	}
	return out
}

// predIndex tells which predecessor of to the succ-th edge of b is.
func predIndex(b *ssa.BasicBlock, succ int, to *ssa.BasicBlock) int {
	skip := 0
	for _, s := range b.Succs[:succ] {
		if s == to {
			skip++
		}
	}
	for i, p := range to.Preds {
		if p == b {
			if skip == 0 {
				return i
			}
			skip--
		}
	}
	return 0
}

// finished reports whether nothing that follows can change the outcome.
func (r *run) finished(s *state, to *ssa.BasicBlock) bool {
	if s.status == closed || s.status == kept {
		r.released = true
		r.retaken = r.retaken || s.flags&lent != 0
	}
	switch {
	case s.status == lost:
		return true
	case r.eng.probing() || r.eng.watch || r.ob.Call == nil && !r.ahead:
		return false
	case s.status == unborn:
		return to.Parent() == r.top && r.reaches != nil && !r.reaches[to.Index]
	case s.status == closed:
		return true
	case s.status == kept:
		return s.flags&(field1|viaGo) == 0
	}
	return false
}

// reachable reports whether anything still leads to the resource: a value, a
// cell, or a deferred call.
func (r *run) reachable(s *state) bool { return s.anyHolds() }
