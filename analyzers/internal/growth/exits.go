package growth

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

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
		if g.other[fn] && !g.conn[fn] || g.elsewhere()[fn] {
			return false // somebody else looks after it, too
		}
		e.ops[r.Instr] = true
	}
	e.gather()
	e.inserts = closure(g.upward().calls, []*ssa.Function{o.At.Parent()})
	found := e.climb(o.Instr, 0)
	if !found.found() {
		return false
	}
	gr.Tier, gr.Exit, gr.Why, gr.How, gr.But = SomeExits, found.exit, found.why, found.how, found.but
	if found.stays != nil {
		gr.Tier, gr.Stays = NoExit, found.stays
	}
	return true
}

// elsewhere are the functions that something leads to which does not run for a
// connection: the hub's own loop, a timer.
func (g *grower) elsewhere() map[*ssa.Function]bool {
	if g.apart == nil {
		g.apart = g.reach(slices.DeleteFunc(g.otherRoots(), func(fn *ssa.Function) bool { return g.conn[fn] }))
	}
	return g.apart
}

// leak is a return that leaves the entry behind, or an instruction at which the
// function stays, and the call whose failure leads there.
type leak struct {
	exit  *ssa.Return
	stays ssa.Instruction
	why   ssa.Instruction
	how   How
	but   *ssa.Global
}

func (l leak) found() bool { return l.why != nil }

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
		case e.leakIn(fn).exit != nil: // one that stays there still removes when it ends
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
	if depth > maxClimb {
		return leak{}
	}
	if e.deferredBefore(at) {
		return e.after(at)
	}
	found, looked := e.started(at)
	if looked && !found.found() {
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
		if l := e.leakFrom(b, indexOf(b, at)+1); l.found() {
			return l
		}
		return e.after(at)
	}
	for _, call := range e.g.callers(fn) {
		if up, waits := call.(*ssa.Call); waits && !e.g.tests[up.Parent()] {
			if found := e.climb(up, depth+1); found.found() {
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
				if !l.found() {
					l = e.staysIn(fn)
				}
				if !l.found() {
					return l, true
				}
				found, looked = l, true
			}
		}
	}
	return found, looked
}

// after looks for a place behind an instruction at which the connection's function
// stays.
func (e *exits) after(at ssa.Instruction) leak {
	if !e.ends(at.Parent()) {
		return leak{}
	}
	l := e.staysIn(at.Parent())
	if l.found() && (l.stays.Block() == at.Block() || reaches(at.Block(), l.stays.Block())) {
		return l
	}
	return leak{}
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
