package own

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- parameters as obligations --

const maxSubjects = 8 // parameters and fields followed per function

// subjects returns the parameters of fn, and the fields of what they point to,
// that can hold a resource and that fn does something with; whole parameters
// first, then the fields of the objects that have the fewest. Past the bound,
// unseen is the set of parameters that are not followed altogether.
func (e *Engine) subjects(fn *ssa.Function) (out []*Obligation, unseen uint32) {
	var fields [][]*Obligation
	for i, p := range fn.Params {
		if p.Referrers() == nil || len(*p.Referrers()) == 0 {
			continue
		}
		if e.wholeSubject(p) {
			out = append(out, &Obligation{Fn: fn, Param: i, Kind: kindOf(p.Type())})
		}
		if isContainer(p.Type()) {
			out = append(out, &Obligation{Fn: fn, Param: i, Path: elem, Kind: kindOf(elemOf(p.Type()))})
		}
		for _, path := range e.elementPaths(p.Type()) {
			out = append(out, &Obligation{Fn: fn, Param: i, Path: path})
		}
		if t := variableOf(p.Type()); t != nil {
			out = append(out, &Obligation{Fn: fn, Param: i, Variable: true, Kind: kindOf(t)})
		}
		var of []*Obligation
		paths, callbacks, rest := e.fieldSubjects(p)
		for _, path := range paths {
			of = append(of, &Obligation{Fn: fn, Param: i, Path: path})
		}
		for _, path := range callbacks {
			of = append(of, &Obligation{Fn: fn, Param: i, Path: path, Callback: true})
		}
		if rest && i < 32 {
			unseen |= 1 << i
		}
		fields = append(fields, of)
	}
	slices.SortStableFunc(fields, func(a, b []*Obligation) int { return len(a) - len(b) })
	out = append(out, slices.Concat(fields...)...)
	for _, ob := range out[min(maxSubjects, len(out)):] {
		if ob.Param < 32 {
			unseen |= 1 << ob.Param
		}
	}
	return out[:min(maxSubjects, len(out))], unseen
}

func kindOf(t types.Type) netmodel.Kind {
	k, _ := irx.ResourceKind(t)
	return k
}

// wholeSubject reports whether the parameter itself can be a resource.
func (e *Engine) wholeSubject(p *ssa.Parameter) bool {
	t := p.Type()
	if endable(t) {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Signature:
		return true // a closure may own what it captures
	case *types.Interface:
		return u.NumMethods() == 0 || e.asserted(p) || e.endedThrough(p) || (isReadWriter(t) || isClientConn(t)) && e.handedOn(p)
	case *types.Basic:
		return u.Info()&types.IsInteger != 0 && e.usedAsFD(p)
	}
	return false
}

// asserted reports whether an interface without Close is asserted to have one.
func (e *Engine) asserted(p *ssa.Parameter) bool {
	for _, ref := range *p.Referrers() {
		if ta, ok := ref.(*ssa.TypeAssert); ok && irx.Closable(ta.AssertedType) {
			return true
		}
	}
	return false
}

// endedThrough reports whether a method of the interface is called that ends what it
// leads to, see [Engine.ends], whatever it is called. Of a parameter that a literal
// captures all calls of that interface in the literals count: to follow one too many
// changes nothing.
func (e *Engine) endedThrough(p *ssa.Parameter) bool {
	return slices.ContainsFunc(*p.Referrers(), func(ref ssa.Instruction) bool {
		if _, captured := ref.(*ssa.Store); captured {
			return slices.ContainsFunc(p.Parent().AnonFuncs, func(lit *ssa.Function) bool { return e.endsIn(lit, p.Type()) })
		}
		call, ok := ref.(ssa.CallInstruction)
		return ok && call.Common().IsInvoke() && call.Common().Value == ssa.Value(p) && e.ends(call.Common().Method)
	})
}

func (e *Engine) endsIn(fn *ssa.Function, iface types.Type) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok && call.Common().IsInvoke() && call.Common().Value.Type() == iface && e.ends(call.Common().Method) {
				return true
			}
		}
	}
	return slices.ContainsFunc(fn.AnonFuncs, func(lit *ssa.Function) bool { return e.endsIn(lit, iface) })
}

