package own

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- fields of parameters as obligations --

// fieldSubjects returns the paths to closable fields of the struct that the
// parameter is or points to, one or two fields deep, that the function or what
// it calls does something with, and to its function fields: a literal there may
// lead to a resource. With unseen, the rest of the object goes to something that
// is not known.
func (e *Engine) fieldSubjects(p *ssa.Parameter) (out, callbacks []Path, unseen bool) {
	st, ok := irx.Deref(p.Type()).Underlying().(*types.Struct)
	if !ok || irx.IsResourceStruct(p.Type()) {
		return nil, nil, false
	}
	use := newFieldUses(e)
	use.of(p)
	for i := range st.NumFields() {
		if !use.all && !use.touched[i] {
			continue
		}
		t := st.Field(i).Type()
		if _, ok := t.Underlying().(*types.Signature); ok {
			callbacks = append(callbacks, Path(field(i)))
		}
		if !e.canHoldIn(p.Type(), st.Field(i)) {
			continue
		}
		if endable(t) || isContainer(t) || e.isFDField(st.Field(i)) {
			out = append(out, fieldPath(t, Path(field(i))))
			continue
		}
		for _, path := range e.elementPaths(t) {
			out = append(out, Path(field(i)).join(path))
		}
		if inner, ok := irx.Deref(t).Underlying().(*types.Struct); ok && (use.touched[i] || isPointer(t)) {
			out = append(out, use.innerPaths(t, inner, i)...)
		}
	}
	for _, in := range use.inner {
		use.unseen = use.unseen || in.unseen
	}
	return out, callbacks, use.unseen
}

func fieldPath(t types.Type, p Path) Path {
	if isContainer(t) && !irx.Closable(t) {
		return p.child(elem)
	}
	return p
}

// innerPaths returns the paths to the resources in the struct that is the i-th
// field, as far as they are touched.
func (u *fieldUses) innerPaths(t types.Type, st *types.Struct, i int) []Path {
	var out []Path
	in := u.inner[i]
	for j := range st.NumFields() {
		if in != nil && !in.all && !in.touched[j] || !u.eng.canHoldIn(t, st.Field(j)) {
			continue
		}
		if _, ok := irx.ResourceKind(st.Field(j).Type()); ok || irx.IsEndpoint(st.Field(j).Type()) {
			out = append(out, Path(field(i)).child(field(j)))
		}
	}
	return out
}

// fieldUses collects which fields of an object a function touches, itself or by
// callees whose contracts say so.
type fieldUses struct {
	eng     *Engine
	touched map[int]bool
	all     bool // the object goes elsewhere, to where it can be followed
	unseen  bool // the object goes to something unknown
	seen    map[ssa.Value]bool
	// inner is the same for the structs in fields: one step down, no more.
	inner map[int]*fieldUses
	leaf  bool
}

func newFieldUses(e *Engine) *fieldUses {
	return &fieldUses{eng: e, touched: map[int]bool{}, seen: map[ssa.Value]bool{}, inner: map[int]*fieldUses{}}
}

// touch notes a field and returns what is known of the struct in it.
func (u *fieldUses) touch(i int) *fieldUses {
	u.touched[i] = true
	in := u.inner[i]
	if in == nil {
		in = newFieldUses(u.eng)
		in.leaf = true
		u.inner[i] = in
	}
	return in
}

// address looks at the uses of the address of a field.
func (u *fieldUses) address(fa *ssa.FieldAddr) {
	in := u.touch(fa.Field)
	if u.leaf {
		return
	}
	for _, ref := range *fa.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp:
			in.of(ref)
		case *ssa.FieldAddr:
			in.touched[ref.Field] = true
		case *ssa.Store, *ssa.DebugRef:
		case ssa.CallInstruction:
			in.passed(ref.Common(), fa)
		default:
			in.all = true
		}
	}
}

// of looks at the uses of v, a name of the object.
func (u *fieldUses) of(v ssa.Value) {
	if u.seen[v] || v.Referrers() == nil {
		return
	}
	u.seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.FieldAddr:
			u.address(ref)
		case *ssa.Field:
			if in := u.touch(ref.Field); !u.leaf {
				in.of(ref)
			}
		case *ssa.DebugRef, *ssa.BinOp:
		case *ssa.Store:
			u.stored(ref, v)
		case ssa.CallInstruction:
			u.passed(ref.Common(), v)
		default:
			u.all = true
		}
	}
}

// stored follows the object into a variable that a closure captures.
func (u *fieldUses) stored(st *ssa.Store, v ssa.Value) {
	cell, ok := st.Addr.(*ssa.Alloc)
	if !ok || st.Val != v {
		u.all = true
		return
	}
	u.variable(cell)
}

func (u *fieldUses) variable(cell ssa.Value) {
	if u.seen[cell] {
		return
	}
	u.seen[cell] = true
	for _, ref := range *cell.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp:
			if ref.Op == token.MUL {
				u.of(ref)
			}
		case *ssa.Store, *ssa.DebugRef:
		case *ssa.MakeClosure:
			if i := slices.Index(ref.Bindings, cell); i >= 0 {
				u.variable(ref.Fn.(*ssa.Function).FreeVars[i])
			}
		default:
			u.all = true
		}
	}
}

// passed looks at what a callee does to the object.
func (u *fieldUses) passed(c *ssa.CallCommon, v ssa.Value) {
	callee := irx.CalleeOf(c)
	spec := u.eng.Pkg.Model.Of(callee.Func)
	var contract *Contract
	if spec == nil && !callee.Dynamic {
		contract = u.eng.contract(callee)
	}
	for i, op := range irx.Operands(c) {
		switch {
		case op != v || spec != nil && specEffect(spec, i) == (outcome{ok: Borrowed, fail: Borrowed}):
		case contract == nil:
			u.all = true
		case contract.Unknown || contract.Unseen>>i&1 == 1:
			u.unseen = true
			u.effects(contract, i)
		default:
			u.effects(contract, i)
		}
	}
}

func (u *fieldUses) effects(c *Contract, operand int) {
	for _, p := range c.Params {
		switch {
		case p.Param != operand:
		case p.Path == 0 || p.Path.deep():
			u.all = true
		case p.Path.len() == 1:
			u.touch(int(p.Path) - 2).all = true
		default:
			in := u.touch(int(p.Path&stepMask) - 2)
			in.touched[int(p.Path>>stepBits&stepMask)-2] = true
		}
	}
}
