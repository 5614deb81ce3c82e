package errpath

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- an error in the function that accepts, and in those around it --

// Play tells what becomes of an error of the accept call of a loop.
func (r *Result) Play(l *acceptloop.Loop, kind Error) Outcomes {
	p := r.player(l, kind, 0)
	if p == nil {
		return Outcomes{}
	}
	return r.play(p)
}

// maxVia bounds how deep a loop accepts through functions.
const maxVia = 4

// player makes the player of an accept call; nil when the function that accepts
// does not return after the error.
func (r *Result) player(l *acceptloop.Loop, kind Error, depth int) *player {
	p := &player{r: r, kind: kind, call: l.Call, err: l.Err, conn: l.Conn, wrapper: l.Role == acceptloop.InMethod, memo: make(map[string]Outcomes), known: make(map[ssa.Value]value)}
	if l.Callee == nil || depth > maxVia {
		return p
	}
	inner := r.player(l.Callee, kind, depth+1)
	if inner == nil {
		return nil
	}
	returned := inner.notes()
	o := r.play(inner)
	if !o.Has(Leaves) && !o.empty() {
		return nil
	}
	p.start = returned.at(l.Call, state{told: o.Has(Told)})
	if l.Conn != nil && !comparedWithNil(l.Conn) {
		p.start = p.start.with(l.Conn, unknown) // the nil that the function returns is the connection
	}
	return p
}

func (r *Result) play(p *player) Outcomes {
	o := p.after(p.start)
	if r.delay.OfCall(p.call.Common()).Delays && o.Has(Retry) {
		o.add(DelayedRetry, o.At(Retry)) // the function that accepts waits itself
	}
	return o
}

// PlayOuter tells what becomes of it in the loop around the function that
// accepts: what each function on the way returns after the error is what the next
// one goes on with.
func (r *Result) PlayOuter(l *acceptloop.Loop, kind Error) Outcomes {
	p := r.player(l, kind, 0)
	if p == nil {
		return Outcomes{}
	}
	for _, call := range l.Outer.Chain {
		returned := p.notes()
		o := r.play(p)
		if !o.Has(Leaves) {
			return o
		}
		p = &player{r: r, kind: kind, call: call, memo: make(map[string]Outcomes), known: make(map[ssa.Value]value)}
		if o.Has(Returned) && (!o.Has(Told) || returned.error()) {
			p.err = errorResult(call)
		}
		p.start = returned.at(call, state{told: o.Has(Told)})
	}
	return r.play(p)
}

// results are what a function returns after the error, as far as all its returns
// agree.
type results struct{ values []value }

// notes makes the player note what is returned.
func (p *player) notes() *results {
	r := new(results)
	p.returned = func(ret *ssa.Return, s state) {
		for i, v := range ret.Results {
			is := p.eval(v, s)
			if is == isConn || is == isText {
				is = unknown
			}
			if len(r.values) <= i {
				r.values = append(r.values, is)
			} else if r.values[i] != is {
				r.values[i] = unknown
			}
		}
	}
	return r
}

// error reports whether the last result is the error.
func (r *results) error() bool {
	return len(r.values) > 0 && r.values[len(r.values)-1] == isErr
}

// at is the state after the call that returns them.
func (r *results) at(call *ssa.Call, s state) state {
	if len(r.values) == 1 {
		return s.with(call, r.values[0])
	}
	for _, ref := range *call.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && ex.Index < len(r.values) {
			s = s.with(ex, r.values[ex.Index])
		}
	}
	return s
}

// errorResult is the value of the last result of a call if that is an error.
func errorResult(call *ssa.Call) ssa.Value {
	if irx.IsError(call.Type()) {
		return call
	}
	tuple, ok := call.Type().(*types.Tuple)
	if !ok || tuple.Len() == 0 {
		return nil
	}
	for _, ref := range *call.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && ex.Index == tuple.Len()-1 && irx.IsError(ex.Type()) {
			return ex
		}
	}
	return nil
}
