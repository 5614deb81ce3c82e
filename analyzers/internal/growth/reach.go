package growth

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- which code runs when --

// callers are the calls of a function, those of tests left out: what a test does
// is not what the server does.
func (g *grower) callers(fn *ssa.Function) []ssa.CallInstruction {
	calls := g.pkg.MayCalls(fn)
	if g.tests[fn] {
		return calls
	}
	return slices.DeleteFunc(slices.Clone(calls), func(c ssa.CallInstruction) bool { return g.tests[c.Parent()] })
}

// reach returns the functions that the roots lead to, without passing through
// one that shuts the server down.
func (g *grower) reach(roots []*ssa.Function) map[*ssa.Function]bool {
	seen := make(map[*ssa.Function]bool)
	work := append([]*ssa.Function(nil), roots...)
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[fn] || g.shutsDown(fn) {
			continue
		}
		seen[fn] = true
		work = append(work, g.pkg.CalledInPackage(fn)...)
	}
	return seen
}

// connectionRoots are the functions that run for a connection: those that get
// one, and those called between two accepts. The accepting function itself is
// none: what it does after its loop, and what it defers, is the end.
func (g *grower) connectionRoots() []*ssa.Function {
	var out []*ssa.Function
	for _, fn := range g.pkg.Funcs() {
		if g.t.runs[fn] && !g.accepts[fn] && !g.tests[fn] {
			out = append(out, fn)
		}
	}
	for _, l := range g.loops {
		if g.tests[l.Fn] {
			continue
		}
		for _, b := range l.Fn.Blocks {
			for _, instr := range b.Instrs {
				if l.Contains(instr) {
					out = append(out, startedBy(g.pkg, instr)...)
				}
			}
		}
	}
	return out
}

// startedBy are the functions of the package that an instruction calls, starts
// or makes a closure of.
func startedBy(pkg *irx.Package, instr ssa.Instruction) []*ssa.Function {
	switch instr := instr.(type) {
	case *ssa.MakeClosure:
		return []*ssa.Function{instr.Fn.(*ssa.Function)}
	case ssa.CallInstruction:
		c := irx.CalleeOf(instr.Common())
		if c.Body != nil {
			return []*ssa.Function{c.Body}
		}
		if c.Dynamic && c.Func != nil {
			return pkg.Implementations(c.Func)
		}
	}
	return nil
}

// otherRoots are functions that run besides: goroutines started anywhere else,
// functions passed around as values, methods that are called through an
// interface, and loops over events.
func (g *grower) otherRoots() []*ssa.Function {
	var out []*ssa.Function
	for _, fn := range g.pkg.Funcs() {
		if g.tests[fn] {
			continue
		}
		if g.values[fn] && !g.accepts[fn] && !g.t.runs[fn] || g.dynamic(fn) || !g.shutsDown(fn) && g.eventLoop(fn) != nil {
			out = append(out, fn)
		}
	}
	return out
}

// dynamic reports whether fn is an exported method of a type that becomes an
// interface somewhere: the Close of a connection that tracks itself.
func (g *grower) dynamic(fn *ssa.Function) bool {
	recv := fn.Signature.Recv()
	if recv == nil || fn.Object() == nil || !fn.Object().Exported() {
		return false
	}
	return g.boxed[typeName(recv.Type())]
}

func typeName(t types.Type) *types.TypeName {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Origin().Obj()
	}
	return nil
}

// gatherValues notes which functions are used as values or started as
// goroutines, and which types become interfaces.
func (g *grower) gatherValues() {
	for _, fn := range g.pkg.Funcs() {
		if g.tests[fn] {
			continue // what a test calls does not run in the server
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				g.gatherValue(instr)
			}
		}
	}
}

func (g *grower) gatherValue(instr ssa.Instruction) {
	if st, ok := instr.(*ssa.Store); ok {
		if v, ok := st.Addr.(*ssa.Global); ok {
			g.assigned[v] = true
		}
		if addr, ok := st.Addr.(*ssa.FieldAddr); ok {
			if f := field(addr.X.Type(), addr.Field); f != nil {
				g.fills[f.Origin()] = append(g.fills[f.Origin()], st.Val)
			}
		}
	}
	var called ssa.Value
	if call, ok := instr.(ssa.CallInstruction); ok {
		called = call.Common().Value
		if _, isGo := instr.(*ssa.Go); isGo {
			for _, fn := range startedBy(g.pkg, instr) {
				g.values[fn] = true
			}
		}
	}
	if box, ok := instr.(*ssa.MakeInterface); ok {
		if tn := typeName(box.X.Type()); tn != nil && tn.Pkg() == g.pkg.Pass.Pkg {
			g.boxed[tn] = true
		}
	}
	for _, op := range instr.Operands(nil) {
		if *op == called {
			continue
		}
		switch v := (*op).(type) {
		case *ssa.Function:
			g.values[declared(v)] = true
		case *ssa.MakeClosure:
			g.values[declared(v.Fn.(*ssa.Function))] = true
		}
	}
}

