package errpath

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what functions do with a connection that is nil --
//
// A function uses its operand when it calls a method of it, or gives it to one that
// does, and nowhere compares it with nil; it keeps it when it stores it in an object:
// then it is used where the object is. May-analysis of the paths in the function, which
// has no reason to be called if it does neither. Of the standard library a function
// that returns an error, or nothing, reads or writes, and one that returns an object
// keeps.

// NilUse says which operands, connections, a function uses or keeps without looking for
// nil: bit i is operand i, the receiver first.
type NilUse struct{ Uses, Keeps uint64 }

// AFact marks NilUse as a fact.
func (*NilUse) AFact() {}

func (n *NilUse) String() string {
	var out []string
	for i := range 64 {
		if n.Uses&(1<<i) != 0 {
			out = append(out, fmt.Sprintf("uses operand %d", i))
		} else if n.Keeps&(1<<i) != 0 {
			out = append(out, fmt.Sprintf("keeps operand %d", i))
		}
	}
	return strings.Join(out, ", ")
}

// findNilUses gives the functions of the package that get connections their facts.
func (r *Result) findNilUses() {
	for _, component := range r.pkg.BottomUp() {
		for _, fn := range component {
			n := r.nilUse(fn)
			if n == (NilUse{}) {
				continue
			}
			r.nilUses[fn] = n
			if obj, ok := fn.Object().(*types.Func); ok && obj.Exported() && obj.Pkg() == r.pass.Pkg {
				r.pass.ExportObjectFact(obj, &n)
			}
		}
	}
}

func (r *Result) nilUse(fn *ssa.Function) (n NilUse) {
	for i, p := range fn.Params {
		if i >= 64 || !isConnection(p.Type()) {
			continue
		}
		names := aliases(p)
		if slices.ContainsFunc(names, comparesWithNil) {
			continue
		}
		for _, v := range names {
			n = r.usesOf(n, v, 1<<i)
		}
	}
	return n
}

