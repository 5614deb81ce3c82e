package growth

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/registry"
)

// -- is it removed on every way out --

// maxClimb bounds the way from the insertion up to the connection's function.
const maxClimb = 4

// someExits looks for a way out of the function that serves the connection, after
// the insertion, that meets no removal where others do, because something
// failed.
//
// A call of a function that may remove counts as a removal unless that function
// itself has such a way out. Goroutines that are started on the way are looked at
// one by one: if one of them always removes, all is well.
func (g *grower) someExits(gr *Growth, o *registry.Op, steady []*registry.Op) bool {
	e := &exits{g: g, ops: make(map[ssa.Instruction]bool), leaks: make(map[*ssa.Function]leak)}
	for _, r := range steady {
		fn := r.Instr.Parent()
		if g.other[fn] && !g.conn[fn] {
			return false // somebody else looks after it
		}
		e.ops[r.Instr] = true
	}
	e.gather()
	e.inserts = closure(g.upward().calls, []*ssa.Function{o.At.Parent()})
	found := e.climb(o.Instr, 0)
	if found.exit == nil {
		return false
	}
	gr.Tier, gr.Exit, gr.Why = SomeExits, found.exit, found.why
	return true
}

// leak is a return that leaves the entry behind, and the call whose failure
// leads there; none when exit is nil.
type leak struct {
	exit *ssa.Return
	why  ssa.Instruction
}

type exits struct {
	g *grower
	// ops are the instructions that remove, removes the functions that may do
	// so before they return, and anyhow those that may do so or start one.
	ops             map[ssa.Instruction]bool
	removes, anyhow map[*ssa.Function]bool
	// inserts are the functions during which the entry is made.
	inserts map[*ssa.Function]bool
	leaks   map[*ssa.Function]leak
}

func (e *exits) gather() {
	up := e.g.upward()
	var roots []*ssa.Function
	for op := range e.ops {
		roots = append(roots, op.Parent())
	}
	e.removes = closure(up.calls, roots)
	e.anyhow = closure(up.any, roots)
}

// upward is the call graph of the package, from callee to caller: calls holds
// those who call or defer, any also those who start a goroutine or make a
// literal.
type upward struct {
	calls, any map[*ssa.Function][]*ssa.Function
}

func (g *grower) upward() *upward {
	if g.up != nil {
		return g.up
	}
	g.up = &upward{make(map[*ssa.Function][]*ssa.Function), make(map[*ssa.Function][]*ssa.Function)}
	for _, fn := range g.pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				for _, callee := range startedBy(g.pkg, instr) {
					g.up.any[callee] = append(g.up.any[callee], fn)
					switch instr.(type) {
					case *ssa.Call, *ssa.Defer:
						g.up.calls[callee] = append(g.up.calls[callee], fn)
					}
				}
			}
		}
	}
	return g.up
}

// closure is what the roots lead to, themselves included.
func closure(graph map[*ssa.Function][]*ssa.Function, roots []*ssa.Function) map[*ssa.Function]bool {
	seen := make(map[*ssa.Function]bool)
	work := roots
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if !seen[fn] {
			seen[fn] = true
			work = append(work, graph[fn]...)
		}
	}
	return seen
}

// effect is what an instruction does for the entry.
type effect uint8

const (
	nothing effect = iota
	// sometimes: it calls a function that removes on some ways out.
	sometimes
	// surely: it removes, or will when the function returns.
	surely
)

func (e *exits) effect(instr ssa.Instruction) effect {
	if e.ops[instr] {
		return surely
	}
	switch instr := instr.(type) {
	case *ssa.Call:
		if instr.Call.IsInvoke() && e.hasMethod(instr.Call.Method) {
			return surely
		}
	case *ssa.Defer:
	default:
		return nothing // what it starts is looked at by itself
	}
	out := nothing
	for _, fn := range startedBy(e.g.pkg, instr) {
		switch {
		case !e.removes[fn]:
		case e.leakIn(fn).exit != nil:
			out = max(out, sometimes)
		default:
			out = surely
		}
	}
	return out
}

