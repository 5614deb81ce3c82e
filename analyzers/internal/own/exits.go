package own

import (
	"slices"
	"sort"
)

// -- what the exits say --

// summarize joins the states at the returns into the effects of the outcome.
func (r *run) summarize(out *Outcome, exits []exit) {
	for _, x := range exits {
		if x.state.status == unborn {
			continue
		}
		e := effectOfStatus(x.state.status)
		res, path, returned := r.returned(x)
		if returned && (e == Borrowed || x.state.flags&viaGo != 0) {
			e = Returned
			out.Return, out.ReturnPath = res, path
		}
		ok, fail := r.classOf(x.state, x.ret, r.top.Signature)
		if ok {
			out.OK |= e
		}
		if fail {
			out.Fail |= e
			out.ReturnedOnFail = out.ReturnedOnFail || returned && e == Returned
		}
	}
}

// Disagrees reports whether the function closes its parameter on one path and,
// failing in the same way on another, leaves it open.
func (o *Outcome) Disagrees() bool {
	const both = Closed | Borrowed
	if o.OK&both != both && o.Fail&both != both {
		return false
	}
	for _, l := range o.Leaks {
		if l.Cause == nil {
			return false
		}
	}
	return true
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

// collectLeaks gathers the ends that leave the resource open: returns, and what
// was noted on the way.
func (r *run) collectLeaks(out *Outcome, exits []exit, start int32) {
	ways := r.explain(start)
	for _, x := range exits {
		if x.state.status != open {
			continue
		}
		if _, _, returned := r.returned(x); returned {
			continue
		}
		cause := x.cause
		if cause == nil {
			cause = ways[memoKey{x.block, x.id}]
		}
		out.Leaks = append(out.Leaks, Leak{Kind: AtReturn, At: x.ret, Cause: cause, Lent: r.loan(x.state)})
	}
	for _, key := range r.sortedVisits() {
		for _, l := range r.memo[key].losses {
			if l.Cause == nil {
				l.Cause = ways[key]
			}
			out.Leaks = append(out.Leaks, l)
		}
	}
	if l, ok := r.neverRuns(); ok {
		out.Leaks = append(out.Leaks, l)
	}
	out.Leaks = distinctLeaks(out.Leaks)
}

func (r *run) sortedVisits() []memoKey {
	var keys []memoKey
	for k, v := range r.memo {
		if len(v.losses) > 0 {
			keys = append(keys, k)
		}
	}
	sort.Slice(keys, func(i, j int) bool {
		a, b := keys[i], keys[j]
		if a.block != b.block {
			return a.block.Instrs[0].Parent().Pos() < b.block.Instrs[0].Parent().Pos() || a.block.Parent() == b.block.Parent() && a.block.Index < b.block.Index
		}
		return a.state < b.state
	})
	return keys
}

// distinctLeaks keeps one leak for each place and kind: the one that knows what
// failed, if any, in order of position.
func distinctLeaks(leaks []Leak) []Leak {
	sort.SliceStable(leaks, func(i, j int) bool {
		a, b := leaks[i], leaks[j]
		if a.At.Pos() != b.At.Pos() {
			return a.At.Pos() < b.At.Pos()
		}
		return causePos(a.Cause) < causePos(b.Cause)
	})
	return slices.CompactFunc(leaks, func(a, b Leak) bool {
		return a.At == b.At && a.Kind == b.Kind && causePos(a.Cause) == causePos(b.Cause)
	})
}

func causePos(c *Cause) int {
	if c == nil {
		return 1 << 40
	}
	return int(c.Call.Pos())
}

// explain walks the solved states once more, breadth first from the entry, and
// notes for each block and state the latest call that failed on a shortest way
// to it.
func (r *run) explain(start int32) map[memoKey]*Cause {
	first := memoKey{r.top.Blocks[0], start}
	ways := map[memoKey]*Cause{first: nil}
	queue := []memoKey{first}
	for len(queue) > 0 {
		key := queue[0]
		queue = queue[1:]
		v := r.memo[key]
		if v == nil {
			continue
		}
		for _, e := range v.edges {
			next := memoKey{e.to, e.state}
			if _, seen := ways[next]; seen {
				continue
			}
			cause := e.cause
			if cause == nil {
				cause = ways[key]
			}
			if r.in.states[e.state].status == unborn {
				cause = nil // what failed before the acquisition does not matter
			}
			ways[next] = cause
			queue = append(queue, next)
		}
	}
	return ways
}
