package connclose

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
	"github.com/sockvet/sockvet/analyzers/internal/own"
)

// -- what is certain, and what is only likely --
//
// The engine reports a path when nothing that it sees excludes it. What it does
// not see may: a caller that ends the process, a condition that two branches
// share, an owner that closes what it lent. A leak is certain where none of these
// is needed to explain it away: the function acquires the resource itself, and
// either closes it nowhere, or a step that can fail, or an arm of a select, sends it
// to a return without a Close. The rest is likely; docs/real-code.md has how often
// each kind was right.

// certain returns the leaks that are certain.
func (c *checker) certain(fn *ssa.Function, o *own.Outcome, leaks []own.Leak) []own.Leak {
	switch {
	case slices.ContainsFunc(leaks, func(l own.Leak) bool { return l.Kind == own.Never }):
		return leaks // nobody else comes to it
	case o.Call == nil && !c.owners[ownerKey{fn, o.Param}]:
		return nil // how far it is the caller's, too, is not seen from here
	case o.Kind == netmodel.Stream:
		return nil // whoever ends the session ends it
	case o.Call != nil && allInGoroutine(o, leaks):
		return leaks
	}
	return slices.DeleteFunc(slices.Clone(leaks), func(l own.Leak) bool { return !c.isCertain(fn, o, l) })
}

func (c *checker) isCertain(fn *ssa.Function, o *own.Outcome, l own.Leak) bool {
	never, seen := !o.Released, c.causeSeen(o, l)
	switch {
	case l.Lent != nil: // a goroutine works with it, perhaps for good, unless it is closed elsewhere all the same
		return seen && (o.OK|o.Fail)&own.Closed != 0
	case o.Call == nil || !waits(o):
		return never || seen
	case listens(o): // it is opened at a start, and when that fails the process may end; not once it has served
		return seen && (!l.Failed || l.Cause.Call != nil && o.GivenTo(l.Cause.Call) || c.res.Engine.FailureStays(fn))
	}
	return never && l.Failed || seen // at the end of a loop the process may end
}

// causeSeen reports whether it is seen what leads to the leak: a call after the
// acquisition that fails, and not only when it is configured to, or an arm of a
// select.
func (c *checker) causeSeen(o *own.Outcome, l own.Leak) bool {
	switch {
	case l.Cause == nil:
		return false
	case l.Cause.Soft:
		return l.Cause.Arm && c.opensForSure(o)
	}
	return l.Cause.Call != nil && l.Cause.Call != o.Call && !c.res.Engine.FailsByValues(l.Cause.Call)
}

// opensForSure reports whether it is known what acquires the resource: a method of
// an interface may give what its receiver keeps, and closes.
func (c *checker) opensForSure(o *own.Outcome) bool {
	if o.Call == nil {
		return true
	}
	callee := irx.CalleeOf(o.Call.Common())
	return !callee.Dynamic || c.res.Pkg.Model.Of(callee.Func) != nil
}
