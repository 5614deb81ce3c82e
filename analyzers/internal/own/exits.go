package own

import (
	"slices"
	"sort"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/dataflow"
)

// -- what the exits say --

// summarize joins the states at the returns into the effects of the outcome.
func (r *run) summarize(out *Outcome, exits []exit) {
	tended, untended, spawned, stored := false, false, false, false
	cleaning := map[int]bool{}
	defer func() {
		out.Tended, out.Spawned = tended && !untended, spawned && !stored
		out.Cleaning = onlyKey(cleaning)
	}()
	for _, x := range exits {
		if x.state.status == unborn || x.nothing() {
			continue
		}
		e := effectOfStatus(x.state.status)
		res, path, returned := r.returned(x)
		if returned && e == Closed {
			r.misused(x.ret)
		}
		if returned && (e == Borrowed || x.state.flags&viaGo != 0) {
			e = Returned
			tended, untended = tended || x.state.flags&(viaGo|goLeaks) == viaGo, untended || x.state.flags&(viaGo|goLeaks) != viaGo
			if f := isFunc(x.ret.Results[res].Type()); !f || (out.OK|out.Fail)&Returned == 0 {
				out.Return, out.ReturnPath = res, path
				out.ReturnAlso = r.returnedAlso(x, res, path)
			}
			out.Marred |= r.marred(x.state, x.ret.Results[res], path)
		}
		if e == Kept {
			spawned, stored = spawned || x.state.flags&viaGo != 0, stored || x.state.flags&viaGo == 0
		}
		ok, fail := r.classOf(x.state, x.ret, r.top.Signature)
		if returned && e == Returned && ok && r.ob.Call != nil {
			cleaning[r.cleaner(x, res)] = true
		}
		out.ClosedOnFail = out.ClosedOnFail || fail && !ok && e == Closed
		out.leftOpen = out.leftOpen || ok && !fail && e == Borrowed
		if ok {
			out.OK |= e
		}
		if fail {
			out.Fail |= e
			out.ReturnedOnFail = out.ReturnedOnFail || returned && e == Returned && x.state.flags&viaGo == 0 && !isFunc(x.ret.Results[res].Type()) && r.mayFailBeside(x.ret, !ok)
		}
	}
}

// cleaner returns one more than the result of a return that is a function which
// closes the resource, beside the result that leads to it; 0 for none.
func (r *run) cleaner(x exit, res int) int {
	for i, v := range x.ret.Results {
		if i == res || !isFunc(v.Type()) || len(r.holdPaths(x.state, v)) == 0 {
			continue
		}
		if r.eval(x.state, v).k == holds || r.ends(x.state, v) {
			return i + 1
		}
	}
	return 0
}

// ends reports whether a closure closes the resource, or keeps it, on all paths:
// where it is done no path is followed on, so that only the others come to an
// end.
func (r *run) ends(s *state, closure ssa.Value) bool {
	defer func(before bool) { r.released = before }(r.released)
	r.released = false
	w := &work{state: s.clone()}
	w.status = open
	e, _ := r.closureEffect(w, r.closureOf(w.state, closure), closure)
	return e&Borrowed == 0 && (r.released || e&Closed != 0)
}

// onlyKey returns the key of a map that has one, or 0.
func onlyKey(m map[int]bool) int {
	if len(m) == 1 {
		for k := range m {
			return k
		}
	}
	return 0
}

// Unforced reports whether no leak depends on the function's parameters alone.
func (o *Outcome) Unforced() bool {
	return !slices.ContainsFunc(o.Leaks, func(l Leak) bool { return l.Cause == nil })
}

