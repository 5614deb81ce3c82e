package registry

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- numbers of descriptors --
//
// The system gives out the lowest number that is free, so a number comes again: a map
// by it never has more entries than the process may have descriptors, and the next
// connection with the number replaces the entry. Must-analysis but for what is
// constant (the -1 of a failure): every value that a number may come from is one.

// Descriptor says of a function that its first result is the number of a descriptor.
type Descriptor struct{}

// AFact marks Descriptor as a fact.
func (*Descriptor) AFact() {}

func (*Descriptor) String() string { return "returns the number of a descriptor" }

// IsDescriptor reports whether a value is the number of a descriptor, or its text.
func (x *Index) IsDescriptor(v ssa.Value) bool {
	if _, ok := root(v).Type().Underlying().(*types.Basic); !ok {
		return false
	}
	d := &descriptors{x: x, seen: make(map[ssa.Value]bool)}
	return d.is(v) && d.found
}

// exportDescriptors tells other packages of the functions that return one.
func (x *Index) exportDescriptors() {
	for _, fn := range x.pkg.Funcs() {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || obj.Pkg() != x.pass.Pkg || obj.Signature().Results().Len() == 0 || !isInteger(obj.Signature().Results().At(0).Type()) {
			continue
		}
		d := &descriptors{x: x, seen: make(map[ssa.Value]bool)}
		if d.returns(fn) && d.found {
			x.pass.ExportObjectFact(obj, new(Descriptor))
		}
	}
}

func isInteger(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// descriptors follows one value back to what it comes from.
type descriptors struct {
	x    *Index
	seen map[ssa.Value]bool
	// found: at least one of its origins is a descriptor.
	found bool
}

// maxOrigins bounds the values that are looked at.
const maxOrigins = 64

// is reports whether nothing says that a value is no descriptor.
func (d *descriptors) is(v ssa.Value) bool {
	if d.seen[v] {
		return true
	}
	if len(d.seen) > maxOrigins {
		return false
	}
	d.seen[v] = true
	switch v := v.(type) {
	case *ssa.Const:
		return true
	case *ssa.MakeInterface:
		return d.is(v.X)
	case *ssa.ChangeType:
		return d.is(v.X)
	case *ssa.Convert:
		return isInteger(v.Type()) && d.is(v.X)
	case *ssa.Phi:
		return !slices.ContainsFunc(v.Edges, func(e ssa.Value) bool { return !d.is(e) })
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return ok && v.Index == 0 && d.given(call)
	case *ssa.Call:
		return d.given(v)
	case *ssa.Parameter:
		return d.passed(v)
	case *ssa.UnOp:
		return v.Op == token.MUL && d.stored(v.X)
	case *ssa.Field:
		return d.field(fieldOf(v.X.Type(), v.Field))
	}
	return false
}

// given reports whether the first result of a call is one.
func (d *descriptors) given(call *ssa.Call) bool {
	c, ops := irx.CalleeOf(call.Common()), irx.Operands(call.Common())
	switch {
	case c.Func == nil:
		return c.Body != nil && d.returns(c.Body)
	case d.x.gives(c.Func, ops):
		d.found = true
		return true
	case c.Body != nil:
		return d.returns(c.Body)
	case c.Func.Pkg() != nil && c.Func.Pkg().Path() == "strconv" && len(ops) > 0:
		return d.is(ops[0]) // the number as a text
	}
	return false
}

// gives reports whether a function of another package returns one: an accept of the
// system's, the method Fd of files, the reflection of the field Sysfd, or by its fact.
func (x *Index) gives(fn *types.Func, ops []ssa.Value) bool {
	if fn.Pkg() == nil || fn.Pkg() == x.pass.Pkg {
		return false
	}
	if fn.Name() == "Fd" && fn.Signature().Recv() != nil && fn.Signature().Params().Len() == 0 {
		return true
	}
	switch path := fn.Pkg().Path(); {
	case path == "syscall" || path == "golang.org/x/sys/unix":
		switch fn.Name() {
		case "Accept", "Accept4", "Dup", "Socket":
			return true
		}
		return false
	case path == "reflect":
		return (fn.Name() == "Int" || fn.Name() == "Uint") && len(ops) > 0 && isSysfd(ops[0])
	}
	return x.pass.ImportObjectFact(fn.Origin(), new(Descriptor))
}

// isSysfd reports whether a value is the reflection of the field in which packages
// net and os keep the number.
func isSysfd(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok || len(call.Call.Args) != 2 {
		return false
	}
	fn := irx.CalleeOf(call.Common()).Func
	name, ok := call.Call.Args[1].(*ssa.Const)
	return ok && fn != nil && fn.FullName() == "(reflect.Value).FieldByName" && name.Value != nil && strings.EqualFold(constant.StringVal(name.Value), "sysfd")
}

// returns reports whether all first results of a function are.
func (d *descriptors) returns(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if ok && (len(ret.Results) == 0 || !d.is(ret.Results[0])) {
			return false
		}
	}
	return true
}