// hasMethod reports whether a call through an interface may be one of the methods
// that remove.
func (e *exits) hasMethod(m *types.Func) bool {
	for fn := range e.removes {
		if fn.Signature.Recv() != nil && fn.Name() == m.Name() {
			return true
		}
	}
	return false
}

// starts are those of the given functions that an instruction starts as
// goroutines, or makes literals of.
func (e *exits) starts(instr ssa.Instruction, of map[*ssa.Function]bool) []*ssa.Function {
	switch instr.(type) {
	case *ssa.Go, *ssa.MakeClosure:
	default:
		return nil
	}
	var out []*ssa.Function
	for _, fn := range startedBy(e.g.pkg, instr) {
		if of[fn] && len(fn.Blocks) > 0 {
			out = append(out, fn)
		}
	}
	return out
}

// climb looks at the function of an instruction after which the entry is there,
// and at its callers while that function itself removes nothing.
func (e *exits) climb(at ssa.Instruction, depth int) leak {
	fn := at.Parent()
	if depth > maxClimb || e.deferredBefore(at) {
		return leak{}
	}
	found, looked := e.started(at)
	if looked && found.exit == nil {
		return leak{}
	}
	if e.g.loopOf(fn) != nil {
		return found // the accepting goroutine goes on for ever
	}
	if looked {
		return found
	}
	if e.ends(fn) {
		b := at.Block()
		return e.leakFrom(b, indexOf(b, at)+1)
	}
	for _, call := range e.g.callers(fn) {
		if up, waits := call.(*ssa.Call); waits && !e.g.tests[up.Parent()] {
			if found := e.climb(up, depth+1); found.exit != nil {
				return found
			}
		}
	}
	return leak{}
}

// started looks at the goroutines that are started around an instruction, in its
// function, and whether one of them never forgets.
func (e *exits) started(at ssa.Instruction) (found leak, looked bool) {
	for _, b := range at.Parent().Blocks {
		for _, instr := range b.Instrs {
			for _, fn := range e.starts(instr, e.removes) {
				if e.inserts[fn] {
					continue // when it starts the entry is not there yet
				}
				l := e.leakIn(fn)
				if l.exit == nil {
					return l, true
				}
				found, looked = l, true
			}
		}
	}
	return found, looked
}

// ends reports whether the connection's time is over when fn returns: it is
// started as a goroutine, or nobody in the package calls it or passes it on.
func (e *exits) ends(fn *ssa.Function) bool {
	return e.g.goroutines()[fn] || len(e.g.callers(fn)) == 0 && fn.Parent() == nil
}

func indexOf(b *ssa.BasicBlock, at ssa.Instruction) int {
	for i, instr := range b.Instrs {
		if instr == at {
			return i
		}
	}
	return -1
}

// deferredBefore reports whether a deferred call that removes is registered on
// every way to the instruction.
func (e *exits) deferredBefore(at ssa.Instruction) bool {
	for d := at.Block(); d != nil; d = d.Idom() {
		for _, instr := range d.Instrs {
			if instr == at {
				break
			}
			if _, ok := instr.(*ssa.Defer); ok && e.effect(instr) != nothing {
				return true
			}
		}
	}
	return false
}

// leakIn is the leak of a function that is called when the entry is there.
func (e *exits) leakIn(fn *ssa.Function) leak {
	if l, ok := e.leaks[fn]; ok {
		return l
	}
	e.leaks[fn] = leak{} // for recursion
	l := e.leakFrom(fn.Blocks[0], 0)
	if l.exit == nil && !e.any(fn, surely) {
		l = e.calledLeak(fn)
	}
	e.leaks[fn] = l
	return l
}

