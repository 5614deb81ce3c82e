package acceptloop

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- where a listener comes from --
//
// A backward must-analysis: the listener is followed through variables, private
// fields, parameters of which every caller is seen and functions of this package
// that return it, to what makes it. One way that cannot be followed, and nothing is
// known.

// Opened returns what makes the listener of a loop, the results of calls and objects
// that are made here; all is false when it may come from elsewhere, too. A
// function of this package for which whole holds is not looked into; nil holds for none.
func (r *Result) Opened(l *Loop, whole func(*ssa.Function) bool) (from []ssa.Value, all bool) {
	for l.Via != nil {
		if l.Callee == nil {
			return nil, false
		}
		l = l.Callee
	}
	return r.OpenedBy(l.Listener, whole)
}

// OpenedBy is [Result.Opened] for a value that is a listener.
func (r *Result) OpenedBy(v ssa.Value, whole func(*ssa.Function) bool) (from []ssa.Value, all bool) {
	if v == nil || r.finder == nil {
		return nil, false
	}
	o := &opening{f: r.finder, whole: whole, seen: map[any]bool{}}
	o.from(v)
	return o.made, !o.lost && len(o.made) > 0
}

// maxOpening bounds the values that are followed.
const maxOpening = 100

type opening struct {
	f     *finder
	whole func(*ssa.Function) bool
	seen  map[any]bool
	made  []ssa.Value
	lost  bool
}

func (o *opening) visit(key any) bool {
	if o.lost || o.seen[key] {
		return false
	}
	o.seen[key] = true
	o.lost = len(o.seen) > maxOpening
	return !o.lost
}

func (o *opening) from(v ssa.Value) {
	if !o.visit(v) {
		return
	}
	switch v := v.(type) {
	case *ssa.Const:
	case *ssa.MakeInterface:
		o.from(v.X)
	case *ssa.ChangeInterface:
		o.from(v.X)
	case *ssa.ChangeType:
		o.from(v.X)
	case *ssa.TypeAssert:
		o.from(v.X)
	case *ssa.Phi:
		for _, e := range v.Edges {
			o.from(e)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			o.stored(v.X)
		} else {
			o.lost = true
		}
	case *ssa.Extract:
		switch tuple := v.Tuple.(type) {
		case *ssa.TypeAssert:
			o.from(tuple.X)
		case *ssa.Call:
			o.returned(v, tuple, v.Index)
		default:
			o.lost = true
		}
	case *ssa.Call:
		o.returned(v, v, 0)
	case *ssa.Alloc:
		o.made = append(o.made, v)
	case *ssa.Parameter:
		o.passed(v)
	default:
		o.lost = true
	}
}

// returned follows what a function of this package returns; any other call makes the
// listener.
func (o *opening) returned(v ssa.Value, call *ssa.Call, i int) {
	callee := irx.CalleeOf(call.Common())
	if callee.Body == nil || callee.Dynamic || len(callee.Body.Blocks) == 0 || o.whole != nil && o.whole(callee.Body) {
		o.made = append(o.made, v)
		return
	}
	for _, b := range callee.Body.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && b != callee.Body.Recover {
			o.from(ret.Results[i])
		}
	}
}

// passed follows a parameter to all callers, when these are known.
func (o *opening) passed(p *ssa.Parameter) {
	i := slices.Index(p.Parent().Params, p)
	calls := o.f.allCalls(p.Parent())
	o.lost = o.lost || len(calls) == 0
	for _, call := range calls {
		if args := call.Common().Args; i < len(args) && !call.Common().IsInvoke() {
			o.from(args[i])
		} else {
			o.lost = true
		}
	}
}

// allCalls returns all calls of a function, or none when it may be called from
// elsewhere: it is exported, or used as a value, or may be called through an
// interface.
func (f *finder) allCalls(fn *ssa.Function) []ssa.CallInstruction {
	obj := fn.Object()
	if obj != nil && obj.Exported() && f.pkg.Pass.Pkg.Name() != "main" {
		return nil
	}
	if fn.Signature.Recv() != nil && f.pkg.Invoked(fn.Name()) {
		return nil
	}
	calls := f.pkg.Calls(fn)
	if slices.ContainsFunc(f.pkg.Uses(fn), func(use ssa.Instruction) bool { return !isCallOf(use, fn) }) {
		return nil
	}
	return calls
}

// isCallOf reports whether a use of a function is a call of it, or makes the literal
// that is only called.
func isCallOf(use ssa.Instruction, fn ssa.Value) bool {
	switch use := use.(type) {
	case *ssa.MakeClosure:
		return use.Fn == fn && !slices.ContainsFunc(*use.Referrers(), func(ref ssa.Instruction) bool { return !isCallOf(ref, use) })
	case ssa.CallInstruction:
		return use.Common().Value == fn && !slices.Contains(use.Common().Args, fn)
	}
	return false
}

// stored follows what a variable or a private field is given.
func (o *opening) stored(addr ssa.Value) {
	switch a := addr.(type) {
	case *ssa.Alloc:
		o.cell(a)
	case *ssa.FreeVar:
		if b := irx.Binding(a); b != nil {
			o.stored(b)
		} else {
			o.lost = true
		}
	case *ssa.FieldAddr:
		o.field(a)
	default:
		o.lost = true
	}
}

// cell follows what is stored in a variable, also by literals that capture it.
func (o *opening) cell(addr ssa.Value) {
	if !o.visit(addr) {
		return
	}
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr == addr {
				o.from(ref.Val)
			} else {
				o.lost = true
			}
		case *ssa.MakeClosure:
			for i, b := range ref.Bindings {
				if b == addr {
					o.cell(ref.Fn.(*ssa.Function).FreeVars[i])
				}
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			o.lost = true
		}
	}
}

// field follows what the package stores in a field that only it can name.
func (o *opening) field(addr *ssa.FieldAddr) {
	f := fieldVar(addr)
	if f == nil || f.Pkg() != o.f.pkg.Pass.Pkg || f.Exported() && f.Pkg().Name() != "main" {
		o.lost = true
		return
	}
	if !o.visit(f) {
		return
	}
	for _, fn := range o.f.pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if fa, ok := instr.(*ssa.FieldAddr); ok && fieldVar(fa) == f {
					o.cell(fa)
				}
			}
		}
	}
}

func fieldVar(addr *ssa.FieldAddr) *types.Var {
	ptr, ok := addr.X.Type().Underlying().(*types.Pointer)
	if !ok {
		return nil
	}
	s, ok := ptr.Elem().Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	return s.Field(addr.Field).Origin()
}

// Plain reports whether the connections of a loop are the kernel's own, of TCP or a
// Unix socket: its listener is one that package net makes.
func (r *Result) Plain(l *Loop) bool {
	from, all := r.Opened(l, nil)
	return all && !slices.ContainsFunc(from, func(v ssa.Value) bool { return !r.finder.plain(v) })
}

func (f *finder) plain(v ssa.Value) bool {
	if ex, ok := v.(*ssa.Extract); ok {
		v = ex.Tuple
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	fn := irx.CalleeOf(call.Common()).Func
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "net" && f.pkg.Model.Of(fn) != nil
}