// ends reports whether the method m of an interface of this package closes what its
// receiver leads to, or hands it on, in one of the types of this package.
func (e *Engine) ends(m *types.Func) bool {
	if m.Pkg() != e.Pkg.Pass.Pkg {
		return false
	}
	return slices.ContainsFunc(e.Pkg.OwnImplementations(m), func(fn *ssa.Function) bool {
		return slices.ContainsFunc(e.contractOfBody(fn).Params, func(p ParamContract) bool {
			return p.Param == 0 && p.OK&(Closed|Kept) != 0 && p.OK&Borrowed == 0
		})
	})
}

// isReadWriter reports whether a connection may come as an interface that has
// no Close.
func isReadWriter(t types.Type) bool { return irx.HasMethod(t, "Read") || irx.HasMethod(t, "Write") }

// isClientConn reports whether t is what generated clients of gRPC are given: they
// keep it, and go on using it.
func isClientConn(t types.Type) bool {
	return irx.HasMethod(t, "Invoke") && irx.HasMethod(t, "NewStream")
}

// handedOn reports whether the parameter is stored or returned, or given to a
// goroutine or a callee that does so.
func (e *Engine) handedOn(p *ssa.Parameter) bool {
	return slices.ContainsFunc(*p.Referrers(), func(ref ssa.Instruction) bool {
		switch ref := ref.(type) {
		case *ssa.Store:
			return ref.Val == ssa.Value(p)
		case *ssa.MapUpdate:
			return ref.Value == ssa.Value(p)
		case *ssa.Return, *ssa.ChangeInterface, *ssa.Send, *ssa.Go:
			return true
		case *ssa.Call:
			return e.handsOn(ref.Common(), p)
		}
		return false
	})
}

// handsOn reports whether the contract of a callee says that v is in a result, or
// kept.
func (e *Engine) handsOn(c *ssa.CallCommon, v ssa.Value) bool {
	callee := irx.CalleeOf(c)
	if callee.Dynamic || e.Pkg.Model.Of(callee.Func) != nil {
		return false
	}
	contract := e.contract(callee)
	if contract == nil || contract.Unknown {
		return false
	}
	for i, op := range irx.Operands(c) {
		if op == v && contract.param(i, 0).OK&(Returned|Kept) != 0 {
			return true
		}
	}
	return false
}

// usedAsFD reports whether an int is passed, perhaps converted, to a call that
// closes, wraps or takes it, or given back or stored as a descriptor.
func (e *Engine) usedAsFD(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Convert:
			if e.usedAsFD(ref) {
				return true
			}
		case *ssa.Return:
			return true // checked or converted, and given back
		case *ssa.Store:
			if f := storedField(ref); f != nil && e.isFDField(f) {
				return true
			}
			if p, ok := v.(*ssa.Parameter); ok && e.loadedAsFD(p, ref) {
				return true
			}
		}
	}
	return e.givenAsFD(v)
}

// givenAsFD reports whether an int is passed, perhaps converted, to a call that closes,
// wraps or takes it.
func (e *Engine) givenAsFD(v ssa.Value) bool {
	return slices.ContainsFunc(*v.Referrers(), func(ref ssa.Instruction) bool {
		switch ref := ref.(type) {
		case *ssa.Convert:
			return e.givenAsFD(ref)
		case ssa.CallInstruction:
			return e.treatsAsFD(ref.Common(), v)
		}
		return false
	})
}

// loadedAsFD reports whether the variable that a parameter is stored in, since literals
// capture it, is given to such a call by the function or by one of them. What is loaded
// is not followed into other variables: it may come back.
func (e *Engine) loadedAsFD(p *ssa.Parameter, st *ssa.Store) bool {
	cell, ok := st.Addr.(*ssa.Alloc)
	return ok && st.Val == ssa.Value(p) && slices.ContainsFunc(loadsOf(cell), e.givenAsFD)
}

// loadsOf returns the loads of a variable, also by the literals that capture it.
func loadsOf(cell ssa.Value) (loads []ssa.Value) {
	for _, ref := range *cell.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp:
			if ref.Op == token.MUL {
				loads = append(loads, ref)
			}
		case *ssa.MakeClosure:
			if i := slices.Index(ref.Bindings, cell); i >= 0 {
				loads = append(loads, loadsOf(ref.Fn.(*ssa.Function).FreeVars[i])...)
			}
		}
	}
	return loads
}

