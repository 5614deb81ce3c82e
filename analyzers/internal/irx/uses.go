package irx

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// usage is where the functions of the package are used. It is made of one walk
// over the package when somebody first asks.
type usage struct {
	calls map[*ssa.Function][]ssa.CallInstruction
	// may are the calls of methods that are called through an interface, too.
	may     map[*ssa.Function][]ssa.CallInstruction
	uses    map[any][]ssa.Instruction        // by useKey
	invoked map[string][]ssa.CallInstruction // calls through an interface, by the name of the method
	// assigned are the values of variables of the package and of fields that hold
	// functions, by *ssa.Global and *types.Var.
	assigned map[any][]ssa.Value
}

// Calls returns the calls, go and defer statements of the package whose callee is
// fn as [CalleeOf] sees it, in the order of [Package.Funcs].
func (p *Package) Calls(fn *ssa.Function) []ssa.CallInstruction { return p.usage().calls[fn] }

// MayCalls returns the calls that may run fn: those of [Package.Calls], and those of
// interface methods that [Package.Implementations] resolves to it.
func (p *Package) MayCalls(fn *ssa.Function) []ssa.CallInstruction {
	u := p.usage()
	if may, ok := u.may[fn]; ok {
		return may
	}
	return u.calls[fn]
}

// Uses returns the instructions of the package, its initialization included, that
// have fn as an operand, or a function that was made of it: a method value, an
// instance. Each is there once, in the order of [Package.Funcs].
func (p *Package) Uses(fn *ssa.Function) []ssa.Instruction { return p.usage().uses[useKey(fn)] }

// Invoked reports whether the package calls a method of that name through an
// interface.
func (p *Package) Invoked(name string) bool { return len(p.usage().invoked[name]) > 0 }

// InvokedAs returns the calls of the package through an interface that the receiver
// of fn implements, or a type of the package that has fn by embedding it: they may run
// fn, or another method. A type that a function declares, and one of another package,
// is not looked at.
func (p *Package) InvokedAs(fn *ssa.Function) []ssa.CallInstruction {
	recv := fn.Signature.Recv()
	if recv == nil {
		return nil
	}
	var out []ssa.CallInstruction
	for _, call := range p.usage().invoked[fn.Name()] {
		if iface, ok := call.Common().Value.Type().Underlying().(*types.Interface); ok && p.implementedWith(fn, recv.Type(), iface) {
			out = append(out, call)
		}
	}
	return out
}

// implementedWith reports whether an interface is implemented with a method.
func (p *Package) implementedWith(fn *ssa.Function, recv types.Type, iface *types.Interface) bool {
	if types.Implements(recv, iface) || types.Implements(types.NewPointer(recv), iface) {
		return true
	}
	return slices.ContainsFunc(p.Implementers(p.Pass.Pkg, iface), func(t types.Type) bool {
		m, _, _ := types.LookupFieldOrMethod(t, true, p.Pass.Pkg, fn.Name())
		return m != nil && m == fn.Object()
	})
}

// useKey is the same for a function and for what is made of it.
func useKey(fn *ssa.Function) any {
	if obj := fn.Object(); obj != nil {
		return obj
	}
	return fn
}

func (p *Package) usage() *usage {
	p.useOnce.Do(func() {
		p.used = &usage{
			calls:   map[*ssa.Function][]ssa.CallInstruction{},
			may:     map[*ssa.Function][]ssa.CallInstruction{},
			uses:    map[any][]ssa.Instruction{},
			invoked: map[string][]ssa.CallInstruction{},

			assigned: map[any][]ssa.Value{},
		}
		for _, fn := range p.funcs {
			p.Confine(p.Pass.Analyzer.Name, fn, func() { p.noteIn(fn, p.noteCall) })
		}
		if init := p.prog.Func("init"); init != nil {
			p.noteIn(init, p.noteInvoked) // it is none of [Package.Funcs]
		}
	})
	return p.used
}

func (p *Package) noteIn(fn *ssa.Function, noteCall func(ssa.CallInstruction)) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				noteCall(call)
			}
			p.noteUses(instr)
			p.used.noteFunction(instr)
		}
	}
}

func (p *Package) noteUses(instr ssa.Instruction) {
	uses := p.used.uses
	var buf [8]*ssa.Value
	for _, op := range instr.Operands(buf[:0]) {
		fn, ok := (*op).(*ssa.Function)
		if !ok || fn.Pkg != nil && fn.Pkg != p.prog {
			continue
		}
		key := useKey(fn)
		if n := len(uses[key]); n == 0 || uses[key][n-1] != instr {
			uses[key] = append(uses[key], instr)
		}
	}
}

func (p *Package) noteInvoked(call ssa.CallInstruction) {
	if call.Common().IsInvoke() {
		name := call.Common().Method.Name()
		p.used.invoked[name] = append(p.used.invoked[name], call)
	}
}

func (p *Package) noteCall(call ssa.CallInstruction) {
	p.noteInvoked(call)
	u := p.used
	c := CalleeOf(call.Common())
	if c.Body != nil {
		u.calls[c.Body] = append(u.calls[c.Body], call)
		if may, ok := u.may[c.Body]; ok {
			u.may[c.Body] = append(may, call)
		}
		return
	}
	if !c.Dynamic || c.Func == nil {
		return
	}
	for _, fn := range p.Implementations(c.Func) {
		may, ok := u.may[fn]
		if !ok {
			may = slices.Clone(u.calls[fn])
		}
		u.may[fn] = append(may, call)
	}
}

// Callers returns the functions that call fn and wait for it, in the order of
// [Package.Funcs], and with a literal the functions around it.
func (p *Package) Callers(fn *ssa.Function) []*ssa.Function {
	in := map[*ssa.Function]bool{}
	for _, call := range p.Calls(fn) {
		if _, ok := call.(*ssa.Call); !ok {
			continue
		}
		for caller := call.Parent(); caller != nil; caller = caller.Parent() {
			in[caller] = true
		}
	}
	if len(in) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.funcs), func(f *ssa.Function) bool { return !in[f] })
}