// calledLeak is the leak of a function that only calls one that leaks.
func (e *exits) calledLeak(fn *ssa.Function) leak {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if e.effect(instr) != sometimes {
				continue
			}
			for _, callee := range startedBy(e.g.pkg, instr) {
				if l := e.leaks[callee]; l.exit != nil {
					return l
				}
			}
		}
	}
	return leak{}
}

func (e *exits) startsIn(b *ssa.BasicBlock) bool {
	return slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool { return len(e.starts(instr, e.anyhow)) > 0 })
}

func (e *exits) any(fn *ssa.Function, want effect) bool {
	for _, b := range fn.Blocks {
		if e.has(b.Instrs, want) {
			return true
		}
	}
	return false
}

func (e *exits) has(instrs []ssa.Instruction, want effect) bool {
	for _, instr := range instrs {
		if e.effect(instr) == want {
			return true
		}
	}
	return false
}

// leakFrom looks for a return that is reached from instruction i of b without a
// removal, when the branch that leads there and away from every removal is on an
// error.
func (e *exits) leakFrom(b *ssa.BasicBlock, i int) leak {
	fn := b.Parent()
	var at []*ssa.BasicBlock
	for _, c := range fn.Blocks {
		if e.has(c.Instrs, surely) {
			at = append(at, c)
		}
	}
	can := irx.Reaches(fn, at...)
	if e.has(b.Instrs[i:], surely) || !can[b.Index] {
		return leak{}
	}
	seen := map[*ssa.BasicBlock]bool{b: true}
	work := []*ssa.BasicBlock{b}
	for len(work) > 0 {
		c := work[0]
		work = work[1:]
		for _, s := range c.Succs {
			if seen[s] || e.has(s.Instrs, surely) || e.startsIn(s) {
				continue
			}
			seen[s] = true
			if can[s.Index] {
				work = append(work, s)
				continue
			}
			if why := e.failure(c, s); why != nil {
				if ret := anyReturn(s); ret != nil {
					return leak{ret, why}
				}
			}
		}
	}
	return leak{}
}

// failure returns the call on the connection whose error or ok the branch from b
// to another block tests.
func (e *exits) failure(b, to *ssa.BasicBlock) ssa.Instruction {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return nil
	}
	cond := branch.Cond
	if irx.IsBool(cond.Type()) && to == b.Succs[0] {
		if _, isCall := cond.(*ssa.Call); isCall {
			return nil // "if c.closed() { return }": it did not fail, it is over
		}
	}
	if cmp, ok := cond.(*ssa.BinOp); ok {
		cond = nil
		for _, v := range []ssa.Value{cmp.X, cmp.Y} {
			if irx.IsError(v.Type()) {
				if _, isConst := v.(*ssa.Const); !isConst {
					cond = v
				}
			}
		}
	}
	var call *ssa.Call
	switch v := cond.(type) {
	case *ssa.Extract:
		call, _ = v.Tuple.(*ssa.Call)
	case *ssa.Call:
		if irx.IsError(v.Type()) || irx.IsBool(v.Type()) {
			call = v
		}
	}
	if call == nil || closes(call.Common()) || !slices.ContainsFunc(irx.Operands(call.Common()), e.g.isConn) {
		return nil // a nil *ssa.Call must not become an instruction
	}
	return call
}

// closes: a Close that fails has been called before.
func closes(call *ssa.CallCommon) bool {
	fn := irx.CalleeOf(call).Func
	return fn != nil && fn.Name() == "Close"
}

func anyReturn(b *ssa.BasicBlock) *ssa.Return {
	seen := map[*ssa.BasicBlock]bool{b: true}
	work := []*ssa.BasicBlock{b}
	for len(work) > 0 {
		c := work[0]
		work = work[1:]
		if ret, ok := c.Instrs[len(c.Instrs)-1].(*ssa.Return); ok {
			return ret
		}
		for _, s := range c.Succs {
			if !seen[s] {
				seen[s] = true
				work = append(work, s)
			}
		}
	}
	return nil
}
