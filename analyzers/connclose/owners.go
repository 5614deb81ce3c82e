package connclose

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
	"github.com/sockvet/sockvet/analyzers/internal/own"
)

// -- whose a parameter is --

// ownerKey is a parameter of a function that ends a connection's life.
type ownerKey struct {
	fn    *ssa.Function
	param int
}

// isObligation reports whether the function is the one that has to close its
// parameter: it is started as a goroutine on a connection that nobody else
// closes, or it closes the parameter on another path that fails in the same way.
func (c *checker) isObligation(fn *ssa.Function, o *own.Outcome, leaks []own.Leak) bool {
	if o.Path != 0 || o.Variable || fn.Signature.Recv() != nil && o.Param == 0 {
		return false // a method does not own its receiver, nor anybody what is in a variable of the caller
	}
	if t := fn.Params[o.Param].Type(); !isResource(t) {
		return false
	}
	if leaks[0].Kind == own.Never {
		return true
	}
	if own.RunElsewhere(fn) || c.res.Engine.HeldByCaller(fn, o.Param) {
		return false
	}
	if c.owners[ownerKey{fn, o.Param}] {
		return !o.Released || o.Unforced()
	}
	if (o.OK|o.Fail)&own.Closed == 0 || irx.IsChannel(fn.Params[o.Param].Type()) {
		return false
	}
	return o.Disagrees() && !c.res.Engine.OnlyStarted(fn) && !c.res.Engine.CallersRelease(fn, o.Param)
}

// isResource reports whether a parameter of type t is a connection, listener or
// descriptor: files, timers and whatever else has a Close are not our business.
func isResource(t types.Type) bool {
	if b, ok := t.Underlying().(*types.Basic); ok {
		return b.Info()&types.IsInteger != 0
	}
	_, ok := irx.ResourceKind(t)
	return ok
}

// findOwners collects the functions of this package that are started as
// goroutines and own a parameter: they close it on some paths, or the starter
// leaves it to them.
func (c *checker) findOwners() map[ownerKey]bool {
	owners := map[ownerKey]bool{}
	add := func(s own.Spawn) {
		if callee := irx.CalleeOf(s.Go.Common()); callee.Body != nil {
			owners[ownerKey{callee.Body, s.Operand}] = true
		}
	}
	for _, fn := range c.res.Funcs() {
		c.confine(fn, func() {
			for _, o := range c.res.Engine.Outcomes(fn) {
				for _, s := range o.Shared {
					add(s)
				}
				for _, l := range o.Leaks {
					if c.leftTo(fn, o, l) {
						add(*l.Lent)
					}
				}
			}
		})
	}
	return owners
}

// leftTo reports whether a leak of what fn acquires is that of a goroutine which is
// given it and nobody else: no other path keeps or closes it here, its starter does not
// go on with it, and it is no stream, which its session ends.
func (c *checker) leftTo(fn *ssa.Function, o *own.Outcome, l own.Leak) bool {
	if o.Call == nil || l.Lent == nil || o.Kind == netmodel.Stream || o.Retaken {
		return false
	}
	return !c.serves(fn, o, l) && !c.givesBack(*l.Lent) && !c.res.Engine.StaysByStarter(o, l.Lent.Go)
}

// blameCallee reports whether the leak is one of a goroutine whose function is
// declared in this package: it is reported there, at its parameter.
func (c *checker) blameCallee(o *own.Outcome, leaks []own.Leak) bool {
	for _, l := range leaks {
		if l.Lent == nil {
			return false
		}
		callee := irx.CalleeOf(l.Lent.Go.Common())
		if callee.Body == nil || c.givesBack(*l.Lent) || o.Retaken || c.res.Engine.StaysByStarter(o, l.Lent.Go) || !c.leaks(ownerKey{callee.Body, l.Lent.Operand}) {
			return false
		}
	}
	return true
}

// blamed reports whether a leak of what a function acquires is told of at the
// parameter of another function of this package: of the one that the call which
// fails is in, or that it calls.
func (c *checker) blamed(fn *ssa.Function, o *own.Outcome, l own.Leak) bool {
	if l.Cause == nil || l.Cause.Call == nil {
		return false
	}
	if in := l.Cause.Call.Parent(); in != fn && in.Parent() == nil {
		return c.tellsOf(in, o, func(p own.Leak) bool { return p.Cause != nil && p.Cause.Call == l.Cause.Call })
	}
	callee := irx.CalleeOf(l.Cause.Call.Common()).Body
	return callee != nil && callee != fn && c.tellsOf(callee, o, func(p own.Leak) bool { return p.Failed })
}

// tellsOf reports whether such a leak of a parameter of fn is reported that is given
// the resource.
func (c *checker) tellsOf(fn *ssa.Function, given *own.Outcome, such func(own.Leak) bool) bool {
	return slices.ContainsFunc(c.res.Engine.Outcomes(fn), func(o *own.Outcome) bool {
		if o.Call != nil || !slices.ContainsFunc(o.Leaks, such) || !slices.ContainsFunc(c.res.Pkg.Calls(fn), func(call ssa.CallInstruction) bool { return given.GivenAs(call, o.Param) }) {
			return false
		}
		leaks := c.relevant(fn, o)
		return slices.ContainsFunc(leaks, such) && c.isObligation(fn, o, leaks)
	})
}

// givesBack reports whether the function of a goroutine returns what it was given:
// it is the go statement then that drops it.
func (c *checker) givesBack(s own.Spawn) bool {
	callee := irx.CalleeOf(s.Go.Common())
	return callee.Body != nil && slices.ContainsFunc(c.res.Engine.Outcomes(callee.Body), func(o *own.Outcome) bool {
		return o.Call == nil && o.Path == 0 && !o.Variable && o.Param == s.Operand && (o.OK|o.Fail)&own.Returned != 0 && !o.Tended
	})
}

// leaks reports whether a parameter was followed and is left open: one that the
// function never touches is not, and none is the function's that another caller
// still has.
func (c *checker) leaks(k ownerKey) bool {
	return slices.ContainsFunc(c.res.Engine.Outcomes(k.fn), func(o *own.Outcome) bool {
		return o.Call == nil && o.Path == 0 && !o.Variable && o.Param == k.param && len(o.Leaks) > 0
	}) && !c.res.Engine.HeldByCaller(k.fn, k.param)
}