// declared is the method behind the wrapper that a method value makes, or fn.
func declared(fn *ssa.Function) *ssa.Function {
	obj, ok := fn.Object().(*types.Func)
	if fn.Synthetic == "" || !ok {
		return fn
	}
	if m := fn.Prog.FuncValue(obj); m != nil {
		return m
	}
	return fn
}

// -- shutdown --

// shutsDown reports whether fn ends the server: it closes a listener, itself or
// in what it calls, or it is the Close (Stop, Shutdown) of a type that keeps
// connections.
func (g *grower) shutsDown(fn *ssa.Function) bool {
	if down, ok := g.down[fn]; ok {
		return down
	}
	g.down[fn] = false // for recursion
	down := g.closesHolder(fn) || g.closesListener(fn, 0)
	g.down[fn] = down
	return down
}

// closesHolder reports whether fn is the Close of a type that keeps connections,
// and of all of it: one that is told which connection, or that takes its own
// receiver out of somebody else's collection, is the end of that connection.
func (g *grower) closesHolder(fn *ssa.Function) bool {
	recv := fn.Signature.Recv()
	if recv == nil || !g.holders[typeName(recv.Type())] {
		return false
	}
	switch fn.Name() {
	case "Close", "Stop", "Shutdown", "close", "stop", "shutdown":
		return !choosesOne(fn.Signature) && !g.carries(typeName(recv.Type()))
	}
	return false
}

// choosesOne reports whether a parameter may say what is to be closed. A context,
// a time, a flag, bytes to be sent, a reason given as an error and a callback do not.
func choosesOne(sig *types.Signature) bool {
	for p := range sig.Params().Variables() {
		switch u := p.Type().Underlying().(type) {
		case *types.Signature, *types.Chan:
			continue
		case *types.Slice:
			if b, ok := u.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Byte {
				continue
			}
		case *types.Basic:
			if path, _ := named(p.Type()); u.Kind() == types.Bool || path == "time" {
				continue
			}
		case *types.Interface:
			if path, _ := named(p.Type()); irx.IsError(p.Type()) || path == "context" || path == "os" {
				continue
			}
		}
		return true
	}
	return false
}

// carries reports whether an object of the type is made for a connection: a field
// of it holds that one.
func (g *grower) carries(tn *types.TypeName) bool {
	s, ok := tn.Type().Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if g.t.holdsIn(f) {
			return true
		}
	}
	return false
}

// maxClose is how deep the close of a listener is looked for.
const maxClose = 3

func (g *grower) closesListener(fn *ssa.Function, depth int) bool {
	if depth > maxClose || g.t.runs[fn] && depth > 0 {
		return false
	}
	// What a loop over events does when it is left says nothing of the loop.
	loop := g.eventLoop(fn)
	for _, b := range fn.Blocks {
		if loop != nil && !loop[b.Index] {
			continue
		}
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			body := irx.CalleeOf(call.Common()).Body
			if g.releasesListener(call.Common()) || body != nil && g.closesListener(body, depth+1) {
				return true
			}
		}
	}
	return false
}

// eventLoop returns the blocks from which a blocking select or receive inside a
// loop of fn can be reached; nil when there is none.
func (g *grower) eventLoop(fn *ssa.Function) []bool {
	loop, known := g.events[fn]
	if known {
		return loop
	}
	var at []*ssa.BasicBlock
	for _, b := range fn.Blocks {
		if waitsForEvent(b) && onCycle(b) {
			at = append(at, b)
		}
	}
	if len(at) > 0 {
		loop = irx.Reaches(fn, at...)
	}
	g.events[fn] = loop
	return loop
}

func waitsForEvent(b *ssa.BasicBlock) bool { return slices.ContainsFunc(b.Instrs, irx.WaitsForEvent) }

// releasesListener reports whether a call closes a listener, and not the session
// of one client, which accepts streams as well: that is a connection here, or it
// is looked up by its key, or taken from where the connections are kept.
func (g *grower) releasesListener(call *ssa.CallCommon) bool {
	ops := irx.Operands(call)
	fn := irx.CalleeOf(call).Func
	if fn == nil || fn.Name() != "Close" || len(ops) == 0 || g.isConn(ops[0]) || lookedUp(ops[0]) || g.keptIn(ops[0]) {
		return false
	}
	kind, ok := irx.ResourceKind(ops[0].Type())
	return ok && kind == netmodel.Listener
}

func lookedUp(v ssa.Value) bool {
	if ex, ok := v.(*ssa.Extract); ok {
		v = ex.Tuple
	}
	_, ok := v.(*ssa.Lookup)
	return ok
}

// keptIn reports whether a value is an element of a collection of connections.
func (g *grower) keptIn(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return g.keptIn(v.X)
	case *ssa.ChangeInterface:
		return g.keptIn(v.X)
	case *ssa.TypeAssert:
		return g.keptIn(v.X)
	case *ssa.UnOp:
		at, ok := v.X.(*ssa.IndexAddr)
		return ok && g.kept[g.x.PlaceOf(at.X).Key]
	case *ssa.Extract:
		next, ok := v.Tuple.(*ssa.Next)
		if !ok {
			return false
		}
		all, ok := next.Iter.(*ssa.Range)
		return ok && g.kept[g.x.PlaceOf(all.X).Key]
	}
	return false
}
