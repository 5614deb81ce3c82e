package errpath

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- servers that go on after the error of one connection --
//
// What a wrapper's Accept returns ends the loop of its caller only if that loop ends.
// Must-analysis: all accepts from the listener that a function is given are found,
// each goes back to Accept after an error that says nothing of the listener, and
// nobody else is given it.

// Lasting says of a function that what it accepts from in a loop is its operand, and
// that the loop goes on after an error of one connection.
type Lasting struct{ Operand int }

// AFact marks Lasting as a fact.
func (*Lasting) AFact() {}

func (l *Lasting) String() string {
	return fmt.Sprintf("goes on accepting from operand %d after an error of one connection", l.Operand)
}

func (r *Result) findLasting() {
	accepts := r.acceptsByField()
	for _, fn := range r.pkg.Funcs() {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || obj.Pkg() != r.pass.Pkg {
			continue
		}
		for i, p := range fn.Params {
			if types.IsInterface(p.Type()) && isListener(p.Type()) && r.lasting(p, accepts) {
				r.pass.ExportObjectFact(obj, &Lasting{i})
				break
			}
		}
	}
}

// acceptsByField are the calls of Accept on what is loaded from a field.
func (r *Result) acceptsByField() map[*types.Var][]*ssa.Call {
	out := make(map[*types.Var][]*ssa.Call)
	for _, fn := range r.pkg.Funcs() {
		anyInstr(fn, func(instr ssa.Instruction) bool {
			call, ok := instr.(*ssa.Call)
			if !ok || !accepting(call) {
				return false
			}
			if load, ok := call.Call.Value.(*ssa.UnOp); ok && load.Op == token.MUL {
				if addr, ok := load.X.(*ssa.FieldAddr); ok && field(addr) != nil {
					out[field(addr)] = append(out[field(addr)], call)
				}
			}
			return false
		})
	}
	return out
}

// accepting reports whether a call is of the Accept method of an interface.
func accepting(call *ssa.Call) bool {
	return call.Call.IsInvoke() && call.Call.Method.Name() == "Accept" && isListener(call.Call.Value.Type())
}

func (r *Result) lasting(p *ssa.Parameter, accepts map[*types.Var][]*ssa.Call) bool {
	l := &lasts{accepts: accepts, seen: make(map[ssa.Value]bool)}
	l.follow(p)
	return !l.lost && len(l.calls) > 0 && !slices.ContainsFunc(l.calls, func(c *ssa.Call) bool { return !r.goesOn(c) })
}

// lasts gathers the accepts from a listener.
type lasts struct {
	accepts map[*types.Var][]*ssa.Call
	seen    map[ssa.Value]bool
	calls   []*ssa.Call
	lost    bool
}

func (l *lasts) follow(v ssa.Value) {
	if l.seen[v] || l.lost {
		return
	}
	l.seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.BinOp:
		case *ssa.Store:
			addr, ok := ref.Addr.(*ssa.FieldAddr)
			if !ok || field(addr) == nil {
				l.lost = true
				return
			}
			l.calls = append(l.calls, l.accepts[field(addr)]...)
		case ssa.CallInstruction:
			l.passed(ref, v)
		default:
			l.lost = true
		}
	}
}

func (l *lasts) passed(call ssa.CallInstruction, v ssa.Value) {
	common := call.Common()
	if common.IsInvoke() && common.Value == v {
		if c, ok := call.(*ssa.Call); ok && accepting(c) {
			l.calls = append(l.calls, c)
		}
		return
	}
	body := irx.CalleeOf(common).Body
	for i, a := range common.Args {
		if a == v && (body == nil || common.IsInvoke() || i >= len(body.Params)) {
			l.lost = true
			return
		}
		if a == v {
			l.follow(body.Params[i])
		}
	}
}

// goesOn reports whether the code after an accept goes back to it after an error of
// one connection.
func (r *Result) goesOn(call *ssa.Call) bool {
	p := &player{r: r, kind: Own, call: call, err: errorResult(call), memo: make(map[string]Outcomes), known: make(map[ssa.Value]value)}
	if p.err == nil {
		return false
	}
	o := r.play(p)
	return (o.Has(Retry) || o.Has(DelayedRetry)) && !o.Has(Exit) && !o.Has(NilUsed)
}

// Served reports whether the package does nothing with the listeners of a type but
// give them to servers that go on after an error of one connection.
func (r *Result) Served(t types.Type) bool {
	found := false
	for _, fn := range r.pkg.Funcs() {
		if anyInstr(fn, func(instr ssa.Instruction) bool {
			made, ok := instr.(*ssa.MakeInterface)
			if !ok || !types.Identical(made.X.Type(), t) {
				return false
			}
			found = true
			return slices.ContainsFunc(*made.Referrers(), func(use ssa.Instruction) bool { return !r.servedBy(use, made) })
		}) {
			return false
		}
	}
	return found
}

// servedBy reports whether a use of a listener gives it to such a server.
func (r *Result) servedBy(use ssa.Instruction, v ssa.Value) bool {
	call, ok := use.(ssa.CallInstruction)
	if !ok {
		return false
	}
	fn := irx.CalleeOf(call.Common()).Func
	var f Lasting
	if fn == nil || fn.Pkg() == nil || r.pkg.Standard(fn.Pkg()) || !r.pass.ImportObjectFact(fn.Origin(), &f) {
		return false
	}
	ops := irx.Operands(call.Common())
	return f.Operand < len(ops) && ops[f.Operand] == v
}
