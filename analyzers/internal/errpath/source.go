package errpath

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- from what a listener type accepts --

// source is the field of a listener type from which alone it accepts, or nil.
func (r *Result) source(t types.Type) *types.Var {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return nil
	}
	f, ok := r.sources[n.Obj()]
	if !ok {
		f = r.findSource(n)
		r.sources[n.Obj()] = f
	}
	return f
}

func (r *Result) findSource(n *types.Named) *types.Var {
	s, ok := n.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	f := onlyListener(s)
	obj, index, _ := types.LookupFieldOrMethod(types.NewPointer(n), false, r.pass.Pkg, "Accept")
	accept, ok := obj.(*types.Func)
	if f == nil || !ok || r.queued(accept) || !r.setWhereMade(f) {
		return nil
	}
	promoted := len(index) == 2 && s.Field(index[0]).Origin() == f
	if promoted || len(index) == 1 && n.Obj().Pkg() == r.pass.Pkg && r.acceptsOnlyFrom(n, f) {
		return f
	}
	return nil
}

// onlyListener is the one field of a struct that is or holds a listener.
func onlyListener(s *types.Struct) (only *types.Var) {
	for f := range s.Fields() {
		t := f.Type()
		many := false
		if c, ok := t.Underlying().(interface{ Elem() types.Type }); ok {
			if _, pointer := c.(*types.Pointer); !pointer {
				t, many = c.Elem(), true
			}
		}
		if !isListener(t) {
			continue
		}
		if only != nil || many {
			return nil
		}
		only = f.Origin()
	}
	return only
}

// setWhereMade reports whether the package sets a field only in objects that the
// function at hand has made, or to nil.
func (r *Result) setWhereMade(f *types.Var) bool {
	return !slices.ContainsFunc(r.pkg.Funcs(), func(fn *ssa.Function) bool {
		return anyInstr(fn, func(instr ssa.Instruction) bool {
			addr, ok := instr.(*ssa.FieldAddr)
			return ok && field(addr) == f && slices.ContainsFunc(*addr.Referrers(), func(use ssa.Instruction) bool {
				switch use := use.(type) {
				case *ssa.UnOp, *ssa.DebugRef, *ssa.FieldAddr:
					return false
				case *ssa.Store:
					_, made := held(addr.X).(*ssa.Alloc)
					return use.Addr != addr || !made && !irx.IsNil(use.Val)
				}
				return true
			})
		})
	})
}

// acceptsOnlyFrom reports whether the methods of a type accept, or a function that
// makes one does for it, and the methods from nothing but the field.
func (r *Result) acceptsOnlyFrom(n *types.Named, f *types.Var) bool {
	found := false
	for _, fn := range r.pkg.Funcs() {
		method := isMethodOf(fn, n)
		if anyInstr(fn, func(instr ssa.Instruction) bool {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				return false
			}
			from := r.acceptsFrom(call.Common())
			if from == nil || types.Identical(irx.Deref(from.Type()), n) {
				return false
			}
			ok = loadsField(from, f) || !method && storesIn(outside(from), f)
			found = found || ok
			return method && !ok
		}) {
			return false
		}
	}
	return found
}

func isMethodOf(fn *ssa.Function, n *types.Named) bool {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	recv := fn.Signature.Recv()
	if recv == nil {
		return false
	}
	t, ok := types.Unalias(irx.Deref(recv.Type())).(*types.Named)
	return ok && t.Obj() == n.Obj()
}

// acceptsFrom is the listener that a call accepts from, or nil.
func (r *Result) acceptsFrom(call *ssa.CallCommon) ssa.Value {
	fn, ops := irx.CalleeOf(call).Func, irx.Operands(call)
	if fn == nil || len(ops) == 0 {
		return nil
	}
	if spec := r.pkg.Model.Of(fn); spec != nil && spec.Accept != nil {
		return ops[spec.Accept.Operand]
	}
	if strings.HasPrefix(strings.ToLower(fn.Name()), "accept") && isListener(ops[0].Type()) {
		return ops[0]
	}
	return nil
}

// loadsField reports whether a value is loaded from a field, whatever the object.
func loadsField(v ssa.Value, f *types.Var) bool {
	switch w := unboxed(v).(type) {
	case *ssa.TypeAssert:
		return loadsField(w.X, f)
	case *ssa.Extract:
		t, ok := w.Tuple.(*ssa.TypeAssert)
		return ok && loadsField(t.X, f)
	case *ssa.Field:
		s, ok := w.X.Type().Underlying().(*types.Struct)
		return ok && s.Field(w.Field).Origin() == f
	case *ssa.UnOp:
		addr, ok := w.X.(*ssa.FieldAddr)
		return ok && field(addr) == f
	}
	return false
}

// outside is what a literal's value is in the function around it.
func outside(v ssa.Value) ssa.Value {
	if load, ok := v.(*ssa.UnOp); ok {
		if fv, ok := load.X.(*ssa.FreeVar); ok && !setHere(fv) {
			if cell, ok := irx.Binding(fv).(*ssa.Alloc); ok {
				return onlyStored(cell)
			}
		}
	}
	return held(v)
}

// onlyStored is the one value that a variable is given by its function, or nil.
func onlyStored(cell *ssa.Alloc) (given ssa.Value) {
	for _, ref := range *cell.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == cell {
			if given != nil {
				return nil
			}
			given = st.Val
		}
	}
	return given
}

// storesIn reports whether the function whose operand a value is stores it in a field.
func storesIn(v ssa.Value, f *types.Var) bool {
	p, ok := v.(*ssa.Parameter)
	return ok && anyInstr(p.Parent(), func(instr ssa.Instruction) bool {
		st, ok := instr.(*ssa.Store)
		if !ok {
			return false
		}
		addr, ok := st.Addr.(*ssa.FieldAddr)
		return ok && field(addr) == f && held(unboxed(st.Val)) == v
	})
}
