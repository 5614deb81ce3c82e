package own

import (
	"slices"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"golang.org/x/tools/go/ssa"
)

// -- goroutines --

// spawn starts a goroutine. One that closes the resource on all its paths has
// taken it over; one that closes it on some leaks it on the others; one that
// only uses it has it on loan.
func (r *run) spawn(w *work, site ssa.CallInstruction, callee irx.Callee, ops []ssa.Value) []*work {
	if w.status != open {
		r.escapeClosure(w, site.Common().Value)
		if w.status == kept && w.flags&(goLeaks|field1) != 0 && !r.onlyUsed(w, site, callee, ops) {
			w.flags &^= goLeaks | field1 // another goroutine may close it, too
		}
		return nil
	}
	fn := r.closureOf(w.state, site.Common().Value)
	if fn != nil && (r.firstHolder(w.state, ops) < 0 || r.captures(w.state, site.Common().Value)) {
		r.spawnLiteral(w, site, fn)
		return nil
	}
	out, carried := r.effectOfCall(w, site, callee, ops)
	if carried {
		r.afterSpawn(w, Spawn{site, r.firstHolder(w.state, ops)}, out.spawnedEffect())
	}
	return nil
}

// spawnedEffect is what becomes of the resource when the call runs as a goroutine:
// nobody gets its results.
func (o outcome) spawnedEffect() Effect {
	e := o.ok | o.fail
	switch {
	case e&Returned == 0:
		return e
	case o.tended:
		return e&^Returned | Kept
	}
	return e&^Returned | Borrowed
}

// onlyUsed reports whether a goroutine does nothing about a resource that another
// one has been given.
func (r *run) onlyUsed(w *work, site ssa.CallInstruction, callee irx.Callee, ops []ssa.Value) bool {
	try := w.fork()
	try.status = open
	try.flags &^= goLeaks | viaGo
	closure := site.Common().Value
	if fn := r.closureOf(try.state, closure); fn != nil && r.captures(try.state, closure) {
		e, _ := r.closureEffect(try, fn, closure)
		return e == Borrowed
	}
	out, carried := r.effectOfCall(try, site, callee, ops)
	return !carried || out.spawnedEffect() == Borrowed
}

// firstHolder is the first operand that leads to the resource.
func (r *run) firstHolder(s *state, ops []ssa.Value) int {
	return slices.IndexFunc(ops, func(v ssa.Value) bool { return len(r.holdPaths(s, v)) > 0 })
}

// captures reports whether the variables of a closure lead to the resource.
func (r *run) captures(s *state, closure ssa.Value) bool { return len(r.holdPaths(s, closure)) > 0 }

// captured is the operand of a goroutine that captures the resource.
const captured = -1

// spawnLiteral follows the resource into a goroutine that captures it.
func (r *run) spawnLiteral(w *work, site ssa.CallInstruction, fn *ssa.Function) {
	c := site.Common()
	if len(r.holdPaths(w.state, c.Value)) == 0 {
		return
	}
	if r.tooDeep(fn) || len(fn.Blocks) > maxInlineBlocks {
		r.afterSpawn(w, Spawn{site, captured}, Kept)
		return
	}
	var e Effect
	exits := r.enter(w, fn, c)
	for _, x := range exits {
		e |= effectOfStatus(x.state.status)
	}
	if e&Closed != 0 && e&Borrowed != 0 && failing(exits) {
		w.leaver = r.leaver(site)
		w.flags |= goLeaks
		r.goroutineLeaks(w.leaver, exits)
	}
	r.afterSpawn(w, Spawn{site, captured}, e)
	r.noteLentEnds(site, e, exits)
}

// noteLentEnds notes where the goroutine ends that the resource is lent to.
func (r *run) noteLentEnds(site ssa.CallInstruction, e Effect, exits []exit) {
	if e != Borrowed || r.lentTo.Go != site {
		return
	}
	for _, x := range exits {
		if !slices.Contains(r.lentEnds, x.ret) {
			r.lentEnds = append(r.lentEnds, x.ret)
		}
	}
}

// spawnedClosure lends the resource to a goroutine of a callee that starts the
// closure it is given ([netmodel.Spec.Spawns]).
func (r *run) spawnedClosure(w *work, site ssa.CallInstruction, exits []exit) {
	r.afterSpawn(w, Spawn{site, captured}, Borrowed)
	r.noteLentEnds(site, Borrowed, exits)
}

// failing reports whether each return that leaves the resource open comes after
// a call that failed. A goroutine that closes on one arm of a select and ends on
// another watches over a resource that its starter still owns.
func failing(exits []exit) bool {
	return !slices.ContainsFunc(exits, func(x exit) bool { return x.state.status == open && !x.cause.hard() })
}

// goroutineLeaks notes the returns of a goroutine that leave the resource open
// while others close it. They count if its starter does not close it either:
// see [run.dropped].
func (r *run) goroutineLeaks(leaver int32, exits []exit) {
	if r.spawned == nil {
		r.spawned = map[int32][]Leak{}
	}
	for _, x := range exits {
		if x.state.status == open {
			r.spawned[leaver] = append(r.spawned[leaver], Leak{Kind: AtReturn, At: x.ret, Cause: x.cause})
		}
	}
}

// leaver is the number of the goroutine that a go statement starts.
func (r *run) leaver(site ssa.CallInstruction) int32 {
	i := slices.Index(r.leavers, site)
	if i < 0 {
		i = len(r.leavers)
		r.leavers = append(r.leavers, site)
	}
	return int32(i)
}

func (r *run) afterSpawn(w *work, s Spawn, e Effect) {
	switch {
	case e == Borrowed:
		w.flags |= lent
		if r.lentTo == nil {
			r.lentTo = &s
		}
	case e == 0: // the goroutine never ends
		w.status = kept
	default:
		w.status = kept
		w.flags |= viaGo
		if e&Borrowed == 0 || r.sharedByRounds(s.Go) || !r.mayHandOver() || r.closedLater(w.state) {
			return
		}
		w.leaver = r.leaver(s.Go)
		w.flags |= goLeaks
		if !slices.Contains(r.shared, s) {
			r.shared = append(r.shared, s)
		}
	}
}

// sharedByRounds reports whether one resource is given to several goroutines, one
// in each round of a loop, as a server's only socket is: none of them owns it.
func (r *run) sharedByRounds(site ssa.CallInstruction) bool {
	b := site.Block()
	if b.Parent() != r.top {
		return false
	}
	seen := map[*ssa.BasicBlock]bool{}
	todo := slices.Clone(b.Succs)
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if at == b {
			return true
		}
		if seen[at] || r.ob.Call != nil && r.ob.Call.Block() == at {
			continue
		}
		seen[at] = true
		todo = append(todo, at.Succs...)
	}
	return false
}

// closedLater reports whether a registered defer leads to the resource: then it
// is the starter that owns it, whatever a goroutine does.
func (r *run) closedLater(s *state) bool {
	for v := range r.deferred(s) {
		if len(r.holdPaths(s, v)) > 0 {
			return true
		}
	}
	return false
}

// mayHandOver reports whether the obligation is one that a goroutine can take
// over: an acquired resource, or a parameter that is one. A receiver, or what is
// in a field of something or in a variable, belongs to somebody else.
func (r *run) mayHandOver() bool {
	if r.ob.Call != nil || r.ahead {
		return true
	}
	return r.ob.Path == 0 && !r.ob.Variable && !(r.top.Signature.Recv() != nil && r.ob.Param == 0)
}
