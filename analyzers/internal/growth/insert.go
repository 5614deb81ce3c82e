package growth

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/registry"
)

// -- which insertions keep a connection beyond its life --

func (g *grower) inserts() []*registry.Op {
	var out []*registry.Op
	for _, o := range g.x.Ops {
		if o.Kind == registry.Insert && g.keeps(o) && g.outlives(o) && !g.overwrites(o) && !g.x.Capped(o) {
			out = append(out, o)
		}
	}
	return out
}

// keeps reports whether what is inserted is a connection or holds one, or is kept
// under the address of one: with its port the key is new for each. A number or a
// time that is counted under it is none.
func (g *grower) keeps(o *registry.Op) bool {
	return g.isConn(o.Value) || g.isConn(o.Key) || g.byAddress(o)
}

func (g *grower) byAddress(o *registry.Op) bool {
	if o.Key == nil || o.Value == nil {
		return false
	}
	switch o.Value.Type().Underlying().(type) {
	case *types.Chan, *types.Pointer, *types.Signature, *types.Map:
	default:
		return false
	}
	k := &keys{g: g, memo: make(map[ssa.Value]term)}
	return slices.Contains(k.term(o.Key, 0), "RemoteAddr(conn)")
}

func (g *grower) isConn(v ssa.Value) bool {
	if v == nil || !canHold(v.Type()) {
		return false
	}
	if g.t.holds[v] {
		return true
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return g.isConn(v.X)
	case *ssa.UnOp:
		return g.t.holds[v.X]
	}
	return false
}

// overwrites reports whether the key is always the same, or one of few, or comes
// again, as the number of a descriptor: a slot, no registry.
func (g *grower) overwrites(o *registry.Op) bool {
	return o.Key != nil && (g.fixed(o.Key, 0) || replaces(o.Instr) || g.x.IsDescriptor(o.Key))
}

// replaces reports whether an entry of a map is assigned only where a look-up has
// found it: the map stays as large as it was.
func replaces(instr ssa.Instruction) bool {
	up, ok := instr.(*ssa.MapUpdate)
	if !ok {
		return false
	}
	for _, ref := range *up.Key.Referrers() {
		lookup, ok := ref.(*ssa.Lookup)
		if ok && lookup.CommaOk && lookup.Index == up.Key && sameField(lookup.X, up.Map) && foundAt(lookup, up.Block()) {
			return true
		}
	}
	return false
}

// foundAt reports whether the block is reached only if the look-up has found
// something.
func foundAt(lookup *ssa.Lookup, b *ssa.BasicBlock) bool {
	for _, ref := range *lookup.Referrers() {
		ex, ok := ref.(*ssa.Extract)
		if !ok || ex.Index != 1 {
			continue
		}
		for _, use := range *ex.Referrers() {
			if branch, ok := use.(*ssa.If); ok {
				yes := branch.Block().Succs[0]
				if len(yes.Preds) == 1 && yes.Dominates(b) {
					return true
				}
			}
		}
	}
	return false
}

// sameField reports whether two values are the same, or loaded from one field of
// one object, which may itself be in one.
func sameField(v, w ssa.Value) bool {
	if v == w {
		return true
	}
	x, ok := v.(*ssa.UnOp)
	y, also := w.(*ssa.UnOp)
	if !ok || !also || x.Op != token.MUL || y.Op != token.MUL {
		return false
	}
	f, ok := x.X.(*ssa.FieldAddr)
	h, also := y.X.(*ssa.FieldAddr)
	return ok && also && f.Field == h.Field && sameField(f.X, h.X)
}

func (g *grower) fixed(key ssa.Value, depth int) bool {
	switch key := key.(type) {
	case *ssa.Const:
		return true
	case *ssa.BinOp: // a ring: m[i%n]
		return key.Op == token.REM
	case *ssa.MakeInterface:
		return g.fixed(key.X, depth)
	case *ssa.ChangeInterface:
		return g.fixed(key.X, depth)
	case *ssa.UnOp: // a package variable that is never assigned again: a context's key
		global, ok := key.X.(*ssa.Global)
		return ok && global.Object() != nil && (global.Pkg != g.pkg.SSA() || !g.assigned[global])
	case *ssa.Parameter:
		callers := g.callers(key.Parent())
		i := slices.Index(key.Parent().Params, key)
		for _, call := range callers {
			if ops := irx.Operands(call.Common()); i >= len(ops) || depth > 2 || !g.fixed(ops[i], depth+1) {
				return false
			}
		}
		return len(callers) > 0
	}
	return false
}

// outlives reports whether the collection lives longer than the connection: it
// is in a package variable, in a field of an object that was not made for the
// connection, or in a variable of a function around the accept loop.
func (g *grower) outlives(o *registry.Op) bool {
	for _, at := range []ssa.Instruction{o.Instr, o.At} {
		if g.loopOf(at.Parent()) != nil && !g.inLoop(at) {
			return false
		}
	}
	switch key := o.Place.Key.(type) {
	case *types.Var:
		return !g.perConnection(o.Place.Base, 0)
	case *ssa.Global:
		return true
	case *ssa.Parameter:
		// Lifted to the callers, if there are any; else it is the caller's. Whoever
		// is given a literal calls it with what nobody knows here.
		return key.Parent().Parent() == nil && len(g.callers(key.Parent())) == 0 && !g.t.holds[key]
	case ssa.Value:
		return g.aroundLoop(key) || g.aroundHook(key, o.At.Parent())
	}
	return false
}

func (g *grower) loopOf(fn *ssa.Function) *acceptloop.Loop {
	for _, l := range g.loops {
		if l.Fn == fn {
			return l
		}
	}
	return nil
}