// Disagrees reports whether the function closes its parameter on one path and,
// failing in the same way on another, leaves it open.
func (o *Outcome) Disagrees() bool {
	const both = Closed | Borrowed
	if o.OK&both != both && o.Fail&both != both {
		return false
	}
	if o.Fail != 0 && (o.leftOpen || o.OK&Borrowed != 0 && o.OK&Closed == 0) {
		return false // it succeeds and leaves it open: it only borrows
	}
	if o.Fail == 0 && slices.ContainsFunc(o.Leaks, func(l Leak) bool { return !l.Cause.hard() && (o.OK&Kept == 0 || l.Cause.asksFlag()) }) {
		return false // nothing has failed, and it never takes it over, or has before: what decides may say whose it is
	}
	return o.Unforced() && !slices.ContainsFunc(o.Leaks, func(l Leak) bool {
		return l.Cause.hard() && o.closedAfter[l.Cause.Call] // only the caller's choice tells them apart
	})
}

// returned tells which result leads to the resource.
func (r *run) returned(x exit) (result int, path Path, ok bool) {
	for i, v := range x.ret.Results {
		if paths := r.holdPaths(x.state, v); len(paths) > 0 {
			return i, slices.Min(paths), true
		}
	}
	return 0, 0, false
}

// returnedAlso returns a second place of the resource in the result, 0 for none.
func (r *run) returnedAlso(x exit, result int, first Path) Path {
	paths := slices.DeleteFunc(r.holdPaths(x.state, x.ret.Results[result]), func(p Path) bool { return p == first || p.deep() })
	if first == 0 || len(paths) == 0 {
		return 0
	}
	return slices.Min(paths)
}

// collectLeaks gathers the ends that leave the resource open: returns, and what
// was noted on the way.
func (r *run) collectLeaks(out *Outcome, exits []exit, starts []dataflow.Reached) {
	if r.overParam {
		return
	}
	ways := r.explain(r.top, starts)
	for _, x := range exits {
		if x.state.status != open || x.nothing() {
			continue
		}
		if _, _, returned := r.returned(x); returned {
			continue
		}
		ok, fail := r.classOf(x.state, x.ret, r.top.Signature)
		l := Leak{Kind: AtReturn, At: x.ret, Lent: r.loan(x.state), Failed: fail && !ok}
		out.Leaks = append(out.Leaks, l.because(x.cause, ways[memoKey{x.block, x.id}])...)
	}
	for _, key := range r.sortedVisits() {
		for _, l := range r.memo[key].losses {
			out.Leaks = append(out.Leaks, l.because(l.Cause, ways[key])...)
		}
	}
	for i := range int32(len(r.leavers)) {
		if r.dropped(exits, i) {
			out.Leaks = append(out.Leaks, r.spawned[i]...)
		}
	}
	if l, ok := r.neverRuns(); ok {
		out.Leaks = append(out.Leaks, l)
	}
	out.Leaks = distinctLeaks(out.Leaks)
	if out.Call == nil {
		out.closedAfter = r.closedAfter(exits, ways)
	}
}

// because returns the leak once for each call whose failure leads to it. When
// some way to it has no failing call, the others do not explain it.
func (l Leak) because(own *Cause, ways causes) []Leak {
	if own != nil {
		ways = causes{own}
	}
	var out []Leak
	ways = slices.DeleteFunc(slices.Clone(ways), func(c *Cause) bool { return c != nil && c.Asked })
	if len(ways) == 0 {
		return nil
	}
	for _, c := range ways {
		if !c.hard() {
			l.Cause = c
			return []Leak{l}
		}
		with := l
		with.Cause = c
		out = append(out, with)
	}
	return out
}

// closedAfter returns the calls after whose failure some path closes the
// resource.
func (r *run) closedAfter(exits []exit, ways map[memoKey]causes) map[ssa.CallInstruction]bool {
	out := map[ssa.CallInstruction]bool{}
	for _, x := range exits {
		if x.state.status != closed {
			continue
		}
		for _, c := range append(causes{x.cause}, ways[memoKey{x.block, x.id}]...) {
			if c.hard() {
				out[c.Call] = true
			}
		}
	}
	return out
}

