package peerio

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what a function does with its inputs, apart from waiting --

// fills returns which inputs fn stores in parts of other inputs.
func (e *engine) fills(fn *ssa.Function) []fill {
	var out []fill
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if !ok || !e.carries(st.Val.Type()) {
				continue
			}
			into, at := storedAt(fn, st.Addr)
			if into < 0 || at == "" {
				continue
			}
			for _, ref := range e.origins(st.Val, "") {
				if on := inputOf(fn, ref.Base); on >= 0 && on != into && e.carries(ref.Base.Type()) {
					out = append(out, fill{into, at, on, ref.Path})
				}
			}
		}
	}
	return out
}

// storedAt returns the input, and the part of it, that an address is in.
func storedAt(fn *ssa.Function, addr ssa.Value) (input int, at Path) {
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			p, ok := Path([]byte{byte(a.Field)}).join(at)
			if !ok || a.Field > 255 {
				return -1, ""
			}
			addr, at = a.X, p
		case *ssa.UnOp:
			if a.Op != token.MUL {
				return -1, ""
			}
			addr = a.X
		default:
			return inputOf(fn, addr), at
		}
	}
}

// calls returns which inputs of fn are functions that it runs or starts.
func (e *engine) calls(fn *ssa.Function) []funcCall {
	var out []funcCall
	note := func(v ssa.Value, async bool) {
		for _, ref := range e.origins(v, "") {
			if on := inputOf(fn, ref.Base); on >= 0 && ref.Path == "" {
				out = appendNew(out, funcCall{on, async})
			}
		}
	}
	if !takesFunc(fn) {
		return nil
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			_, async := instr.(*ssa.Go)
			if c := irx.CalleeOf(call.Common()); c.Dynamic && c.Func == nil {
				note(call.Common().Value, async)
			}
			for _, t := range e.targets(call.Common()) {
				for _, c := range t.sum.Calls {
					if v := t.operand(c.On); v != nil {
						note(v, async || c.Async)
					}
				}
			}
		}
	}
	return out
}

// takesFunc reports whether an input of fn is a function, or a variable that
// holds one.
func takesFunc(fn *ssa.Function) bool {
	for _, in := range inputs(fn) {
		t := in.Type()
		if _, captured := in.(*ssa.FreeVar); captured {
			if p, ok := t.Underlying().(*types.Pointer); ok {
				t = p.Elem()
			}
		}
		if _, ok := t.Underlying().(*types.Signature); ok {
			return true
		}
	}
	return false
}

func appendNew[T comparable](list []T, v T) []T {
	for _, x := range list {
		if x == v {
			return list
		}
	}
	return append(list, v)
}

// -- dynamic types --

// dynamic is what is known of the type that an interface value holds: typ, or
// nothing when that is nil. Sure says that it is never another one.
type dynamic struct {
	typ  types.Type
	sure bool
}

// join combines what is known on two ways; the empty list of ways is sure.
func (d dynamic) join(o dynamic) dynamic {
	switch {
	case d.typ == nil:
		return dynamic{o.typ, o.sure && d.sure}
	case o.typ == nil:
		return dynamic{d.typ, o.sure && d.sure}
	case types.Identical(d.typ, o.typ):
		return dynamic{d.typ, o.sure && d.sure}
	}
	return dynamic{}
}

// resultTypes returns the interface results of fn that hold one known type of
// the package.
func (e *engine) resultTypes(fn *ssa.Function) []dynamicResult {
	var out []dynamicResult
	results := fn.Signature.Results()
	for i := range results.Len() {
		t := results.At(i).Type()
		if !types.IsInterface(t) || !e.carries(t) {
			continue
		}
		if d, ok := e.resultType(fn, i); ok {
			out = append(out, d)
		}
	}
	return out
}

func (e *engine) resultType(fn *ssa.Function, i int) (dynamicResult, bool) {
	var vals []ssa.Value
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			vals = append(vals, ret.Results[i])
		}
	}
	known := e.joinTypes(vals, 0)
	if known.typ == nil {
		return dynamicResult{}, false
	}
	d := dynamicResult{Result: i, Maybe: !known.sure}
	if p, ok := known.typ.(*types.Pointer); ok {
		known.typ, d.Pointer = p.Elem(), true
	}
	n, ok := known.typ.(*types.Named)
	if !ok || n.Obj().Pkg() != e.pkg.Pass.Pkg || n.Obj().Parent() != n.Obj().Pkg().Scope() || n.TypeArgs().Len() > 0 {
		return dynamicResult{}, false
	}
	d.Name = n.Obj().Name()
	return d, true
}

// dynamicType tells what the interface value v holds.
func (e *engine) dynamicType(v ssa.Value, depth int) dynamic {
	if e.exceeds(&e.typeSteps, depth) || depth > maxFuncDepth {
		return dynamic{}
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return dynamic{v.X.Type(), true}
	case *ssa.ChangeInterface:
		return e.dynamicType(v.X, depth)
	case *ssa.TypeAssert:
		if types.IsInterface(v.AssertedType) {
			return e.dynamicType(v.X, depth)
		}
	case *ssa.Phi:
		return e.joinTypes(v.Edges, depth)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return e.loadedType(v.X, depth)
		}
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return e.returnedType(&call.Call, v.Index, depth)
		}
	case *ssa.Call:
		return e.returnedType(&v.Call, 0, depth)
	}
	return dynamic{}
}

// loadedType tells what a variable or a field holds. Others may assign to a field
// that they can name.
func (e *engine) loadedType(addr ssa.Value, depth int) dynamic {
	var vals []ssa.Value
	switch a := addr.(type) {
	case *ssa.Alloc:
		for _, s := range storesIn(a, "", nil) {
			vals = append(vals, s.val)
		}
		return e.joinTypes(vals, depth)
	case *ssa.FieldAddr:
		v := fieldOf(a)
		if v == nil || v.Pkg() != e.pkg.Pass.Pkg {
			return dynamic{}
		}
		d := e.joinTypes(e.uses.stores[v], depth)
		d.sure = d.sure && !v.Exported()
		return d
	}
	return dynamic{}
}

func (e *engine) joinTypes(vals []ssa.Value, depth int) dynamic {
	known := dynamic{sure: true}
	for _, v := range vals {
		if irx.IsNil(v) {
			continue
		}
		d := e.dynamicType(v, depth+1)
		if e.typeSteps > maxSteps {
			return dynamic{}
		}
		if known = known.join(d); known.typ == nil && d.typ != nil {
			return dynamic{} // two types
		}
	}
	return known
}

// returnedType tells what result i of a call holds.
func (e *engine) returnedType(call *ssa.CallCommon, i, depth int) dynamic {
	callee := irx.CalleeOf(call)
	fn, body := callee.Func, callee.Body
	sure := true
	if call.IsInvoke() {
		recv := e.dynamicType(call.Value, depth+1)
		if recv.typ == nil {
			return dynamic{}
		}
		if fn = methodOf(recv.typ, call.Method); fn == nil {
			return dynamic{}
		}
		sure, body = recv.sure, e.pkg.SSA().Prog.FuncValue(fn)
	}
	sum := e.summaryOf(body, fn)
	if sum == nil || fn == nil || fn.Pkg() == nil {
		return dynamic{}
	}
	for _, d := range sum.Types {
		tn, ok := fn.Pkg().Scope().Lookup(d.Name).(*types.TypeName)
		if !ok || d.Result != i {
			continue
		}
		if d.Pointer {
			return dynamic{types.NewPointer(tn.Type()), sure && !d.Maybe}
		}
		return dynamic{tn.Type(), sure && !d.Maybe}
	}
	return dynamic{}
}
