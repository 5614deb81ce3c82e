package growth

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- who can wake a select --

// channel is what is known of the uses of a channel.
type channel struct {
	// local: it is made in a function and goes nowhere but to literals and
	// functions of the package, which are followed.
	local         bool
	sends, closes []ssa.Instruction
}

// nobody reports whether no other arm of a select can become ready once the
// reader has ended, but for the server's shutdown: what is received there comes
// from the reader and what it calls.
func (e *exits) nobody(sel *ssa.Select, arm int, reader *ssa.Function) bool {
	mine := e.g.within(reader)
	for i, st := range sel.States {
		if i == arm {
			continue
		}
		if st.Dir != types.RecvOnly {
			return false
		}
		ch := e.g.channel(st.Chan)
		if ch == nil {
			return false
		}
		for _, wake := range slices.Concat(ch.sends, ch.closes) {
			fn := wake.Parent()
			if ch.local && !mine[fn] || !ch.local && !e.onlyShutdown(fn) {
				return false
			}
		}
		if !ch.local && len(ch.closes) == 0 {
			return false
		}
	}
	return true
}

// onlyShutdown reports whether a function runs at the server's end only. The
// literal of a sync.Once runs where the once is used.
func (e *exits) onlyShutdown(fn *ssa.Function) bool {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return !e.g.conn[fn] && !e.g.other[fn] && e.g.onlyAtShutdown(fn, make(map[*ssa.Function]bool))
}

// within are the functions that only a goroutine runs: its own literals, and the
// literals of the function around it that nothing but these call.
func (g *grower) within(goroutine *ssa.Function) map[*ssa.Function]bool {
	in := map[*ssa.Function]bool{goroutine: true}
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		for _, lit := range fn.AnonFuncs {
			in[lit] = true
			add(lit)
		}
	}
	add(goroutine)
	if around := goroutine.Parent(); around != nil {
		for _, lit := range around.AnonFuncs {
			if !in[lit] && g.usedOnlyIn(lit, in) {
				in[lit] = true
				add(lit)
			}
		}
	}
	return in
}

// usedOnlyIn reports whether a literal is only put in a variable that other
// functions load.
func (g *grower) usedOnlyIn(lit *ssa.Function, in map[*ssa.Function]bool) bool {
	for _, b := range lit.Parent().Blocks {
		for _, instr := range b.Instrs {
			mc, ok := instr.(*ssa.MakeClosure)
			if !ok || mc.Fn != ssa.Value(lit) {
				continue
			}
			for _, ref := range *mc.Referrers() {
				st, ok := ref.(*ssa.Store)
				if ok {
					cell, local := st.Addr.(*ssa.Alloc)
					ok = local && g.loadedOnlyIn(cell, in)
				}
				if bind, isBinding := ref.(*ssa.MakeClosure); isBinding {
					ok = in[bind.Fn.(*ssa.Function)]
				}
				if !ok {
					return false
				}
			}
		}
	}
	return true
}

