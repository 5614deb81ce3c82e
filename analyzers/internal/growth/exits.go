package growth

import (
	"go/types"

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
func (g *grower) someExits(gr *Growth, o *registry.Op, steady []*registry.Op) bool {
	e := &exits{g: g, removes: make(map[*ssa.Function]bool), ops: make(map[ssa.Instruction]bool)}
	for _, r := range steady {
		fn := r.Instr.Parent()
		if g.other[fn] && !g.conn[fn] {
			return false // somebody else looks after it
		}
		e.ops[r.Instr] = true
	}
	e.gather()
	if e.elsewhere() {
		return false
	}
	exit, why := e.climb(o.Instr, 0)
	if exit == nil {
		return false
	}
	gr.Tier, gr.Exit, gr.Why = SomeExits, exit, why
	return true
}

type exits struct {
	g *grower
	// ops are the instructions that remove, and removes the functions that may
	// do so, themselves or in what they call.
	ops     map[ssa.Instruction]bool
	removes map[*ssa.Function]bool
}

func (e *exits) gather() {
	for changed := true; changed; {
		changed = false
		for _, fn := range e.g.pkg.Funcs() {
			if !e.removes[fn] && e.mayRemove(fn) {
				e.removes[fn], changed = true, true
			}
		}
	}
}

func (e *exits) mayRemove(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if e.removing(instr) {
				return true
			}
		}
	}
	return false
}

// removing reports whether an instruction may remove the entry, now or, when it
// defers or starts something, later on.
func (e *exits) removing(instr ssa.Instruction) bool {
	if e.ops[instr] {
		return true
	}
	for _, fn := range startedBy(e.g.pkg, instr) {
		if e.removes[fn] {
			return true
		}
	}
	call, ok := instr.(ssa.CallInstruction)
	return ok && call.Common().IsInvoke() && e.hasMethod(call.Common().Method)
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

// elsewhere reports whether the removal is in reach of several goroutines of the
// connection: then one's end may well be the other's.
func (e *exits) elsewhere() bool {
	started := 0
	for fn := range e.removes {
		if e.g.values[fn] && !e.g.accepts[fn] {
			started++
		}
	}
	return started > 1
}

// climb looks at the function of an instruction after which the entry is there,
// and at its callers while that function itself removes nothing.
func (e *exits) climb(at ssa.Instruction, depth int) (*ssa.Return, ssa.Instruction) {
	fn := at.Parent()
	if depth > maxClimb || e.deferredBefore(at) {
		return nil, nil
	}
	if l := e.g.loopOf(fn); l != nil {
		for _, h := range l.Handoffs {
			for _, body := range h.Bodies {
				if h.Carries && e.removes[body] && len(body.Blocks) > 0 {
					return e.leak(body.Blocks[0], 0)
				}
			}
		}
		return nil, nil
	}
	if e.removes[fn] {
		b := at.Block()
		return e.leak(b, indexOf(b, at)+1)
	}
	for _, call := range e.g.x.Callers(fn) {
		if _, waits := call.(*ssa.Call); waits {
			if exit, why := e.climb(call, depth+1); exit != nil {
				return exit, why
			}
		}
	}
	return nil, nil
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
			if _, ok := instr.(*ssa.Defer); ok && e.removing(instr) {
				return true
			}
		}
	}
	return false
}

// leak returns a return that is reached from instruction i of b without a
// removal, when the branch that leads there and away from every removal is on
// an error; and the call that fails.
func (e *exits) leak(b *ssa.BasicBlock, i int) (*ssa.Return, ssa.Instruction) {
	fn := b.Parent()
	var at []*ssa.BasicBlock
	for _, c := range fn.Blocks {
		if e.removesIn(c.Instrs) {
			at = append(at, c)
		}
	}
	can := irx.Reaches(fn, at...)
	if e.removesIn(b.Instrs[i:]) || !can[b.Index] {
		return nil, nil
	}
	seen := map[*ssa.BasicBlock]bool{b: true}
	work := []*ssa.BasicBlock{b}
	for len(work) > 0 {
		c := work[0]
		work = work[1:]
		for _, s := range c.Succs {
			if seen[s] || e.removesIn(s.Instrs) {
				continue
			}
			seen[s] = true
			if can[s.Index] {
				work = append(work, s)
				continue
			}
			if why := failure(c); why != nil {
				if ret := anyReturn(s); ret != nil {
					return ret, why
				}
			}
		}
	}
	return nil, nil
}

func (e *exits) removesIn(instrs []ssa.Instruction) bool {
	for _, instr := range instrs {
		if e.removing(instr) {
			return true
		}
	}
	return false
}

// failure returns the call whose error or ok the branch at the end of b tests.
func failure(b *ssa.BasicBlock) ssa.Instruction {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return nil
	}
	cond := branch.Cond
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
	switch v := cond.(type) {
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return call
		}
	case *ssa.Call:
		if irx.IsError(v.Type()) || irx.IsBool(v.Type()) {
			return v
		}
	}
	return nil
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