// sortedVisits returns the visits with losses in order.
func (r *run) sortedVisits() []memoKey {
	keys := slices.Clone(r.lossy)
	sort.Slice(keys, func(i, j int) bool {
		a, b := keys[i], keys[j]
		if a.block != b.block {
			return a.block.Instrs[0].Parent().Pos() < b.block.Instrs[0].Parent().Pos() || a.block.Parent() == b.block.Parent() && a.block.Index < b.block.Index
		}
		return a.state < b.state
	})
	return keys
}

// distinctLeaks orders leaks by position and keeps one for each place, kind and
// cause; where one way needs no failing call, only that one.
func distinctLeaks(leaks []Leak) []Leak {
	type end struct {
		at   ssa.Instruction
		lent bool
	}
	plain, succeeds := map[end]bool{}, map[ssa.Instruction]bool{}
	for _, l := range leaks {
		succeeds[l.At] = succeeds[l.At] || !l.Failed
		if !l.Cause.hard() {
			plain[end{l.At, true}] = true
			plain[end{l.At, false}] = plain[end{l.At, false}] || l.Lent == nil
		}
	}
	for i := range leaks {
		leaks[i].Failed = !succeeds[leaks[i].At]
	}
	leaks = slices.DeleteFunc(leaks, func(l Leak) bool { return l.Cause.hard() && plain[end{l.At, l.Lent != nil}] })
	sort.SliceStable(leaks, func(i, j int) bool {
		a, b := leaks[i], leaks[j]
		if a.At.Pos() != b.At.Pos() {
			return a.At.Pos() < b.At.Pos()
		}
		if p, q := causePos(a.Cause), causePos(b.Cause); p != q {
			return p < q
		}
		return a.Lent == nil && b.Lent != nil // the starter alone is to blame
	})
	return slices.CompactFunc(leaks, func(a, b Leak) bool {
		return a.At == b.At && a.Kind == b.Kind && causePos(a.Cause) == causePos(b.Cause)
	})
}

func causePos(c *Cause) int {
	if c == nil || c.Call == nil {
		return 1 << 40
	}
	return int(c.Call.Pos())
}

// causes is a small set of calls whose failure leads somewhere; nil among them
// stands for a way without any.
type causes []*Cause

const maxCauses = 6

func (cs causes) add(c *Cause) (causes, bool) {
	for _, x := range cs {
		if x == c || x != nil && c != nil && *x == *c {
			return cs, false
		}
	}
	if len(cs) == maxCauses {
		return cs, false
	}
	return append(cs[:len(cs):len(cs)], c), true
}

// explain walks the solved states once more from the start and notes for each
// block and state the calls that failed last on the ways to it.
func (r *run) explain(fn *ssa.Function, starts []dataflow.Reached) map[memoKey]causes {
	ways := map[memoKey]causes{}
	var queue []memoKey
	for _, st := range starts {
		for _, id := range st.In {
			first := memoKey{fn.Blocks[st.Node], id}
			ways[first] = causes{nil}
			queue = append(queue, first)
		}
	}
	for len(queue) > 0 {
		key := queue[0]
		queue = queue[1:]
		v := r.memo[key]
		if v == nil {
			continue
		}
		for _, e := range v.edges {
			next, from := memoKey{e.to, e.state}, ways[key]
			if r.in.states[e.state].status == unborn {
				from = causes{nil} // what failed before does not matter
			} else if e.cause != nil {
				from = causes{e.cause}
			} else if r.in.states[key.state].status == unborn {
				from = causes{nil}
			}
			set, changed := ways[next], false
			for _, c := range from {
				var added bool
				set, added = set.add(c)
				changed = changed || added
			}
			if changed {
				ways[next] = set
				queue = append(queue, next)
			}
		}
	}
	return ways
}

// lose ends the obligation: nothing can close it any more.
func (r *run) lose(w *work, at ssa.Instruction, k LeakKind) {
	if w.flags&marred == 0 {
		r.losses = append(r.losses, Leak{Kind: k, At: at, Cause: w.cause, Lent: r.loan(w.state)})
	}
	w.status = lost
	w.dead = true
}

func (r *run) loan(s *state) *Spawn {
	if s.flags&lent != 0 {
		return r.lentTo
	}
	return nil
}
