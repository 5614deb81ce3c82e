package registry

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- accepts that hand out what the listener keeps --
//
//	s.sessions[c.id] = c
//	s.queue <- c
//	...
//	func (s *Server) Accept() (net.Conn, error) { return <-s.queue, nil }
//	func (s *Server) Remove(id string)          { delete(s.sessions, id) }
//
// Who accepts from such a server has to remove. Must-analysis: what is sent has to
// be the very value that is inserted, in one function, into a field of what
// accepts; nobody in the package may remove from that field but exported
// functions that nobody here calls.

// handsOut gives the accept methods of the package their facts.
func (x *Index) handsOut(facts map[*types.Func]*Fact) {
	sent := x.kept()
	if len(sent) == 0 {
		return
	}
	for _, fn := range x.pkg.Funcs() {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || !acceptMethod(fn) {
			continue
		}
		for _, ch := range receivedAndReturned(fn) {
			place := x.PlaceOf(ch)
			if place.Base == nil || root(place.Base) != ssa.Value(fn.Params[0]) || !sent[keptKey{place.Key, typeName(fn.Params[0].Type())}] {
				continue
			}
			f := facts[obj]
			if f == nil {
				f = new(Fact)
				facts[obj] = f
			}
			f.Hands = 1
		}
	}
}

// keptKey is a channel, by its place, and the type whose fields hold it and a
// collection that keeps what is sent on it.
type keptKey struct {
	channel any
	holder  *types.TypeName
}

func (x *Index) kept() map[keptKey]bool {
	out := make(map[keptKey]bool)
	asked := x.asked()
	if len(asked) == 0 {
		return out
	}
	for _, o := range x.Ops {
		if o.Kind != Insert || o.Place.Base == nil || !asked[o.Place.Field()] || x.Capped(o) {
			continue
		}
		holder := typeName(o.Place.Base.Type())
		for _, b := range o.Instr.Block().Parent().Blocks {
			for _, instr := range b.Instrs {
				send, ok := instr.(*ssa.Send)
				if !ok || root(send.X) != root(o.Value) || !o.Instr.Block().Dominates(b) {
					continue
				}
				if ch := x.PlaceOf(send.Chan); ch.Base != nil && typeName(ch.Base.Type()) == holder {
					out[keptKey{ch.Key, holder}] = true
				}
			}
		}
	}
	return out
}

// asked are the fields that lose an entry when another package asks for it, and
// in no other way.
func (x *Index) asked() map[*types.Var]bool {
	out := make(map[*types.Var]bool)
	for _, o := range x.Ops {
		f := o.Place.Field()
		if f == nil || o.Kind != Remove {
			continue
		}
		if fn, _ := x.operandOf(o); fn != nil {
			out[f] = true
		}
	}
	for _, o := range x.Ops {
		f := o.Place.Field()
		if f == nil || o.Kind == Insert {
			continue
		}
		if fn, _ := x.operandOf(o); o.Kind == Escape || fn == nil || len(x.pkg.MayCalls(o.Fn())) > 0 {
			delete(out, f)
		}
	}
	return out
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

// acceptMethod reports whether fn is a method that accepts a connection.
func acceptMethod(fn *ssa.Function) bool {
	res := fn.Signature.Results()
	return fn.Signature.Recv() != nil && strings.HasPrefix(fn.Name(), "Accept") && res.Len() == 2 && irx.Closable(res.At(0).Type()) && irx.IsError(res.At(1).Type())
}

// receivedAndReturned are the channels from which fn returns what it receives.
func receivedAndReturned(fn *ssa.Function) []ssa.Value {
	var out []ssa.Value
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && len(ret.Results) > 0 {
			out = append(out, ReceivedFrom(ret.Results[0])...)
		}
	}
	return out
}

// ReceivedFrom returns the channels that a value may be received from.
func ReceivedFrom(v ssa.Value) []ssa.Value { return channelsOf(v, make(map[ssa.Value]bool)) }

func channelsOf(v ssa.Value, seen map[ssa.Value]bool) []ssa.Value {
	if seen[v] {
		return nil
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return channelsOf(v.X, seen)
	case *ssa.ChangeInterface:
		return channelsOf(v.X, seen)
	case *ssa.UnOp:
		if v.Op == token.ARROW {
			return []ssa.Value{v.X}
		}
	case *ssa.Phi:
		var out []ssa.Value
		for _, e := range v.Edges {
			out = append(out, channelsOf(e, seen)...)
		}
		return out
	case *ssa.Extract:
		return receivedBy(v, seen)
	}
	return nil
}

func receivedBy(ex *ssa.Extract, seen map[ssa.Value]bool) []ssa.Value {
	switch t := ex.Tuple.(type) {
	case *ssa.UnOp:
		return channelsOf(t, seen)
	case *ssa.Select:
		var out []ssa.Value
		for _, st := range t.States {
			if st.Dir == types.RecvOnly {
				out = append(out, st.Chan)
			}
		}
		return out
	}
	return nil
}

// handedOut adds the entry that an accept has left in what it accepts from.
func (x *Index) handedOut(instr ssa.CallInstruction, fn *types.Func, f *Fact, ops []ssa.Value) {
	call, ok := instr.(*ssa.Call)
	if !ok || f.Hands == 0 || len(ops) == 0 {
		return
	}
	place := x.PlaceOf(ops[0])
	if place.Field() == nil || x.lent(place) {
		return // others may have it, too
	}
	for _, ref := range *call.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && ex.Index == f.Hands-1 {
			x.add(Op{Kind: Insert, Place: place, Value: ex, Instr: call, Foreign: fn})
		}
	}
}

// lent reports whether what a field holds is not made for it, or is given to
// anybody but its own methods.
func (x *Index) lent(place Place) bool {
	f := place.Field()
	if f.Exported() || f.Pkg() != x.pass.Pkg {
		return true
	}
	made := false
	lent := false
	x.each(func(instr ssa.Instruction) {
		addr, ok := instr.(*ssa.FieldAddr)
		if !ok || fieldOf(addr.X.Type(), addr.Field) != f {
			return
		}
		for _, ref := range *addr.Referrers() {
			switch ref := ref.(type) {
			case *ssa.Store:
				made = made || ref.Addr == addr && isFresh(ref.Val)
				lent = lent || ref.Addr != addr || !isFresh(ref.Val)
			case *ssa.UnOp:
				lent = lent || slices.ContainsFunc(*ref.Referrers(), func(use ssa.Instruction) bool { return !isOwnCall(use, ref) })
			case *ssa.DebugRef:
			default:
				lent = true
			}
		}
	})
	return lent || !made
}

// isFresh reports whether a value comes from a constructor and is used once.
func isFresh(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	fn := irx.CalleeOf(call.Common()).Func
	uses := slices.DeleteFunc(slices.Clone(*call.Referrers()), func(ref ssa.Instruction) bool {
		_, debug := ref.(*ssa.DebugRef)
		return debug
	})
	return fn != nil && fn.Signature().Recv() == nil && strings.HasPrefix(fn.Name(), "New") && len(uses) == 1
}

// isOwnCall reports whether an instruction calls a method of v.
func isOwnCall(use ssa.Instruction, v ssa.Value) bool {
	switch use := use.(type) {
	case *ssa.DebugRef, *ssa.BinOp:
		return true
	case ssa.CallInstruction:
		ops := irx.Operands(use.Common())
		fn := irx.CalleeOf(use.Common()).Func
		return fn != nil && fn.Signature().Recv() != nil && len(ops) > 0 && ops[0] == v && !slices.Contains(ops[1:], v)
	}
	return false
}