// passed reports whether a parameter is what a raw connection gives its callback, or
// what each caller passes is one, when this package has all callers.
func (d *descriptors) passed(p *ssa.Parameter) bool {
	fn := p.Parent()
	if isUintptr(p.Type()) && fn.Parent() != nil && len(fn.Params) == 1 && d.x.givenRaw(fn) {
		d.found = true
		return true
	}
	if fn.Object() != nil && fn.Object().Exported() && d.x.pass.Pkg.Name() != "main" {
		return false
	}
	i, calls := slices.Index(fn.Params, p), d.x.pkg.MayCalls(fn)
	return len(calls) > 0 && !slices.ContainsFunc(calls, func(c ssa.CallInstruction) bool {
		ops := irx.Operands(c.Common())
		return i >= len(ops) || !d.is(ops[i])
	})
}

// givenRaw reports whether a literal is given to a method as those of raw connections
// are called, and to nothing else.
func (x *Index) givenRaw(lit *ssa.Function) bool {
	uses := x.pkg.Uses(lit)
	return len(uses) > 0 && !slices.ContainsFunc(uses, func(use ssa.Instruction) bool {
		mc, made := use.(*ssa.MakeClosure)
		if !made {
			return !isRawCall(use)
		}
		return slices.ContainsFunc(*mc.Referrers(), func(ref ssa.Instruction) bool { return !isRawCall(ref) })
	})
}

func isRawCall(use ssa.Instruction) bool {
	call, ok := use.(ssa.CallInstruction)
	if !ok {
		return false
	}
	fn := irx.CalleeOf(call.Common()).Func
	return fn != nil && fn.Signature().Recv() != nil && (fn.Name() == "Control" || fn.Name() == "Read" || fn.Name() == "Write")
}

func isUintptr(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uintptr
}

// stored reports whether all that is stored at an address is.
func (d *descriptors) stored(addr ssa.Value) bool {
	switch addr := addr.(type) {
	case *ssa.FieldAddr:
		return d.field(fieldOf(addr.X.Type(), addr.Field))
	case *ssa.Alloc:
		return d.variable(addr)
	case *ssa.FreeVar:
		cell, ok := d.x.Binding(addr).(*ssa.Alloc)
		return ok && d.variable(cell)
	}
	return false
}

// variable is the same for a variable of a function and the literals in it.
func (d *descriptors) variable(cell ssa.Value) bool {
	return !slices.ContainsFunc(*cell.Referrers(), func(ref ssa.Instruction) bool {
		switch ref := ref.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
			return false
		case *ssa.Store:
			return ref.Addr != cell || !d.is(ref.Val)
		case *ssa.MakeClosure:
			fv := ref.Fn.(*ssa.Function).FreeVars[slices.Index(ref.Bindings, cell)]
			return !d.variable(fv)
		}
		return true
	})
}

// field is the same for a field of all objects of its type, when only this package can
// set it; what is not set is 0.
func (d *descriptors) field(f *types.Var) bool {
	if f == nil || f.Pkg() != d.x.pass.Pkg || f.Exported() && f.Pkg().Name() != "main" {
		return false
	}
	return !slices.ContainsFunc(d.x.storesOf(f), func(v ssa.Value) bool { return v == nil || !d.is(v) })
}

// storesOf returns what the package stores in a field, where its variables are made,
// too; nil is among it when the address of the field goes elsewhere.
func (x *Index) storesOf(f *types.Var) []ssa.Value {
	if x.stores == nil {
		x.stores = make(map[*types.Var][]ssa.Value)
		x.each(x.noteStores)
		if init := x.pkg.SSA().Func("init"); init != nil {
			eachIn(init, x.noteStores)
		}
	}
	return x.stores[f]
}

func (x *Index) noteStores(instr ssa.Instruction) {
	addr, ok := instr.(*ssa.FieldAddr)
	if !ok {
		return
	}
	f := fieldOf(addr.X.Type(), addr.Field)
	for _, use := range *addr.Referrers() {
		switch use := use.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			if use.Addr == addr {
				x.stores[f] = append(x.stores[f], use.Val)
			} else {
				x.stores[f] = append(x.stores[f], nil)
			}
		default:
			x.stores[f] = append(x.stores[f], nil)
		}
	}
}
