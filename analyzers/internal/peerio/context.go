package peerio

import (
	"go/constant"
	"go/token"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- how long: contexts, times and durations --

// contextBound tells what a context bounds: Bounded when it is made with a
// deadline, Unbounded when it is known to have none, with Ctx set when that is up
// to the caller, and else Unknown.
func (e *engine) contextBound(v ssa.Value, depth int) Bound {
	unknown := Bound{Kind: Unknown}
	if depth > maxFuncDepth {
		return unknown
	}
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.FreeVar:
		return Bound{Ctx: inputOf(v.Parent(), v) + 1}
	case *ssa.MakeInterface:
		return e.contextBound(v.X, depth+1)
	case *ssa.ChangeInterface:
		return e.contextBound(v.X, depth+1)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return e.derivedContext(&call.Call, depth)
		}
	case *ssa.Call:
		return e.derivedContext(&v.Call, depth)
	case *ssa.Phi:
		return e.anyContext(v.Edges, depth)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return e.loadedContext(v.X, depth)
		}
	}
	return unknown
}

func (e *engine) loadedContext(addr ssa.Value, depth int) Bound {
	switch a := addr.(type) {
	case *ssa.Alloc:
		var vals []ssa.Value
		for _, s := range storesIn(a, "", nil) {
			vals = append(vals, s.val)
		}
		return e.anyContext(vals, depth)
	case *ssa.FreeVar:
		return Bound{Ctx: inputOf(a.Parent(), a) + 1}
	case *ssa.FieldAddr:
		if v := fieldOf(a); v != nil && v.Pkg() == e.pkg.Pass.Pkg && !v.Exported() && len(e.uses.stores[v]) > 0 {
			b := e.anyContext(e.uses.stores[v], depth)
			if b.Ctx > 0 {
				return Bound{Kind: Unknown} // an input of another function
			}
			return b
		}
	}
	return Bound{Kind: Unknown}
}

// anyContext tells what is known of a context that may be any of the values: one
// without a deadline is enough for there to be none.
func (e *engine) anyContext(vals []ssa.Value, depth int) Bound {
	out := Bound{Kind: Unknown}
	for i, v := range vals {
		b := e.contextBound(v, depth+1)
		switch {
		case b.Kind == Unbounded && b.Ctx == 0:
			return b
		case i == 0:
			out = b
		case b != out:
			out = Bound{Kind: Unknown}
		}
	}
	return out
}

// derivedContext tells what the context that a call returns bounds.
func (e *engine) derivedContext(call *ssa.CallCommon, depth int) Bound {
	fn := irx.CalleeOf(call).Func
	if fn == nil || fn.Pkg() == nil {
		return Bound{Kind: Unknown}
	}
	if fn.Pkg().Path() == "context" {
		switch fn.Name() {
		case "Background", "TODO", "WithoutCancel":
			return Bound{}
		case "WithTimeout", "WithTimeoutCause":
			return Bound{Kind: Bounded, By: "context." + fn.Name(), Limit: duration(call.Args[1])}
		case "WithDeadline", "WithDeadlineCause":
			return Bound{Kind: Bounded, By: "context." + fn.Name(), Limit: fromNow(call.Args[1])}
		}
	}
	// Another function that takes a context and gives one back derives it; it
	// may add a deadline, unless the standard library is known not to.
	derives := fn.Pkg().Path() == "context" || fn.Pkg().Path() == "os/signal"
	for _, a := range call.Args {
		if irx.IsContext(a.Type()) {
			b := e.contextBound(a, depth+1)
			if b.Kind == Bounded || derives {
				return b
			}
		}
	}
	return Bound{Kind: Unknown}
}

// timeBound tells what a deadline at v does: the zero time, or a time that may
// be zero, removes it, unless it is zero only if a setting that has a default is.
func (e *engine) timeBound(v ssa.Value) Bound {
	if mayBeZero(v, 0) && !e.defaulted(v) {
		return Bound{Kind: Cleared}
	}
	return Bound{Kind: Bounded, Limit: max(fromNow(v), duration(v))}
}

// mayBeZero reports whether a time or duration is the zero value on some way to
// here that can be seen.
func mayBeZero(v ssa.Value, depth int) bool {
	switch v := v.(type) {
	case *ssa.Const:
		return v.Value == nil || v.Value.Kind() == constant.Int && constant.Sign(v.Value) == 0
	case *ssa.Phi:
		for _, edge := range v.Edges {
			if depth < maxFuncDepth && mayBeZero(edge, depth+1) {
				return true
			}
		}
	case *ssa.UnOp:
		if a, ok := v.X.(*ssa.Alloc); ok && v.Op == token.MUL {
			return zeroCell(a, depth)
		}
	}
	return false
}

// zeroCell reports whether nothing, or a zero, is stored in a variable.
func zeroCell(a *ssa.Alloc, depth int) bool {
	stores := storesIn(a, "", nil)
	for _, s := range stores {
		if depth < maxFuncDepth && mayBeZero(s.val, depth+1) {
			return true
		}
	}
	return len(stores) == 0
}

// fromNow returns the d of time.Now().Add(d), or 0.
func fromNow(v ssa.Value) time.Duration {
	call, ok := v.(*ssa.Call)
	if !ok || len(call.Call.Args) != 2 {
		return 0
	}
	fn := irx.CalleeOf(&call.Call).Func
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "time" || fn.Name() != "Add" {
		return 0
	}
	return duration(call.Call.Args[1])
}

// duration returns the value of a constant, or 0.
func duration(v ssa.Value) time.Duration {
	switch v := v.(type) {
	case *ssa.Convert:
		return duration(v.X)
	case *ssa.ChangeType:
		return duration(v.X)
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() == constant.Int {
			return time.Duration(v.Int64())
		}
	}
	return 0
}
