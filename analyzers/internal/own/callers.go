package own

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what callers do --

// operand is one operand of the calls of a function.
type operand struct {
	fn    *ssa.Function
	param int
}

// CallersRelease reports whether fn is called in this package only, and each
// caller that is seen to pass a resource as the parameter closes it or hands it
// over when the call fails: then it is no fault of fn's to leave it open, even
// if it closes it on other paths.
func (e *Engine) CallersRelease(fn *ssa.Function, param int) bool {
	if fn.Object() == nil || token.IsExported(fn.Name()) {
		return false
	}
	e.supposed = &operand{fn, param}
	defer func() { e.supposed = nil }()
	found := false
	for _, caller := range e.Pkg.Callers(fn) {
		if caller == fn {
			continue
		}
		obligations := e.obligations(caller)
		c := e.newCommon(caller, obligations)
		for _, ob := range obligations {
			out := c.follow(ob)
			if !out.supposed {
				found = found || out.settled() && e.passes(caller, fn, param, out)
				continue
			}
			if out.Undecided || out.leaksBy(fn) {
				return false
			}
			found = true
		}
	}
	return found
}

// RunElsewhere reports whether fn is a literal that the package gives to somebody
// who runs it: whether a parameter is its own then is not known.
func RunElsewhere(fn *ssa.Function) bool {
	if fn.Parent() == nil || fn.Referrers() == nil {
		return false
	}
	return slices.ContainsFunc(*fn.Referrers(), func(ref ssa.Instruction) bool {
		if mc, ok := ref.(*ssa.MakeClosure); ok {
			return givenOut(mc, mc.Referrers())
		}
		return usedAsValue(fn, ref)
	})
}

func givenOut(v ssa.Value, refs *[]ssa.Instruction) bool {
	return slices.ContainsFunc(*refs, func(ref ssa.Instruction) bool { return usedAsValue(v, ref) })
}

// usedAsValue reports whether the instruction gives a function away, as itself or
// under another type.
func usedAsValue(fn ssa.Value, use ssa.Instruction) bool {
	switch use := use.(type) {
	case ssa.CallInstruction:
		return slices.Contains(use.Common().Args, fn)
	case *ssa.ChangeType:
		return givenOut(use, use.Referrers())
	case *ssa.MakeInterface, *ssa.Return:
		return true
	case *ssa.Store:
		_, local := use.Addr.(*ssa.Alloc)
		return !local
	}
	return false
}

// settled reports whether every path closes the resource or hands it over.
func (o *Outcome) settled() bool {
	return !o.Undecided && len(o.Leaks) == 0 && (o.OK|o.Fail)&Borrowed == 0
}

// passes reports whether caller, or a literal in it, calls fn with the resource
// itself: where caller has kept it before, no path is followed up to the call.
func (e *Engine) passes(caller, fn *ssa.Function, param int, o *Outcome) bool {
	return slices.ContainsFunc(e.Pkg.Calls(fn), func(call ssa.CallInstruction) bool {
		ops := irx.Operands(call.Common())
		_, waits := call.(*ssa.Call)
		return waits && isIn(call.Parent(), caller) && param < len(ops) && o.is(definition(ops[param]))
	})
}

// isIn reports whether fn is outer, or a literal in it.
func isIn(fn, outer *ssa.Function) bool {
	for fn != nil && fn != outer {
		fn = fn.Parent()
	}
	return fn != nil
}

// is reports whether v is the resource.
func (o *Outcome) is(v ssa.Value) bool {
	if o.Call == nil {
		return o.Path == 0 && v == ssa.Value(o.Fn.Params[o.Param])
	}
	if ex, ok := v.(*ssa.Extract); ok && ex.Index == o.Result {
		v = ex.Tuple
	}
	return o.Path == 0 && v == ssa.Value(o.Call.Value())
}

// GivenTo reports whether the call is given the resource itself.
func (o *Outcome) GivenTo(call ssa.CallInstruction) bool {
	return slices.ContainsFunc(irx.Operands(call.Common()), func(v ssa.Value) bool { return o.is(definition(v)) })
}

// GivenAs reports whether the call is given the resource itself as that operand.
func (o *Outcome) GivenAs(call ssa.CallInstruction, operand int) bool {
	ops := irx.Operands(call.Common())
	return operand < len(ops) && o.is(definition(ops[operand]))
}

// definition follows v through conversions, captured variables and variables that
// are assigned once.
func definition(v ssa.Value) ssa.Value {
	for range maxDefinition {
		var from ssa.Value
		switch v := v.(type) {
		case *ssa.MakeInterface:
			from = v.X
		case *ssa.ChangeInterface:
			from = v.X
		case *ssa.UnOp:
			from = assignedOnce(v)
		}
		if from == nil {
			return v
		}
		v = from
	}
	return v
}

// maxDefinition bounds the steps of [definition]: a variable may be assigned
// itself.
const maxDefinition = 8

// assignedOnce returns what the variable that v loads is assigned, here or in the
// function around, when that is one value, or nil.
func assignedOnce(v *ssa.UnOp) ssa.Value {
	if fv, ok := v.X.(*ssa.FreeVar); ok {
		return onlyStored(irx.Binding(fv))
	}
	return onlyStored(v.X)
}

// OnlyStarted reports whether the package does nothing with fn but start it with
// go: what its goroutine owns is told where it is started.
func (e *Engine) OnlyStarted(fn *ssa.Function) bool {
	if fn.Object() != nil && fn.Object().Exported() {
		return false
	}
	runs := slices.Concat(e.Pkg.Calls(fn), e.callsByVariable()[fn])
	return len(runs) > 0 && !slices.ContainsFunc(runs, func(call ssa.CallInstruction) bool {
		_, isGo := call.(*ssa.Go)
		return !isGo
	})
}

// callsByVariable returns the calls of functions that a variable holds which is
// assigned once.
func (e *Engine) callsByVariable() map[*ssa.Function][]ssa.CallInstruction {
	if e.byVariable != nil {
		return e.byVariable
	}
	e.byVariable = map[*ssa.Function][]ssa.CallInstruction{}
	for _, caller := range e.Pkg.Funcs() {
		for _, b := range caller.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				if fn := literalIn(call.Common().Value); fn != nil {
					e.byVariable[fn] = append(e.byVariable[fn], call)
				}
			}
		}
	}
	return e.byVariable
}

// literalIn returns the function literal that a variable holds which is assigned
// once, here or in the function around, or nil.
func literalIn(v ssa.Value) *ssa.Function {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return nil
	}
	return functionOf(assignedOnce(load))
}

// leaksBy reports whether a failure of fn leads to a leak of a resource that
// was acquired, or leaves a parameter open, here or in a goroutine that is given
// it.
func (o *Outcome) leaksBy(fn *ssa.Function) bool {
	if o.Call == nil && (o.Fail&Borrowed != 0 && !o.Unforced() || len(o.Shared) > 0) {
		return true
	}
	for _, l := range o.Leaks {
		if l.Cause != nil && l.Cause.Call != nil && irx.CalleeOf(l.Cause.Call.Common()).Body == fn {
			return true
		}
	}
	return false
}
