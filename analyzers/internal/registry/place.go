package registry

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- where a collection is kept --

// maxDepth bounds the way from a value back to its place.
const maxDepth = 16

// PlaceOf returns the place of a collection from a value that is the collection
// or points to it; an unknown place when nobody can say.
func (x *Index) PlaceOf(v ssa.Value) Place { return x.placeOf(v, 0) }

func (x *Index) placeOf(v ssa.Value, depth int) Place {
	if depth > maxDepth {
		return Place{}
	}
	next := func(w ssa.Value) Place { return x.placeOf(w, depth+1) }
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return x.placeAt(v.X, depth+1)
		}
	case *ssa.FieldAddr, *ssa.Global, *ssa.Alloc, *ssa.FreeVar:
		return x.placeAt(v, depth+1)
	case *ssa.Field:
		if f := fieldOf(v.X.Type(), v.Field); f != nil {
			return Place{Key: f, Base: v.X}
		}
	case *ssa.Parameter, *ssa.MakeMap, *ssa.MakeSlice:
		return Place{Key: v}
	case *ssa.Phi:
		return x.placeOfPhi(v, depth)
	case *ssa.ChangeType:
		return next(v.X)
	case *ssa.MakeInterface:
		return next(v.X)
	case *ssa.Lookup: // a map of maps: the inner one is in the outer one's place
		return next(v.X)
	case *ssa.Extract:
		return next(v.Tuple)
	case *ssa.IndexAddr:
		return next(v.X)
	case *ssa.Call:
		if got := getter(v); got != nil {
			return next(got)
		}
	}
	return Place{}
}

// placeAt returns the place that an address is.
func (x *Index) placeAt(addr ssa.Value, depth int) Place {
	if depth > maxDepth {
		return Place{}
	}
	switch addr := addr.(type) {
	case *ssa.FieldAddr:
		if f := fieldOf(addr.X.Type(), addr.Field); f != nil {
			return Place{Key: f, Base: addr.X}
		}
	case *ssa.Global:
		return Place{Key: addr}
	case *ssa.Alloc:
		if p := spilled(addr); p != nil {
			return Place{Key: p}
		}
		return Place{Key: addr}
	case *ssa.FreeVar:
		if b := x.bindings[addr]; len(b) == 1 {
			return x.placeAt(b[0], depth+1)
		}
		return Place{Key: addr}
	default:
		return x.placeOf(addr, depth+1)
	}
	return Place{}
}

// spilled returns the parameter that a local is the copy of, or nil.
func spilled(cell *ssa.Alloc) *ssa.Parameter {
	var param *ssa.Parameter
	for _, ref := range *cell.Referrers() {
		st, ok := ref.(*ssa.Store)
		if !ok || st.Addr != cell {
			continue
		}
		p, ok := st.Val.(*ssa.Parameter)
		if !ok || param != nil {
			return nil
		}
		param = p
	}
	return param
}

// maxPhiEdges bounds the operands of a phi that are looked at.
const maxPhiEdges = 8

// placeOfPhi names a slice that lives in registers by the first of the phis that
// it goes through; a phi of the nil check "if m == nil { m = make }" is its
// non-new edge.
func (x *Index) placeOfPhi(phi *ssa.Phi, depth int) Place {
	if place, ok := x.phis[phi]; ok {
		return place
	}
	x.phis[phi] = Place{} // of a phi that leads to itself nothing is known
	place := x.joined(phi, depth)
	x.phis[phi] = place
	return place
}

func (x *Index) joined(phi *ssa.Phi, depth int) Place {
	if _, isSlice := phi.Type().Underlying().(*types.Slice); isSlice {
		return Place{Key: firstPhi(phi)}
	}
	var place Place
	if len(phi.Edges) > maxPhiEdges {
		return place
	}
	for _, e := range phi.Edges {
		if _, made := e.(*ssa.MakeMap); made || e == ssa.Value(phi) {
			continue
		}
		// A phi costs several levels: without that, loops would make the
		// search exponential.
		p := x.placeOf(e, depth+maxDepth/3)
		if !p.known() || place.known() && p.Key != place.Key {
			return Place{}
		}
		place = p
	}
	return place
}

// firstPhi returns the first phi, in the order of blocks, of those that a slice
// flows through together with phi.
func firstPhi(phi *ssa.Phi) *ssa.Phi {
	first := phi
	seen := map[ssa.Value]bool{phi: true}
	work := []ssa.Value{phi}
	for len(work) > 0 && len(seen) < 64 {
		v := work[0]
		work = work[1:]
		for _, w := range neighbours(v) {
			if !seen[w] {
				seen[w] = true
				work = append(work, w)
			}
		}
		if p, ok := v.(*ssa.Phi); ok && p.Block().Index < first.Block().Index {
			first = p
		}
	}
	return first
}

// neighbours are the values that a slice in registers comes from and goes to.
func neighbours(v ssa.Value) []ssa.Value {
	var out []ssa.Value
	switch v := v.(type) {
	case *ssa.Phi:
		out = append(out, v.Edges...)
	case *ssa.Slice:
		out = append(out, v.X)
	case *ssa.Call:
		if isBuiltin(v, "append") {
			out = append(out, v.Call.Args[0])
		}
	}
	if v.Referrers() == nil {
		return out
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Phi:
			out = append(out, ref)
		case *ssa.Slice:
			out = append(out, ref)
		case *ssa.Call:
			if isBuiltin(ref, "append") && ref.Call.Args[0] == v {
				out = append(out, ref)
			}
		}
	}
	return out
}

func isBuiltin(call *ssa.Call, name string) bool {
	return irx.CalleeOf(call.Common()).Builtin == name
}

// getter returns what a function of this package returns when it has one return
// of one result and no parameter but a receiver.
func getter(call *ssa.Call) ssa.Value {
	fn := irx.CalleeOf(call.Common()).Body
	if fn == nil || len(fn.Params) > 1 || fn.Signature.Results().Len() != 1 {
		return nil
	}
	var got ssa.Value
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			if got != nil {
				return nil
			}
			got = ret.Results[0]
		}
	}
	if _, isLoad := got.(*ssa.UnOp); !isLoad {
		return nil
	}
	return got
}

// fieldOf returns field i of the struct that t is or points to, or nil.
func fieldOf(t types.Type, i int) *types.Var {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || i >= s.NumFields() {
		return nil
	}
	return s.Field(i).Origin()
}
