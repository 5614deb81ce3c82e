package growth

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/registry"
)

// -- does anything remove the entry --

func (g *grower) grows(o *registry.Op) (Growth, bool) {
	gr := Growth{Insert: o}
	if g.open(o) {
		return gr, false
	}
	var steady, idle []*registry.Op
	if call := g.discarded(o); call != nil {
		gr.Tier, gr.Insert = Discarded, &registry.Op{Kind: o.Kind, Place: o.Place, Key: o.Key, Value: o.Value, Instr: call, At: call}
		return gr, true
	}
	for _, r := range g.byPlace[o.Place.Key] {
		switch {
		case r.Kind == registry.Insert || g.tests[r.Fn()] && !g.tests[o.Fn()]:
		case r.Kind == registry.Escape:
			return gr, false
		case g.steady(r) && !g.unsent(r.Instr):
			steady = append(steady, r)
		case r.Kind == registry.Remove || g.atTheEnd(r):
			idle = append(idle, r)
		}
	}
	gr.Removals = idle
	if len(steady) > 0 {
		gr.Removals = steady
		if g.otherKey(&gr, o, steady) {
			return gr, true
		}
		return gr, g.someExits(&gr, o, steady)
	}
	if g.x.UndoOf(o.Foreign) > 0 {
		gr.Tier = Discarded
		return gr, true
	}
	if o.Foreign != nil {
		gr.Remover = g.remover(o)
	}
	if g.handedOut(o, idle) || o.Foreign != nil && g.emptied(o) {
		return gr, false
	}
	if gr.Remover != nil || g.anyIdleOutsideShutdown(idle) {
		gr.Tier = Unreached
	}
	if i := slices.IndexFunc(idle, func(r *registry.Op) bool { return g.unsent(r.Instr) }); i >= 0 {
		gr.Tier, gr.Removals = Unsent, idle[i:i+1]
	}
	return gr, true
}

// discarded returns a call of the function that inserts, with a connection, whose
// result would remove the entry and is dropped.
func (g *grower) discarded(o *registry.Op) ssa.Instruction {
	fn := o.At.Parent()
	undo := g.x.Undo(fn)
	if undo == 0 {
		return nil
	}
	for _, call := range g.x.Discards(fn, undo-1, g.isConn) {
		if !g.tests[call.Parent()] {
			return call
		}
	}
	return nil
}

// open reports whether others can remove from the collection: it is in an
// exported field or variable, and this is not the program's main package.
func (g *grower) open(o *registry.Op) bool {
	if g.pass.Pkg.Name() == "main" {
		return false
	}
	switch key := o.Place.Key.(type) {
	case *types.Var:
		if key.Pkg() != g.pass.Pkg {
			return true
		}
		holder := typeName(o.Place.Base.Type())
		return key.Exported() && (holder == nil || holder.Exported())
	case *ssa.Global:
		return key.Object() == nil || key.Object().Exported() || key.Pkg != g.pkg.SSA()
	}
	return false
}

// steady reports whether a removal can run while the server serves.
func (g *grower) steady(r *registry.Op) bool {
	for _, op := range []ssa.Instruction{r.Instr, r.At} {
		fn := op.Parent()
		if g.tests[fn] {
			return true // only looked at for an insertion in a test
		}
		if g.afterWaiting(op, r.Key) {
			return false
		}
		if g.accepts[fn] {
			if g.inLoop(op) {
				return true
			}
			continue
		}
		if g.conn[fn] || g.other[fn] {
			return true
		}
	}
	return false
}

func (g *grower) inLoop(instr ssa.Instruction) bool {
	for _, l := range g.loops {
		if l.Fn == instr.Parent() && l.Contains(instr) {
			return true
		}
	}
	return false
}

// afterWaiting reports whether an instruction runs once, after the function has
// waited for an end: "<-ctx.Done(); for c := range conns { ... }". The end of what is
// removed itself is none.
func (g *grower) afterWaiting(instr ssa.Instruction, removed ssa.Value) bool {
	for d := instr.Block(); d != nil; d = d.Idom() {
		for _, in := range d.Instrs {
			if in == instr {
				break
			}
			recv, ok := in.(*ssa.UnOp)
			if ok && recv.Op == token.ARROW && isSignal(recv.X.Type()) && !onCycle(d) && !partOf(recv.X, removed) {
				return true
			}
		}
	}
	return false
}

// partOf reports whether a channel is that of an object, in a field of it or given
// by a method.
func partOf(channel, object ssa.Value) bool {
	return object != nil && originOf(channel) == originOf(object)
}

// originOf follows a value to the variable or call that the object it is of comes
// from.
func originOf(v ssa.Value) ssa.Value {
	for range maxOrigin {
		switch x := v.(type) {
		case *ssa.UnOp:
			v = x.X
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.Field:
			v = x.X
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.Call:
			ops := irx.Operands(x.Common())
			if x.Common().Signature().Recv() == nil || len(ops) == 0 {
				return v
			}
			v = ops[0]
		default:
			return v
		}
	}
	return v
}

// maxOrigin bounds the steps of [originOf].
const maxOrigin = 10

