package errpath

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- who calls a function --

// callsOf returns all calls of a function, or none when it may be called from
// elsewhere: it is exported, or used as a value.
func (r *Result) callsOf(fn *ssa.Function) []ssa.CallInstruction {
	r.index()
	exported := fn.Object() != nil && fn.Object().Exported() && r.pass.Pkg.Name() != "main"
	if exported || r.asValue[fn] || fn.Signature.Recv() != nil && r.mayBeInvoked(fn) {
		return nil
	}
	return r.pkg.Calls(fn)
}

// index notes who is given which function, once.
func (r *Result) index() {
	if r.given != nil {
		return
	}
	r.given = make(map[*ssa.Function][]ssa.CallInstruction)
	r.asValue = make(map[*ssa.Function]bool)
	for _, f := range r.pkg.Funcs() {
		anyInstr(f, func(instr ssa.Instruction) bool {
			r.noteUses(instr)
			return false
		})
	}
}

// mayBeInvoked reports whether an interface of the package has a method of this
// name: it may be called through one.
func (r *Result) mayBeInvoked(fn *ssa.Function) bool {
	scope := r.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		if tn, ok := scope.Lookup(name).(*types.TypeName); ok && types.IsInterface(tn.Type()) && irx.HasMethod(tn.Type(), fn.Name()) {
			return true
		}
	}
	return false
}

func (r *Result) noteUses(instr ssa.Instruction) {
	var called ssa.Value
	call, isCall := instr.(ssa.CallInstruction)
	if isCall {
		called = call.Common().Value
	}
	for _, op := range instr.Operands(nil) {
		if *op == nil || *op == called {
			continue
		}
		var fn *ssa.Function
		switch v := (*op).(type) {
		case *ssa.Function:
			fn = v
		case *ssa.MakeClosure:
			fn = v.Fn.(*ssa.Function)
		default:
			continue
		}
		if _, made := instr.(*ssa.MakeClosure); made {
			continue // the value is noted where it is used
		}
		for _, fn := range behind(fn) {
			r.asValue[fn] = true
			if isCall {
				r.given[fn] = append(r.given[fn], call)
			}
		}
	}
}

// behind is a function and, if it is the wrapper that a method value makes, the
// method.
func behind(fn *ssa.Function) []*ssa.Function {
	obj, ok := fn.Object().(*types.Func)
	if !ok || fn.Synthetic == "" {
		return []*ssa.Function{fn}
	}
	return []*ssa.Function{fn, fn.Prog.FuncValue(obj)}
}

// maxGuards bounds the way up to who may recover.
const maxGuards = 3

// guarded reports whether who runs a function may recover its panic: a caller, or
// a function of which that is not known and that is given this one.
func (r *Result) guarded(fn *ssa.Function) bool {
	r.index()
	return r.upward(fn, maxGuards+1, func(fn *ssa.Function) bool {
		return slices.ContainsFunc(r.pkg.Calls(fn), func(call ssa.CallInstruction) bool {
			_, starts := call.(*ssa.Go)
			return !starts && r.delay.Recovers(call.Parent())
		}) || slices.ContainsFunc(r.given[fn], func(call ssa.CallInstruction) bool { return r.guards(call, fn, 0) })
	})
}

// upward reports whether found says so of a function, of those that call it other than
// as a goroutine, or of their callers, up to so many levels: each is asked once.
func (r *Result) upward(fn *ssa.Function, levels int, found func(*ssa.Function) bool) bool {
	seen, level := map[*ssa.Function]bool{fn: true}, []*ssa.Function{fn}
	for range levels + 1 {
		var above []*ssa.Function
		for _, f := range level {
			if found(f) {
				return true
			}
			for _, call := range r.pkg.Calls(f) {
				caller := call.Parent()
				if _, starts := call.(*ssa.Go); !starts && !seen[caller] {
					seen[caller] = true
					above = append(above, caller)
				}
			}
		}
		level = above
	}
	return false
}

// guards reports whether a call that is given a function may recover its panic: in
// the callee, or in what that passes it on to.
func (r *Result) guards(call ssa.CallInstruction, fn ssa.Value, depth int) bool {
	c := irx.CalleeOf(call.Common())
	if c.Body == nil {
		return c.Builtin == "" && (c.Func == nil || !r.pkg.Standard(c.Func.Pkg()) && r.pkg.Model.Of(c.Func) == nil)
	}
	if r.delay.Recovers(c.Body) {
		return true
	}
	for i, op := range call.Common().Args {
		if depth < maxGuards && isValueOf(op, fn) && i < len(c.Body.Params) && slices.ContainsFunc(*c.Body.Params[i].Referrers(), func(ref ssa.Instruction) bool {
			next, ok := ref.(ssa.CallInstruction)
			return ok && next.Common().Value != ssa.Value(c.Body.Params[i]) && r.guards(next, c.Body.Params[i], depth+1)
		}) {
			return true
		}
	}
	return false
}

// isValueOf reports whether v is fn, or the literal or method value made of it.
func isValueOf(v, fn ssa.Value) bool {
	mc, made := v.(*ssa.MakeClosure)
	f, ok := fn.(*ssa.Function)
	return v == fn || made && ok && slices.Contains(behind(mc.Fn.(*ssa.Function)), f)
}

// LastOfMain reports whether main calls the function, itself or through others, nobody
// else does, and after it they only print and close: the program ends with it.
func (r *Result) LastOfMain(fn *ssa.Function) bool {
	return r.pass.Pkg.Name() == "main" && r.lastOfMain(fn, 0)
}

// maxLast bounds the way up to main.
const maxLast = 4

func (r *Result) lastOfMain(fn *ssa.Function, depth int) bool {
	calls := r.callsOf(fn)
	if len(calls) != 1 || depth > maxLast {
		return false
	}
	call, waits := calls[0].(*ssa.Call)
	if !waits || loops(call) || goesOnAfter(call) {
		return false
	}
	caller := call.Parent()
	return caller.Name() == "main" && caller.Parent() == nil && caller.Signature.Recv() == nil || r.lastOfMain(caller, depth+1)
}

// goesOnAfter reports whether something that runs after a call, in its function, may
// take its time.
func goesOnAfter(call *ssa.Call) bool {
	found := false
	return anyInstr(call.Parent(), func(instr ssa.Instruction) bool {
		if instr == ssa.Instruction(call) {
			found = true
			return false
		}
		after := instr.Block() == call.Block() && found || instr.Block() != call.Block() && irx.Reaches(call.Parent(), instr.Block())[call.Block().Index]
		return after && mayWait(instr)
	})
}

// mayWait reports whether an instruction may take its time.
func mayWait(instr ssa.Instruction) bool {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return irx.WaitsForEvent(instr)
	}
	c := irx.CalleeOf(call.Common())
	if c.Func == nil || c.Func.Pkg() == nil {
		return c.Builtin == ""
	}
	switch c.Func.Pkg().Path() {
	case "fmt", "log", "log/slog", "os":
		return false
	}
	return c.Func.Name() != "Close"
}

// Besides reports whether a function runs besides what has started it, as a goroutine
// or a callback, or is called by one that does.
func (r *Result) Besides(fn *ssa.Function) bool {
	r.index()
	return r.upward(fn, maxLast, func(fn *ssa.Function) bool {
		return fn.Parent() != nil || r.asValue[fn] || slices.ContainsFunc(r.pkg.Calls(fn), func(call ssa.CallInstruction) bool {
			_, starts := call.(*ssa.Go)
			return starts
		})
	})
}