func (e *Engine) treatsAsFD(c *ssa.CallCommon, v ssa.Value) bool {
	callee := irx.CalleeOf(c)
	spec, contract := e.Pkg.Model.Of(callee.Func), (*Contract)(nil)
	if spec == nil {
		contract = e.contract(callee)
	}
	for i, op := range irx.Operands(c) {
		if op != v {
			continue
		}
		if spec != nil && specEffect(spec, i) != (outcome{ok: Borrowed, fail: Borrowed}) {
			return true
		}
		if contract != nil && !contract.bottom && contract.param(i, 0).OK != Borrowed && !contract.Unknown {
			return true
		}
	}
	return false
}

// variableOf returns the type of the variable that a parameter of type t points
// to, when the variable can hold a resource; else nil.
func variableOf(t types.Type) types.Type {
	ptr, ok := t.Underlying().(*types.Pointer)
	if !ok || !endable(ptr.Elem()) {
		return nil
	}
	switch ptr.Elem().Underlying().(type) {
	case *types.Interface, *types.Pointer:
		return ptr.Elem()
	}
	return nil
}

func isContainer(t types.Type) bool {
	el := elemOf(t)
	return el != nil && irx.Closable(el)
}

// elementPaths returns the paths to the resources in the fields of the structs that
// a container has as elements. It is asked of a type for each call, and found once.
func (e *Engine) elementPaths(t types.Type) []Path {
	paths, known := e.inElements[t]
	if !known {
		if e.inElements == nil {
			e.inElements = map[types.Type][]Path{}
		}
		paths = e.findElementPaths(t)
		e.inElements[t] = paths
	}
	return paths
}

func (e *Engine) findElementPaths(t types.Type) (out []Path) {
	el := elemOf(t)
	if el == nil || irx.Closable(el) {
		return nil
	}
	st, ok := irx.Deref(el).Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		if _, ok := irx.ResourceKind(f.Type()); (ok || irx.IsEndpoint(f.Type())) && e.canHoldIn(el, f) {
			out = append(out, Path(elem).child(field(i)))
		}
	}
	return out
}

// followed reports whether contracts follow what is at the path, in an element of a
// container, or of one in a field.
func (e *Engine) followed(t types.Type, path Path) bool {
	if slices.Contains(e.elementPaths(t), path) {
		return true
	}
	st, ok := irx.Deref(t).Underlying().(*types.Struct)
	i := int(path&stepMask) - 2
	return ok && 0 <= i && i < st.NumFields() && slices.Contains(e.elementPaths(st.Field(i).Type()), path>>stepBits)
}

func elemOf(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return u.Elem()
	case *types.Map:
		return u.Elem()
	}
	return nil
}

// isFDField reports whether an int field is one that the package closes.
func (e *Engine) isFDField(f *types.Var) bool {
	b, ok := f.Type().Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0 && e.fdFields()[f]
}

// fdFields returns the int fields whose content the package passes to a call
// that closes a descriptor.
func (e *Engine) fdFields() map[*types.Var]bool {
	if e.fds != nil {
		return e.fds
	}
	e.fds = map[*types.Var]bool{}
	for _, fn := range e.Pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					e.noteFDFields(call.Common())
				}
			}
		}
	}
	return e.fds
}

func (e *Engine) noteFDFields(c *ssa.CallCommon) {
	spec := e.Pkg.Model.Of(irx.CalleeOf(c).Func)
	if spec == nil {
		return
	}
	ops := irx.Operands(c)
	for _, i := range spec.Releases {
		if i >= len(ops) {
			continue
		}
		if f := loadedField(ops[i]); f != nil {
			e.fds[f] = true
		}
	}
}

// loadedField returns the field that v is loaded from, or nil.
func loadedField(v ssa.Value) *types.Var {
	for {
		switch x := v.(type) {
		case *ssa.Convert:
			v = x.X
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return nil
			}
			v = x.X
		case *ssa.FieldAddr:
			return irx.Deref(x.X.Type()).Underlying().(*types.Struct).Field(x.Field)
		case *ssa.Field:
			return x.X.Type().Underlying().(*types.Struct).Field(x.Field)
		default:
			return nil
		}
	}
}

// storedField returns the field that st assigns, or nil.
func storedField(st *ssa.Store) *types.Var {
	fa, ok := st.Addr.(*ssa.FieldAddr)
	if !ok {
		return nil
	}
	return irx.Deref(fa.X.Type()).Underlying().(*types.Struct).Field(fa.Field)
}
