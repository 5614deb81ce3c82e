package peerio

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// -- function values --

// funcValue is a function that a value is known to be, with what it captures
// when that can be told in the function that asks.
type funcValue struct {
	fn       *ssa.Function
	bindings []ssa.Value
}

// maxFuncDepth bounds the search through fields, parameters and captures.
const maxFuncDepth = 4

// maxSteps bounds the values that one search looks at: a field that many functions
// store to is met again and again (the values of an interpreter).
const maxSteps = 1000

// exceeds counts a step of a search, which begins at depth 0, and reports whether it
// is one too many: then nothing is known.
func (e *engine) exceeds(steps *int, depth int) bool {
	if depth == 0 {
		*steps = 0
	}
	*steps++
	return *steps > maxSteps
}

// funcsOf returns the functions that v may be, or none when one of them cannot
// be told.
func (e *engine) funcsOf(v ssa.Value, depth int) []funcValue {
	if e.exceeds(&e.funcSteps, depth) || depth > maxFuncDepth {
		return nil
	}
	switch v := v.(type) {
	case *ssa.Function:
		return []funcValue{{fn: v}}
	case *ssa.MakeClosure:
		return []funcValue{{v.Fn.(*ssa.Function), v.Bindings}}
	case *ssa.ChangeType:
		return e.funcsOf(v.X, depth)
	case *ssa.MakeInterface:
		return e.funcsOf(v.X, depth)
	case *ssa.Phi:
		return e.allFuncs(v.Edges, depth+1, false)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return e.loadedFuncs(v.X, depth)
		}
	case *ssa.Parameter:
		return e.argumentFuncs(v, depth)
	}
	return nil
}

// loadedFuncs returns the functions stored in a variable or a field.
func (e *engine) loadedFuncs(addr ssa.Value, depth int) []funcValue {
	switch a := addr.(type) {
	case *ssa.Alloc:
		var vals []ssa.Value
		for _, s := range storesIn(a, "", nil) {
			if s.path == "" {
				vals = append(vals, s.val)
			}
		}
		return e.allFuncs(vals, depth+1, false)
	case *ssa.FreeVar:
		mc := e.uses.closures[a.Parent()]
		if i := inputOf(a.Parent(), a) - len(a.Parent().Params); mc != nil && i >= 0 && i < len(mc.Bindings) {
			return forget(e.loadedFuncs(mc.Bindings[i], depth+1))
		}
	case *ssa.FieldAddr:
		if v := fieldOf(a); v != nil && v.Pkg() == e.pkg.Pass.Pkg && !v.Exported() {
			return e.allFuncs(e.uses.stores[v], depth+1, true)
		}
	}
	return nil
}

// argumentFuncs returns the functions that the callers of an unexported
// function pass for a parameter.
func (e *engine) argumentFuncs(p *ssa.Parameter, depth int) []funcValue {
	fn := p.Parent()
	obj, ok := fn.Object().(*types.Func)
	if !ok || obj.Exported() || e.taken(fn) {
		return nil
	}
	var vals []ssa.Value
	for _, call := range e.pkg.Calls(fn) {
		if i := inputOf(fn, p); i < len(call.Common().Args) {
			vals = append(vals, call.Common().Args[i])
		}
	}
	return e.allFuncs(vals, depth+1, true)
}

// allFuncs returns the functions that the values may be; none when one of
// them is unknown. Values of another function's frame keep no bindings.
func (e *engine) allFuncs(vals []ssa.Value, depth int, elsewhere bool) []funcValue {
	var out []funcValue
	for _, v := range vals {
		if c, ok := v.(*ssa.Const); ok && c.IsNil() {
			continue
		}
		fns := e.funcsOf(v, depth)
		if len(fns) == 0 {
			return nil
		}
		if elsewhere {
			fns = forget(fns)
		}
		out = append(out, fns...)
	}
	return out
}

func forget(fns []funcValue) []funcValue {
	out := make([]funcValue, len(fns))
	for i, f := range fns {
		out[i] = funcValue{fn: f.fn}
	}
	return out
}