// isSignal reports whether a channel carries nothing but the fact.
func isSignal(t types.Type) bool {
	c, ok := t.Underlying().(*types.Chan)
	if !ok {
		return false
	}
	s, ok := c.Elem().Underlying().(*types.Struct)
	return ok && s.NumFields() == 0
}

// atTheEnd reports whether a reset belongs to the server's end; any other that
// never runs is its beginning.
func (g *grower) atTheEnd(r *registry.Op) bool {
	fn := r.At.Parent()
	if g.accepts[fn] {
		for _, l := range g.loops {
			if l.Fn == fn && r.At.Block().Dominates(l.Call.Block()) {
				return false
			}
		}
		return true
	}
	return g.onlyAtShutdown(fn, make(map[*ssa.Function]bool))
}

// anyIdleOutsideShutdown reports whether a removal was written for other times
// than the end.
func (g *grower) anyIdleOutsideShutdown(idle []*registry.Op) bool {
	for _, r := range idle {
		if r.Kind == registry.Remove && !g.accepts[r.Fn()] && !g.afterWaiting(r.Instr, r.Key) && !g.onlyAtShutdown(r.At.Parent(), make(map[*ssa.Function]bool)) {
			return true
		}
	}
	return false
}

// onlyAtShutdown reports whether a function shuts the server down or is called by
// nothing else than what does.
func (g *grower) onlyAtShutdown(fn *ssa.Function, seen map[*ssa.Function]bool) bool {
	if g.shutsDown(fn) || seen[fn] {
		return true
	}
	seen[fn] = true
	callers := g.callers(fn)
	if fn.Parent() != nil {
		return g.onlyAtShutdown(fn.Parent(), seen)
	}
	for _, call := range callers {
		if !g.onlyAtShutdown(call.Parent(), seen) {
			return false
		}
	}
	return len(callers) > 0
}

// handedOut reports whether somebody outside may call what removes: it is an
// exported function of a package that others import, and either it finds out itself
// what to remove, so that they may call it at any time, or the connection's functions
// call out with the connection, or hand it out through an Accept method, so that
// others may learn of its end.
func (g *grower) handedOut(o *registry.Op, idle []*registry.Op) bool {
	if g.pass.Pkg.Name() == "main" {
		return false
	}
	for _, r := range idle {
		obj := r.At.Parent().Object()
		if r.Kind == registry.Remove && obj != nil && obj.Exported() && !g.shutsDown(r.At.Parent()) && (finds(r) || g.callsOut(o.Fn())) {
			return true
		}
	}
	return false
}

// finds reports whether the function that removes is not told which entry: the key
// comes from the collection or from its receiver, or, where there is none, no
// parameter chooses.
func finds(r *registry.Op) bool {
	fn := r.At.Parent()
	if r.Key == nil || r.At != r.Instr {
		return r.Key == nil && !choosesOne(fn.Signature)
	}
	switch v := originOf(r.Key).(type) {
	case *ssa.Extract:
		_, each := v.Tuple.(*ssa.Next)
		return each
	case *ssa.IndexAddr:
		return true
	case *ssa.Parameter:
		return fn.Signature.Recv() != nil && v == fn.Params[0]
	}
	return false
}

// callsOut reports whether code that runs for the connections of a function
// calls a function value with one, or sends it to who accepts.
func (g *grower) callsOut(fn *ssa.Function) bool {
	around := g.callersOf(fn, maxClimb)
	for fn := range g.reach(around) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case ssa.CallInstruction:
					if g.callsBack(instr.Common()) {
						return true
					}
				case *ssa.Send:
					if g.queues[g.x.PlaceOf(instr.Chan).Key] {
						return true
					}
				}
			}
		}
	}
	return false
}

// callersOf returns fn with its callers and theirs, and the functions around
// them.
func (g *grower) callersOf(fn *ssa.Function, depth int) []*ssa.Function {
	out := []*ssa.Function{fn}
	seen := map[*ssa.Function]bool{fn: true}
	add := func(f *ssa.Function) {
		if f != nil && !seen[f] {
			seen[f] = true
			out = append(out, f)
		}
	}
	for from := 0; depth > 0; depth-- {
		level := out[from:]
		from = len(out)
		for _, f := range level {
			add(f.Parent())
			for _, call := range g.callers(f) {
				add(call.Parent())
			}
		}
	}
	return out
}

func (g *grower) callsBack(call *ssa.CallCommon) bool {
	c := irx.CalleeOf(call)
	if !c.Dynamic || c.Builtin != "" || c.Func != nil && (g.pkg.Model.Of(c.Func) != nil || g.isConn(call.Value)) {
		return false
	}
	for _, a := range call.Args {
		if g.isConn(a) {
			return true
		}
	}
	return false
}

// remover finds the function of the collection's own package that removes from
// it.
func (g *grower) remover(o *registry.Op) *types.Func {
	recv := o.Foreign.Signature().Recv()
	if recv == nil {
		return nil
	}
	tn := typeName(recv.Type())
	if tn == nil {
		return nil
	}
	set := types.NewMethodSet(types.NewPointer(tn.Type()))
	for i := range set.Len() {
		fn, ok := set.At(i).Obj().(*types.Func)
		if ok && g.x.RemovesFrom(fn, 0) {
			return fn
		}
	}
	return nil
}
