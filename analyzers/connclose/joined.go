package connclose

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
	"github.com/sockvet/sockvet/analyzers/internal/own"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

// -- one report for one missing Close --

// alsoAcquired is said of the other acquisitions of a finding.
const alsoAcquired = "or acquired here"

// joined adds what is left open to a finding that tells of the same missing
// Close, if there is one: of the same acquisition, which a literal may leave open
// and the function around as well, of another resource in the same result, or of
// another try into the same variable.
func (c *checker) joined(fn *ssa.Function, o *own.Outcome, leaks, shown []own.Leak) bool {
	if o.Call == nil {
		return false
	}
	for i := range c.suspects {
		s := &c.suspects[i]
		switch {
		case s.o.Call == nil:
		case s.o.Call == o.Call && s.o.Result == o.Result && s.o.Path != o.Path:
			if !slices.EqualFunc(s.leaks, leaks, sameEnd) {
				continue
			}
			if lasts(o) && !lasts(s.o) { // one Close of the result closes both
				*s = suspect{fn: fn, o: o, leaks: leaks, shown: shown, finding: c.finding(fn, o, shown)}
			}
			return true
		case s.o.Call == o.Call && s.o.Result == o.Result:
			s.leaks = append(slices.Clip(s.leaks), leaks...)
			s.shown = append(slices.Clip(s.shown), shown...)
			s.finding = c.finding(fn, o, s.shown)
			return true
		case s.fn == fn && c.anotherTry(s, o, leaks):
			pos, end := c.syntax.Span(o.Call)
			s.finding.Steps = append(s.finding.Steps, report.Step{Pos: pos, End: end, Message: alsoAcquired})
			return true
		}
	}
	return false
}

// besidesSession drops the ends of a stream that a finding tells of which is about its
// session, or about another stream of that: closing the session there closes both.
func (c *checker) besidesSession(fn *ssa.Function, o *own.Outcome, leaks []own.Leak) []own.Leak {
	if o.Kind != netmodel.Stream {
		return leaks
	}
	return slices.DeleteFunc(leaks, func(l own.Leak) bool {
		return slices.ContainsFunc(c.suspects, func(s suspect) bool {
			return s.fn == fn && ofSession(o, s.o) && slices.ContainsFunc(s.shown, func(k own.Leak) bool { return sameEnd(k, l) })
		})
	})
}

// ofSession reports whether a stream belongs to the session that other is, or that
// other is a stream of, too.
func ofSession(stream, other *own.Outcome) bool {
	return slices.ContainsFunc(stream.Sessions, func(call *ssa.Call) bool {
		return other.Call == ssa.CallInstruction(call) || slices.Contains(other.Sessions, call)
	})
}

// anotherTry reports whether an acquisition is assigned to the variable of that of
// a finding, in its stead, and is dropped at the very same ends.
func (c *checker) anotherTry(s *suspect, o *own.Outcome, leaks []own.Leak) bool {
	name := c.syntax.ResultName(o.Call, o.Result)
	if name == "" || name != c.syntax.ResultName(s.o.Call, s.o.Result) || !slices.EqualFunc(s.leaks, leaks, sameEnd) {
		return false
	}
	return instead(s.o.Call, o.Call) || meet(s.o, o)
}

// sameEnd reports whether two resources are left open at the same end. The end of a
// round is one for all that is acquired in it.
func sameEnd(a, b own.Leak) bool {
	return (a.At == b.At || a.Kind == own.AtLoop) && a.Kind == b.Kind && sameLoan(a.Lent, b.Lent)
}

func sameLoan(a, b *own.Spawn) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Go == b.Go
}

// lasts reports whether no finalizer closes the resource.
func lasts(o *own.Outcome) bool { return o.Lasting || o.Kind == netmodel.FD }

// meet reports whether two acquisitions come to one variable: each in its own branch.
func meet(a, b *own.Outcome) bool {
	if a.Call.Block() == b.Call.Block() {
		return false
	}
	into := joins(acquired(a), map[ssa.Value]bool{})
	for v := range joins(acquired(b), map[ssa.Value]bool{}) {
		if into[v] {
			return true
		}
	}
	return false
}

// acquired returns the value that the resource is.
func acquired(o *own.Outcome) ssa.Value {
	v := ssa.Value(o.Call.Value())
	if v == nil {
		return nil
	}
	for _, ref := range *v.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && ex.Index == o.Result {
			return ex
		}
	}
	return v
}

// joins adds the phis that v comes to, and the variables that it is stored in.
func joins(v ssa.Value, into map[ssa.Value]bool) map[ssa.Value]bool {
	if v == nil {
		return into
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Phi:
			if !into[ref] {
				into[ref] = true
				joins(ref, into)
			}
		case *ssa.Store:
			if _, local := ref.Addr.(*ssa.Alloc); local && ref.Val == v {
				into[ref.Addr] = true
			}
		}
	}
	return into
}

// instead reports whether the second call is made only where the first is not, or
// has failed.
func instead(first, second ssa.CallInstruction) bool {
	a, b := first.Block(), second.Block()
	if a == b || a.Parent() != b.Parent() {
		return false // one of them in a literal
	}
	reaches := irx.Reaches(a.Parent(), b)
	return !slices.ContainsFunc(succeeding(first), func(s *ssa.BasicBlock) bool { return reaches[s.Index] })
}

// succeeding returns the blocks that follow the call where it has not failed.
func succeeding(call ssa.CallInstruction) []*ssa.BasicBlock {
	b := call.Block()
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return b.Succs
	}
	test, ok := branch.Cond.(*ssa.BinOp)
	if !ok || !irx.IsNil(test.Y) {
		return b.Succs
	}
	if ex, ok := test.X.(*ssa.Extract); !ok || ex.Tuple != call.Value() || !irx.TellsFailure(ex.Type()) {
		return b.Succs
	}
	switch test.Op {
	case token.NEQ:
		return b.Succs[1:]
	case token.EQL:
		return b.Succs[:1]
	}
	return b.Succs
}
