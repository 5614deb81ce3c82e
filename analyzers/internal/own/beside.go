package own

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- errors beside a resource --
//
// Theory: a struct that has a resource at a path and one field of type error beside
// it is a result in one piece: where the error is set there is no resource, as where
// the error result of a call is. So where the resource is born, or comes in a result,
// the error is nil: a fact as any other, that stores and callees that are given the
// object end. What a function puts into the struct itself counts: where one of its
// returns may give an open resource and an error that is set, its contract says so
// (Marred), and nothing is supposed of its results. Of an error that a callee or
// another goroutine sets unseen nothing is known there, which errs towards silence.

// besideError returns, for each step of the path from a value of type t, the path of
// the only error field beside that step, 0 where there is none or more than one.
func besideError(t types.Type, path Path) (out []Path) {
	if path.deep() {
		return nil
	}
	var up Path
	for ; path != 0 && t != nil; path >>= stepBits {
		step := uint32(path & stepMask)
		var at Path
		if i, ok := onlyError(irx.Deref(t)); ok {
			at = up.child(field(i))
		}
		out = append(out, at)
		up, t = up.child(step), partType(t, step)
	}
	return out
}

// onlyError returns the only field of type error of a struct.
func onlyError(t types.Type) (index int, ok bool) {
	st, isStruct := t.Underlying().(*types.Struct)
	if !isStruct {
		return 0, false
	}
	for i := range st.NumFields() {
		if irx.IsError(st.Field(i).Type()) {
			if ok {
				return 0, false
			}
			index, ok = i, true
		}
	}
	return index, ok
}

// unmar notes that the errors beside the path from base, which is of type t, are nil,
// but for those that the set of steps marred names.
func (r *run) unmar(s *state, base place, t types.Type, path Path, marred uint8) {
	for i, at := range besideError(t, path) {
		if at != 0 && marred>>i&1 == 0 {
			s.set(r.ps.join(base, at), value{k: isNil})
		}
	}
}

// marred returns the steps of the path beside which an error may be set in the state,
// for what is in v.
func (r *run) marred(s *state, v ssa.Value, path Path) (set uint8) {
	for i, at := range besideError(v.Type(), path) {
		if at != 0 && r.maySet(s, r.partOf(s, v, at)) {
			set |= 1 << i
		}
	}
	return set
}

// maySet reports whether an error is set, or came from a call that may have failed.
// Of others nothing is known.
func (r *run) maySet(s *state, v value) bool {
	if v.k != sym {
		return r.nilness(v) == no
	}
	call, _ := resultOf(r.ps.keys[v.p].v)
	return call != nil && !r.eng.setsDeadline(irx.CalleeOf(call.Common()))
}

// partOf returns what is known of the part of v at the path.
func (r *run) partOf(s *state, v ssa.Value, path Path) value {
	x := r.eval(s, v)
	at := r.ps.reg(v)
	for ; path != 0; path >>= stepBits {
		if x.k == addr {
			at = x.p
		}
		at = r.ps.child(at, uint32(path&stepMask))
		x = s.get(at)
	}
	return x
}

// errorsBeside returns what is known of the errors beside a path from one place, for
// the other, which gets what is at the path. One of the two may be an iterator.
func (r *run) errorsBeside(s *state, from, to place, path Path) (out []binding) {
	t := r.ps.typeOf(from)
	if t == nil {
		t = r.ps.typeOf(to)
	}
	for _, at := range besideError(t, path) {
		if err := s.get(r.ps.join(from, at)); at != 0 && (err.k == isNil || err.k == nonNil) {
			out = append(out, binding{r.ps.join(to, at), err})
		}
	}
	return out
}

// marredEntry is the state at the start of a function whose parameter has an error
// set beside the resource, when the function asks it: there is nothing to close then,
// and what closes it all the same is known.
func (r *run) marredEntry() *state {
	if r.ob.Call != nil || r.ob.Path == 0 || r.ob.Variable || r.ahead {
		return nil
	}
	t := r.top.Params[r.ob.Param].Type()
	asked := slices.DeleteFunc(besideError(t, r.ob.Path), func(at Path) bool { return at == 0 || !r.reads(r.top, t, at) })
	if len(asked) == 0 {
		return nil
	}
	s := r.entry()
	for _, at := range asked {
		s.set(r.subjectPart(at), value{k: nonNil})
	}
	s.flags |= marred
	return s
}

