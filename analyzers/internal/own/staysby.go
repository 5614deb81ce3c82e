package own

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- a starter that goes on with the connection --
//
//	go readAll(conn)
//	for { conn.Write(line()) }
//
// A goroutine that is given a connection which its starter itself goes on reading or
// writing, for the rest of its life, has it on loan: it is the starter's to close.
// Must: each way from the go statement comes to such a use before the function
// returns, or acquires again. One use that is over at once is none: the starter may
// greet its peer and leave the rest to the goroutine.

// StaysByStarter reports whether the function that starts a goroutine with the
// resource goes on with it itself.
func (e *Engine) StaysByStarter(o *Outcome, site ssa.CallInstruction) bool {
	if o.Call == nil || site.Parent() != o.Call.Parent() || len(site.Parent().Blocks) > maxSureBlocks {
		return false
	}
	uses := map[*ssa.BasicBlock]bool{}
	for _, b := range site.Parent().Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || call == o.Call.Value() || b == site.Block() && !before(site, call) || !o.usedBy(call) {
				continue
			}
			if e.takesLong(o, call) {
				uses[b] = true
			}
			for _, in := range roundsOf(b, o.Call.Block(), site.Block()) {
				uses[in] = true
			}
		}
	}
	return uses[site.Block()] || comesToAll(site.Block(), o.Call.Block(), uses)
}

// roundsOf returns the blocks of the loops that b is in and some others are not: a
// loop that comes to a use is supposed to run.
func roundsOf(b *ssa.BasicBlock, without ...*ssa.BasicBlock) (out []*ssa.BasicBlock) {
	avoid := map[*ssa.BasicBlock]bool{}
	for _, w := range without {
		avoid[w] = true
	}
	for _, in := range b.Parent().Blocks {
		if !avoid[in] && !avoid[b] && comesBack(b, in, avoid) && comesBack(in, b, avoid) {
			out = append(out, in)
		}
	}
	return out
}

// comesBack reports whether a way of one step or more leads from one block to another.
func comesBack(from, to *ssa.BasicBlock, avoid map[*ssa.BasicBlock]bool) bool {
	return slices.ContainsFunc(from.Succs, func(b *ssa.BasicBlock) bool { return reachesAround(b, to, avoid) })
}

// comesToAll reports whether each way from a block comes to one of some blocks before
// it ends or comes to the block of the acquisition.
func comesToAll(from, anew *ssa.BasicBlock, uses map[*ssa.BasicBlock]bool) bool {
	found := false
	seen := map[*ssa.BasicBlock]bool{}
	todo := slices.Clone(from.Succs)
	for len(todo) > 0 {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		if uses[b] {
			found = true
			continue
		}
		if _, returns := b.Instrs[len(b.Instrs)-1].(*ssa.Return); returns || b == anew || b == from {
			return false
		}
		todo = append(todo, b.Succs...)
	}
	return found
}

// talksTo reports whether a call may read or write what it is given.
func talksTo(call ssa.CallInstruction) bool {
	if fn := irx.CalleeOf(call.Common()).Func; fn != nil && fn.Pkg() != nil && texts[fn.Pkg().Path()] {
		return strings.HasPrefix(fn.Name(), "F") // fmt.Fprint, fmt.Fscan
	}
	return usesConn(call)
}

// usedBy reports whether a call reads or writes the resource, or what has been made
// over it.
func (o *Outcome) usedBy(call *ssa.Call) bool {
	return talksTo(call) && slices.ContainsFunc(irx.Operands(call.Common()), func(v ssa.Value) bool { return o.leadsTo(v, 0) })
}

// leadsTo reports whether v is the resource, or what a call has made of it.
func (o *Outcome) leadsTo(v ssa.Value, depth int) bool {
	v = definition(v)
	if o.is(v) {
		return true
	}
	call := callOf(v)
	if call == nil || depth > 1 || call == o.Call.Value() || isPlain(v) || irx.IsError(v.Type()) {
		return false
	}
	return slices.ContainsFunc(irx.Operands(call.Common()), func(op ssa.Value) bool { return o.leadsTo(op, depth+1) })
}

// takesLong reports whether a callee goes on with the resource, in a loop.
func (e *Engine) takesLong(o *Outcome, call *ssa.Call) bool {
	callee := irx.CalleeOf(call.Common())
	if callee.Func != nil && callee.Func.Pkg() != nil && callee.Func.Pkg().Path() == "io" && strings.HasPrefix(callee.Func.Name(), "Copy") {
		return true
	}
	if callee.Body == nil || !slices.Contains(e.shape(callee.Body).loops, true) {
		return false
	}
	for i, op := range irx.Operands(call.Common()) {
		if i < len(callee.Body.Params) && o.leadsTo(op, 0) && e.talksInLoop(callee.Body.Params[i]) {
			return true
		}
	}
	return false
}

// talksInLoop reports whether a function may read or write its parameter, or what it
// makes of it, in a loop. May-analysis: what an instruction makes of the parameter is
// followed, and the objects that it goes into.
func (e *Engine) talksInLoop(p *ssa.Parameter) bool {
	sh := e.shape(p.Parent())
	seen := map[ssa.Value]bool{p: true}
	todo := []ssa.Value{p}
	add := func(v ssa.Value) {
		if !seen[v] && !isPlain(v) && !irx.IsError(v.Type()) {
			seen[v] = true
			todo = append(todo, v)
		}
	}
	for len(todo) > 0 {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, ref := range *v.Referrers() {
			if call, ok := ref.(ssa.CallInstruction); ok && talksTo(call) && sh.inLoop(ref.Block()) {
				return true
			}
			switch ref := ref.(type) {
			case *ssa.Store:
				if obj, ok := wholeOf(ref.Addr).(*ssa.Alloc); ok && ref.Val == v {
					add(obj)
				}
			case ssa.Value:
				add(ref)
			}
		}
	}
	return false
}