// aliases are a value, what it is converted to, and what is loaded from variables that
// hold it, here and in literals.
func aliases(v ssa.Value) []ssa.Value {
	out := []ssa.Value{v}
	add := func(w ssa.Value) {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	for i := 0; i < len(out) && len(out) < maxTraced; i++ {
		_, isVariable := out[i].Type().Underlying().(*types.Pointer)
		for _, ref := range referrers(out[i]) {
			switch ref := ref.(type) {
			case *ssa.MakeInterface:
				add(ref)
			case *ssa.ChangeInterface:
				add(ref)
			case *ssa.ChangeType:
				add(ref)
			case *ssa.Store:
				if cell, ok := ref.Addr.(*ssa.Alloc); ok && ref.Val == out[i] {
					add(cell)
				}
			case *ssa.UnOp:
				if ref.Op == token.MUL && isVariable {
					add(ref)
				}
			case *ssa.MakeClosure:
				add(ref.Fn.(*ssa.Function).FreeVars[slices.Index(ref.Bindings, out[i])])
			}
		}
	}
	return out
}

func referrers(v ssa.Value) []ssa.Instruction {
	if refs := v.Referrers(); refs != nil {
		return *refs
	}
	return nil
}

func comparesWithNil(v ssa.Value) bool {
	return slices.ContainsFunc(referrers(v), func(ref ssa.Instruction) bool {
		b, ok := ref.(*ssa.BinOp)
		return ok && (irx.IsNil(b.X) || irx.IsNil(b.Y))
	})
}

// usesOf adds what is done with a value.
func (r *Result) usesOf(n NilUse, v ssa.Value, bit uint64) NilUse {
	for _, ref := range referrers(v) {
		switch ref := ref.(type) {
		case *ssa.Store:
			if _, inField := ref.Addr.(*ssa.FieldAddr); inField && ref.Val == v {
				n.Keeps |= bit
			}
		case ssa.CallInstruction:
			c, ops := irx.CalleeOf(ref.Common()), irx.Operands(ref.Common())
			does := r.nilUseOf(c)
			for i, op := range ops {
				if op != v {
					continue
				}
				if does.Uses&(1<<i) != 0 || i == 0 && hasReceiver(c) {
					n.Uses |= bit
				}
				if does.Keeps&(1<<i) != 0 {
					n.Keeps |= bit
				}
			}
		}
	}
	return n
}

// hasReceiver reports whether a call is one of a method that is not of the program's.
func hasReceiver(c irx.Callee) bool {
	return c.Func != nil && c.Body == nil && c.Func.Signature().Recv() != nil
}

// nilUseOf is what a callee does with its operands.
func (r *Result) nilUseOf(c irx.Callee) (n NilUse) {
	switch {
	case c.Dynamic || c.Func == nil && c.Body == nil:
	case c.Body != nil:
		return r.nilUses[c.Body]
	case c.Func.Pkg() != nil && r.pkg.Standard(c.Func.Pkg()):
		return nilUseOfStandard(c.Func.Signature())
	case c.Func.Pkg() != nil && c.Func.Pkg() != r.pass.Pkg:
		r.pass.ImportObjectFact(c.Func.Origin(), &n)
	}
	return n
}

// nilUseOfStandard judges by the signature: a reader, a writer or a connection.
func nilUseOfStandard(sig *types.Signature) (n NilUse) {
	results := sig.Results()
	reads := results.Len() == 0 || irx.IsError(results.At(results.Len()-1).Type())
	first := 0
	if sig.Recv() != nil {
		first = 1
	}
	for i := range sig.Params().Len() {
		t := sig.Params().At(i).Type()
		if sig.Variadic() && i == sig.Params().Len()-1 || !irx.HasMethod(t, "Read") && !irx.HasMethod(t, "Write") {
			continue
		}
		if reads {
			n.Uses |= 1 << (first + i)
		} else {
			n.Keeps |= 1 << (first + i)
		}
	}
	return n
}

// -- objects and fields that hold it on a path --

// keepsNil: what a call makes of the connection stands for it, or the object that it
// stores it in, if that was made for this connection.
func (p *player) keepsNil(call *ssa.Call, s state) state {
	c := irx.CalleeOf(call.Common())
	if p.conn == nil || c.Body != nil || c.Func == nil || c.Dynamic {
		return s
	}
	does, ops := p.r.nilUseOf(c), irx.Operands(call.Common())
	for i, op := range ops {
		if does.Keeps&(1<<i) == 0 || p.eval(op, s) != isConn {
			continue
		}
		switch {
		case i > 0 && c.Func.Signature().Recv() != nil && madeInLoop(ops[0]):
			s = s.with(ops[0], isConn)
		case c.Func.Signature().Recv() == nil && c.Func.Signature().Results().Len() == 1:
			s = s.with(call, isConn)
		}
	}
	return s
}

// remade forgets what an object holds that is made anew, in the next turn of a loop.
// What is known of the results of Accept is known since the call.
func (p *player) remade(instr ssa.Instruction, s state) state {
	switch v := instr.(type) {
	case *ssa.Call:
		return s.with(v, unknown)
	case *ssa.Extract:
		if v.Tuple != ssa.Value(p.call) {
			return s.with(v, unknown)
		}
	case *ssa.Alloc:
		return s.with(v, unknown)
	}
	return s
}

// madeInLoop reports whether an object is made by a call, or here, in a loop: another
// one for each connection.
func madeInLoop(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return ok && onLoop(call.Block())
	case *ssa.Call:
		return onLoop(v.Block())
	case *ssa.Alloc:
		return onLoop(v.Block())
	}
	return false
}

// field returns the address, under which the state knows that a field of an object that
// was there before holds the connection; nil when it does not.
func (s state) field(f *ssa.FieldAddr) ssa.Value {
	for v, is := range s.env {
		g, ok := v.(*ssa.FieldAddr)
		if ok && is == isConn && g.Field == f.Field && sameObject(g.X, f.X) {
			return g
		}
	}
	return nil
}

// withField notes what such a field holds, as far as it is the connection.
func (s state) withField(f *ssa.FieldAddr, is value) state {
	if old := s.field(f); old != nil {
		s = s.with(old, unknown)
	}
	if is != isConn {
		return s
	}
	return s.with(f, is)
}

// found returns the state in which a value is not nil.
func (s state) found(v ssa.Value) state {
	if load, ok := v.(*ssa.UnOp); ok {
		if f, ok := load.X.(*ssa.FieldAddr); ok {
			s = s.withField(f, unknown)
		}
	}
	return s.with(v, nonNil)
}

// sameObject reports whether two values are one, or loaded from one variable.
func sameObject(a, b ssa.Value) bool {
	x, ok1 := a.(*ssa.UnOp)
	y, ok2 := b.(*ssa.UnOp)
	return a == b || ok1 && ok2 && x.Op == token.MUL && y.Op == token.MUL && x.X == y.X && !isField(x.X)
}

func isField(v ssa.Value) bool {
	_, ok := v.(*ssa.FieldAddr)
	return ok
}