// aroundLoop reports whether a variable is made before the loop of an accept, in
// its function or one around it or one that leads to it.
func (g *grower) aroundLoop(v ssa.Value) bool {
	instr, ok := v.(ssa.Instruction)
	if !ok {
		return false // a captured variable that could not be resolved
	}
	fn := v.Parent()
	if g.t.runs[fn] && !g.accepts[fn] {
		return false
	}
	_, isPhi := v.(*ssa.Phi)
	for _, l := range g.loops {
		if l.Fn != fn {
			continue
		}
		if isPhi {
			return instr.Block().Dominates(l.Call.Block())
		}
		return !l.Contains(instr) || instr.Block() != l.Call.Block() && !l.Region[instr.Block().Index]
	}
	return !isPhi && g.leadsToAccept(fn)
}

// aroundHook reports whether a variable belongs to a function around one that a
// server calls for each connection.
func (g *grower) aroundHook(v ssa.Value, fn *ssa.Function) bool {
	if _, ok := v.(*ssa.Alloc); !ok || g.t.runs[v.Parent()] {
		return false
	}
	hook := false
	for ; fn != nil && fn != v.Parent(); fn = fn.Parent() {
		hook = hook || g.hooks[fn]
	}
	return hook && fn != nil
}

// leadsToAccept reports whether fn calls, starts or holds an accept loop.
func (g *grower) leadsToAccept(fn *ssa.Function) bool {
	up := g.upward()
	if g.above == nil {
		var roots []*ssa.Function
		for _, l := range g.loops {
			roots = append(roots, l.Fn)
		}
		g.above = closure(up.any, roots)
	}
	return g.above[fn]
}

// maxBase bounds the way from an object back to where it was made.
const maxBase = 24

// perConnection reports whether an object is made for a connection: it holds
// one, or it is new in code that runs for one.
func (g *grower) perConnection(v ssa.Value, depth int) bool {
	if v == nil || depth > maxBase {
		return depth > maxBase
	}
	if g.t.holds[v] {
		return true
	}
	if known, ok := g.asked[v]; ok {
		return known
	}
	_, isParam := v.(*ssa.Parameter)
	g.asked[v] = isParam // what a cycle adds: nothing to "every caller", nor to "some edge"
	g.asked[v] = g.madeForOne(v, depth)
	return g.asked[v]
}

func (g *grower) madeForOne(v ssa.Value, depth int) bool {
	switch v := v.(type) {
	case *ssa.Alloc:
		if p := g.stored(v); p != nil {
			return g.perConnection(p, depth+1)
		}
		return g.runsPerConnection(v)
	case *ssa.Call:
		return g.runsPerConnection(v) && g.makes(v)
	case *ssa.Extract:
		return g.perConnection(v.Tuple, depth+1)
	case *ssa.Parameter:
		return g.argsPerConnection(v, depth)
	case *ssa.FreeVar:
		return g.perConnection(g.x.Binding(v), depth+1)
	case *ssa.UnOp:
		return g.perConnection(v.X, depth+1)
	case *ssa.FieldAddr:
		return g.perConnection(v.X, depth+1) && g.ownPart(v, depth)
	case *ssa.TypeAssert:
		return g.perConnection(v.X, depth+1)
	case *ssa.Phi:
		return slices.ContainsFunc(v.Edges, func(e ssa.Value) bool { return g.perConnection(e, depth+1) })
	}
	return false
}

// ownPart reports whether a field of an object made for a connection holds
// something that was made for it as well, and not a pointer to the server.
func (g *grower) ownPart(addr *ssa.FieldAddr, depth int) bool {
	switch addr.Type().Underlying().(*types.Pointer).Elem().Underlying().(type) {
	case *types.Pointer, *types.Interface:
	default:
		return true // a part by value
	}
	f := field(addr.X.Type(), addr.Field)
	return f != nil && slices.ContainsFunc(g.fills[f.Origin()], func(v ssa.Value) bool {
		return g.perConnection(v, depth+1)
	})
}

// stored returns the one value that a local variable is given, or nil.
func (g *grower) stored(cell *ssa.Alloc) ssa.Value {
	var only ssa.Value
	for _, ref := range *cell.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == cell {
			if only != nil {
				return nil
			}
			only = st.Val
		}
	}
	return only
}

// runsPerConnection reports whether an instruction runs once for a connection.
func (g *grower) runsPerConnection(v ssa.Value) bool {
	fn := v.Parent()
	for _, l := range g.loops {
		if l.Fn == fn {
			return l.Contains(v.(ssa.Instruction))
		}
	}
	for ; fn != nil; fn = fn.Parent() {
		if g.t.runs[fn] {
			return true
		}
	}
	return false
}

// makes reports whether a call returns something new.
func (g *grower) makes(call *ssa.Call) bool {
	c := irx.CalleeOf(call.Common())
	if c.Body == nil {
		return c.Func != nil && strings.HasPrefix(c.Func.Name(), "New")
	}
	for _, b := range c.Body.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		for _, v := range ret.Results {
			if _, isNew := v.(*ssa.Alloc); isNew {
				return true
			}
		}
	}
	return false
}

// argsPerConnection: a parameter is made for the connection when every caller's
// argument is.
func (g *grower) argsPerConnection(p *ssa.Parameter, depth int) bool {
	i := slices.Index(p.Parent().Params, p)
	callers := g.callers(p.Parent())
	for _, call := range callers {
		ops := irx.Operands(call.Common())
		if i >= len(ops) || !g.perConnection(ops[i], depth+1) {
			return false
		}
	}
	return len(callers) > 0
}