func (g *grower) loadedOnlyIn(cell *ssa.Alloc, in map[*ssa.Function]bool) bool {
	for _, ref := range *cell.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store, *ssa.DebugRef:
		case *ssa.MakeClosure:
			if !in[ref.Fn.(*ssa.Function)] {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// channel finds the uses of a channel; nil when it is not known which one it is,
// or when others may use it.
func (g *grower) channel(v ssa.Value) *channel {
	var made *ssa.MakeChan
	var f *types.Var
	ok := g.channelsIn(v, &made, &f, make(map[ssa.Value]bool))
	switch {
	case !ok || (made == nil) == (f == nil):
		return nil
	case made != nil:
		ch := &channel{local: true}
		if !g.followChannel(made, ch, make(map[ssa.Value]bool)) {
			return nil
		}
		return ch
	case f.Exported() || f.Pkg() != g.pass.Pkg:
		return nil
	}
	return g.fieldChannel(f)
}

// channelsIn finds where a channel is made, or the field that holds it. A nil
// channel is none.
func (g *grower) channelsIn(v ssa.Value, made **ssa.MakeChan, f **types.Var, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	next := func(w ssa.Value) bool { return g.channelsIn(w, made, f, seen) }
	switch v := v.(type) {
	case *ssa.Const:
		return v.IsNil()
	case *ssa.MakeChan:
		*made = v
		return true
	case *ssa.ChangeType:
		return next(v.X)
	case *ssa.Phi:
		return !slices.ContainsFunc(v.Edges, func(e ssa.Value) bool { return !next(e) })
	case *ssa.UnOp:
		switch addr := v.X.(type) {
		case *ssa.FieldAddr:
			*f = field(addr.X.Type(), addr.Field).Origin()
			return true
		case *ssa.Alloc:
			return g.stored(addr) != nil && next(g.stored(addr))
		case *ssa.FreeVar:
			cell := g.captured(addr)
			return cell != nil && g.stored(cell) != nil && next(g.stored(cell))
		}
	}
	return false
}

// followChannel notes the uses of a channel that is made in a function; false
// when it gets to somebody else.
func (g *grower) followChannel(v ssa.Value, ch *channel, seen map[ssa.Value]bool) bool {
	if seen[v] || v.Referrers() == nil {
		return true
	}
	seen[v] = true
	for _, ref := range *v.Referrers() {
		if !g.useOfChannel(ref, v, ch, seen) {
			return false
		}
	}
	return true
}

func (g *grower) useOfChannel(use ssa.Instruction, v ssa.Value, ch *channel, seen map[ssa.Value]bool) bool {
	switch use := use.(type) {
	case *ssa.DebugRef, *ssa.BinOp:
	case *ssa.Phi, *ssa.ChangeType:
		return g.followChannel(use.(ssa.Value), ch, seen)
	case *ssa.UnOp: // a receive, or the load of a variable
		if _, isChan := v.Type().Underlying().(*types.Chan); !isChan {
			return g.followChannel(use, ch, seen)
		}
	case *ssa.Store:
		cell, ok := use.Addr.(*ssa.Alloc)
		return use.Val != v || ok && g.followChannel(cell, ch, seen)
	case *ssa.MakeClosure:
		for i, b := range use.Bindings {
			if b == v && !g.followChannel(use.Fn.(*ssa.Function).FreeVars[i], ch, seen) {
				return false
			}
		}
	case *ssa.Send:
		if use.Chan != v {
			return false
		}
		ch.sends = append(ch.sends, use)
	case *ssa.Select:
		for _, st := range use.States {
			if st.Send == v {
				return false
			}
			if st.Chan == v && st.Dir == types.SendOnly {
				ch.sends = append(ch.sends, use)
			}
		}
	case ssa.CallInstruction:
		return g.passesChannel(use, v, ch, seen)
	default:
		return false
	}
	return true
}

func (g *grower) passesChannel(call ssa.CallInstruction, v ssa.Value, ch *channel, seen map[ssa.Value]bool) bool {
	c := irx.CalleeOf(call.Common())
	switch c.Builtin {
	case "":
	case "close":
		ch.closes = append(ch.closes, call)
		return true
	default:
		return true // len, cap
	}
	if c.Body == nil {
		return false
	}
	for i, op := range irx.Operands(call.Common()) {
		if op == v && (i >= len(c.Body.Params) || !g.followChannel(c.Body.Params[i], ch, seen)) {
			return false
		}
	}
	return true
}

// fieldChannel notes what the package does with the channels in a field; nil when
// one of them gets to somebody else. Each field is looked for once.
func (g *grower) fieldChannel(f *types.Var) *channel {
	ch, known := g.chans[f]
	if !known {
		ch = g.findFieldChannel(f)
		g.chans[f] = ch
	}
	return ch
}

func (g *grower) findFieldChannel(f *types.Var) *channel {
	ch := new(channel)
	seen := make(map[ssa.Value]bool)
	for _, fn := range g.pkg.Funcs() {
		if g.tests[fn] {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				addr, ok := instr.(*ssa.FieldAddr)
				if !ok || field(addr.X.Type(), addr.Field).Origin() != f {
					continue
				}
				if !g.followField(addr, ch, seen) {
					return nil
				}
			}
		}
	}
	return ch
}

func (g *grower) followField(addr *ssa.FieldAddr, ch *channel, seen map[ssa.Value]bool) bool {
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp:
			if !g.followChannel(ref, ch, seen) {
				return false
			}
		case *ssa.Store:
			if !irx.IsNil(ref.Val) && !madeFor(ref) {
				return false
			}
		case *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}

// madeFor reports whether a store is all that is done with a new channel.
func madeFor(st *ssa.Store) bool {
	made, ok := st.Val.(*ssa.MakeChan)
	return ok && !slices.ContainsFunc(*made.Referrers(), func(ref ssa.Instruction) bool {
		_, debug := ref.(*ssa.DebugRef)
		return !debug && ref != ssa.Instruction(st)
	})
}

// unsent reports whether an instruction runs only when something is received from
// a channel on which nothing is ever sent.
func (g *grower) unsent(instr ssa.Instruction) bool {
	for d := instr.Block(); d != nil; d = d.Idom() {
		for _, in := range d.Instrs {
			if in == instr {
				break
			}
			switch in := in.(type) {
			case *ssa.UnOp:
				if in.Op == token.ARROW && g.silent(in.X) {
					return true
				}
			case *ssa.Select:
				for i, st := range in.States {
					if entry, _ := armOf(in, i); st.Dir == types.RecvOnly && entry != nil && entry.Dominates(instr.Block()) && g.silent(st.Chan) {
						return true
					}
				}
			}
		}
	}
	return false
}

// silent reports whether nobody sends on a channel or closes it.
func (g *grower) silent(v ssa.Value) bool {
	ch := g.channel(v)
	return ch != nil && len(ch.sends)+len(ch.closes) == 0
}
