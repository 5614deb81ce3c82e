package irx

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Callee is what is known of the target of a call.
type Callee struct {
	// Func is the target as go/types sees it: a declared function or method,
	// or the interface method of a dynamic call. It is nil for a function value.
	Func *types.Func
	// Body is the target's SSA form when it is in the package under analysis
	// (a declared function, a literal, a bound method); nil otherwise.
	Body *ssa.Function
	// Dynamic says that Func is an interface method or nil: the target is
	// chosen at run time.
	Dynamic bool
	// Builtin is the name of a builtin function, or "".
	Builtin string
}

// CalleeOf resolves the target of a call without looking at data flow, except
// that a literal called where it is made is seen.
func CalleeOf(call *ssa.CallCommon) Callee {
	if call.IsInvoke() {
		return Callee{Func: call.Method, Dynamic: true}
	}
	switch v := call.Value.(type) {
	case *ssa.Builtin:
		return Callee{Builtin: v.Name()}
	case *ssa.Function:
		return CalleeOfFunc(v)
	case *ssa.MakeClosure:
		return CalleeOfFunc(v.Fn.(*ssa.Function))
	}
	return Callee{Dynamic: true}
}

// CalleeOfFunc returns what is known of a function as the target of a call.
func CalleeOfFunc(fn *ssa.Function) Callee {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	c := Callee{Body: fn}
	c.Func, _ = fn.Object().(*types.Func)
	if len(fn.Blocks) == 0 {
		c.Body = nil
	}
	return c
}

// Operands returns the values that a call passes, numbered as in the model: the
// receiver first, also for a dynamic call.
func Operands(call *ssa.CallCommon) []ssa.Value {
	if !call.IsInvoke() {
		return call.Args
	}
	ops := make([]ssa.Value, 0, len(call.Args)+1)
	return append(append(ops, call.Value), call.Args...)
}

// implementations maps a method of an interface declared in the package to the
// methods of the package's own types that a call of it can reach.
type implementations map[*types.Func][]*types.Func

// Implementations returns the methods of this package that a dynamic call of
// the interface method m can reach, when m's interface is declared in this package
// and nobody else can implement it, being unexported or having a method that is;
// else nil.
func (p *Package) Implementations(m *types.Func) []*ssa.Function { return p.bodies(p.impls[m]) }

// OwnImplementations returns the methods of this package that a dynamic call of
// the method m of an interface of this package can reach. There may be others.
func (p *Package) OwnImplementations(m *types.Func) []*ssa.Function {
	if all := p.impls[m]; all != nil {
		return p.bodies(all)
	}
	return p.bodies(p.openImpls[m])
}

func (p *Package) bodies(methods []*types.Func) (out []*ssa.Function) {
	for _, m := range methods {
		if fn := p.prog.Prog.FuncValue(m); fn != nil && len(fn.Blocks) > 0 {
			out = append(out, fn)
		}
	}
	return out
}

// findImplementations looks at all interfaces of a package; those that nobody else
// can implement are closed.
func findImplementations(pkg *types.Package) (closed, open implementations) {
	ifaces, concrete := declaredTypes(pkg)
	closed, open = implementations{}, implementations{}
	for _, in := range ifaces {
		of, iface := open, in.Type().Underlying().(*types.Interface)
		if !in.Exported() || hasUnexported(iface) {
			of = closed
		}
		for _, c := range concrete {
			addImplementation(of, iface, c)
		}
	}
	return closed, open
}

func hasUnexported(iface *types.Interface) bool {
	for m := range iface.Methods() {
		if !m.Exported() {
			return true
		}
	}
	return false
}

func addImplementation(impls implementations, iface *types.Interface, c *types.TypeName) {
	ptr := types.NewPointer(c.Type())
	if iface.NumMethods() == 0 || !types.Implements(ptr, iface) {
		return
	}
	for m := range iface.Methods() {
		obj, _, _ := types.LookupFieldOrMethod(ptr, false, c.Pkg(), m.Name())
		if fn, ok := obj.(*types.Func); ok {
			impls[m] = append(impls[m], fn)
		}
	}
}

// declaredTypes returns the types that a package declares at its top level, in order
// of name: interfaces and others. Aliases and generic types are left out.
func declaredTypes(pkg *types.Package) (ifaces, concrete []*types.TypeName) {
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() {
			continue
		}
		if named, ok := tn.Type().(*types.Named); !ok || named.TypeParams().Len() > 0 {
			continue
		}
		if types.IsInterface(tn.Type()) {
			ifaces = append(ifaces, tn)
		} else {
			concrete = append(concrete, tn)
		}
	}
	return ifaces, concrete
}

// Implementers returns pointers to the types that a package declares at its top
// level and that implement the interface, in order of name.
func (p *Package) Implementers(pkg *types.Package, iface *types.Interface) []types.Type {
	p.declaring.Lock()
	ptrs, ok := p.pointers[pkg]
	if !ok {
		_, concrete := declaredTypes(pkg)
		for _, c := range concrete {
			ptrs = append(ptrs, types.NewPointer(c.Type()))
		}
		if p.pointers == nil {
			p.pointers = map[*types.Package][]types.Type{}
		}
		p.pointers[pkg] = ptrs
	}
	p.declaring.Unlock()
	var out []types.Type
	for _, ptr := range ptrs {
		if types.Implements(ptr, iface) {
			out = append(out, ptr)
		}
	}
	return out
}