// reads reports whether fn, or a literal in it, has a field of the type of that which
// is at the path from a value of type t.
func (r *run) reads(fn *ssa.Function, t types.Type, path Path) bool {
	for ; path > stepMask; path >>= stepBits {
		t = partType(t, uint32(path&stepMask))
	}
	of, index := irx.Deref(t), int(path)-2
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch f := instr.(type) {
			case *ssa.FieldAddr:
				if f.Field == index && types.Identical(irx.Deref(f.X.Type()), of) {
					return true
				}
			case *ssa.Field:
				if f.Field == index && types.Identical(f.X.Type(), of) {
					return true
				}
			}
		}
	}
	return slices.ContainsFunc(fn.AnonFuncs, func(lit *ssa.Function) bool { return r.reads(lit, t, path) })
}

// unmarSubject notes that the errors beside a field of the parameter are nil.
func (r *run) unmarSubject(s *state) {
	for _, at := range besideError(r.top.Params[r.ob.Param].Type(), r.ob.Path) {
		if at != 0 {
			s.set(r.subjectPart(at), value{k: isNil})
		}
	}
}

// subjectPart is the place of a part of the parameter that is followed.
func (r *run) subjectPart(path Path) place {
	p := r.top.Params[r.ob.Param]
	if isPointer(p.Type()) || r.ob.Path&stepMask == elem {
		return r.ps.mem(p, path)
	}
	return r.ps.join(r.ps.reg(p), path)
}

// nothing reports whether what an exit leaves open was not there to begin with.
func (x exit) nothing() bool { return x.state.flags&marred != 0 && x.state.status == open }

// errorIn returns the names that the only error field has of a struct that p is or
// points to, where the function does nothing but read it, and its path.
func errorIn(p *ssa.Parameter) (names map[ssa.Value]bool, path Path) {
	i, ok := onlyError(irx.Deref(p.Type()))
	if !ok || p.Referrers() == nil {
		return nil, 0
	}
	names = map[ssa.Value]bool{}
	if !readField(p, i, names) {
		return nil, 0
	}
	return names, Path(field(i))
}

// readField collects the loads of the i-th field of what v is or points to, and
// reports whether nothing else can be done to that field.
func readField(v ssa.Value, i int, names map[ssa.Value]bool) bool {
	return !slices.ContainsFunc(*v.Referrers(), func(ref ssa.Instruction) bool {
		switch ref := ref.(type) {
		case *ssa.FieldAddr:
			return ref.Field == i && !onlyLoaded(ref, names)
		case *ssa.Field:
			if ref.Field == i {
				names[ref] = true
			}
			return false
		case *ssa.Store: // of a struct that is given by value
			cell, ok := ref.Addr.(*ssa.Alloc)
			if ok && ref.Val == v {
				return isPointer(v.Type()) || !readField(cell, i, names)
			}
			_, given := ref.Val.(*ssa.Parameter)
			return !given
		case *ssa.BinOp, *ssa.UnOp, *ssa.DebugRef:
			return false
		}
		return true
	})
}

func onlyLoaded(f *ssa.FieldAddr, names map[ssa.Value]bool) bool {
	return !slices.ContainsFunc(*f.Referrers(), func(ref ssa.Instruction) bool {
		switch ref := ref.(type) {
		case *ssa.UnOp:
			names[ref] = true
			return false
		case *ssa.DebugRef:
			return false
		}
		return true
	})
}

// errorsKept returns what is known of the error in the object that operand i points
// to, when the callee does nothing but read it.
func (r *run) errorsKept(s *state, callee irx.Callee, i int, op ssa.Value) (kept []binding) {
	for _, said := range r.eng.verdictsOf(callee) {
		if x := r.eval(s, op); said.Param == i && said.Path != 0 && x.k == addr {
			at := r.ps.join(x.p, said.Path)
			if v := s.get(at); v.k == isNil || v.k == nonNil {
				kept = append(kept, binding{at, v})
			}
		}
	}
	return kept
}
