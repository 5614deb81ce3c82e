package own

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what is known on one path --

// known is what is known of values, and of what the variables hold whose address a
// value is.
type known map[ssa.Value]fact

// fact is what is known of one value: whether it is nil, or which constant it is.
type fact struct {
	null tri
	is   constant.Value // nil when it is not known
}

// of returns what is known of v.
func (set known) of(v ssa.Value) fact {
	if c, ok := v.(*ssa.Const); ok {
		return fact{triOf(c.IsNil()), c.Value}
	}
	return set[v]
}

// factOf returns what is known of v once the instructions before it have run.
func (e *Engine) factOf(v ssa.Value, set known) fact {
	if f := set.of(v); f != (fact{}) {
		return f
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		switch {
		case v.Op == token.NOT:
			return factOfTruth(set.truth(v.X).not())
		case v.Op != token.MUL:
			return fact{}
		}
		if f := set[v.X]; f != (fact{}) {
			return f
		}
		if a, ok := v.X.(*ssa.Alloc); ok && lastStored(v, a) != nil {
			return e.factOf(lastStored(v, a), set)
		}
	case *ssa.BinOp:
		return factOfTruth(set.truth(v))
	case *ssa.ChangeInterface:
		return set.of(v.X)
	case *ssa.ChangeType:
		return set.of(v.X)
	case *ssa.Call:
		if irx.IsError(v.Type()) && slices.ContainsFunc(v.Call.Args, func(a ssa.Value) bool { return irx.IsError(a.Type()) && set[a].null == no }) {
			return fact{null: no} // it makes one error of another
		}
	}
	if irx.Nilable(v.Type()) && e.neverNil(v, map[ssa.Value]bool{}) {
		return fact{null: no}
	}
	return fact{}
}

func factOfTruth(t tri) fact {
	if t == maybe {
		return fact{}
	}
	return fact{is: constant.MakeBool(t == yes)}
}

// truth tells whether a condition holds.
func (set known) truth(cond ssa.Value) tri {
	if c := set.of(cond).is; c != nil && c.Kind() == constant.Bool {
		return triOf(constant.BoolVal(c))
	}
	cmp, ok := cond.(*ssa.BinOp)
	if !ok {
		return maybe
	}
	x, y := set.of(cmp.X), set.of(cmp.Y)
	if x.is != nil && y.is != nil && x.is.Kind() == y.is.Kind() && cmp.Op.Precedence() == token.EQL.Precedence() {
		return triOf(constant.Compare(x.is, cmp.Op, y.is))
	}
	equal := maybe
	switch {
	case irx.IsNil(cmp.Y):
		equal = x.null
	case irx.IsNil(cmp.X):
		equal = y.null
	}
	switch cmp.Op {
	case token.EQL:
		return equal
	case token.NEQ:
		return equal.not()
	}
	return maybe
}

// derefsNil reports whether the instruction goes through a pointer, or calls a
// method of an interface, that is nil.
func (set known) derefsNil(instr ssa.Instruction) bool {
	isNil := func(v ssa.Value) bool {
		_, written := v.(*ssa.Const)
		return !written && set.of(v).null == yes
	}
	switch instr := instr.(type) {
	case *ssa.FieldAddr:
		return isNil(instr.X)
	case *ssa.UnOp:
		_, local := instr.X.(*ssa.Alloc)
		return instr.Op == token.MUL && !local && isPointer(instr.X.Type()) && isPointerValue(instr.X) && isNil(instr.X)
	case ssa.CallInstruction:
		if instr.Common().IsInvoke() {
			return isNil(instr.Common().Value)
		}
		_, started := instr.(*ssa.Go)
		ops := instr.Common().Args
		return !started && len(ops) > 0 && isNil(ops[0]) && derefsAtOnce(irx.CalleeOf(instr.Common()))
	}
	return false
}

// isPointerValue reports whether v is a pointer that a variable holds, and not the
// variable itself, of which a known fact tells what it holds.
func isPointerValue(v ssa.Value) bool {
	switch v.(type) {
	case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Global, *ssa.FreeVar, *ssa.Alloc:
		return false
	}
	return true
}

// derefsAtOnce reports whether a method uses a field of its receiver before it
// decides anything.
func derefsAtOnce(callee irx.Callee) bool {
	fn := callee.Body
	if fn == nil || fn.Signature.Recv() == nil {
		return false
	}
	return slices.ContainsFunc(fn.Blocks[0].Instrs, func(instr ssa.Instruction) bool {
		f, ok := instr.(*ssa.FieldAddr)
		return ok && f.X == ssa.Value(fn.Params[0])
	})
}

// -- calls that take no time --

// tellsOf reports whether a call only tells of an error: a logger's, and what
// makes one error of another. It is given text, errors or anything, and what it
// gives back is another error, or nothing but the next logger. Closing something
// is as short, and so is a function of the package that does nothing else.
func (e *Engine) tellsOf(call *ssa.Call, set known, depth int) bool {
	c := call.Common()
	callee := irx.CalleeOf(c)
	sig := c.Signature()
	switch {
	case callee.Func == nil && isCancel(c.Value.Type()):
		return true
	case callee.Func != nil && sig.Recv() != nil && saysRelease(callee.Func.Name()):
		return true
	case callee.Body != nil && e.onlyTells(callee.Body, set, depth):
		return true
	case !takesText(sig):
		return false
	}
	switch sig.Results().Len() {
	case 0:
		return sig.Params().Len() > 0
	case 1:
		return makesError(sig) && sig.Params().Len() > 0 && !irx.IsError(call.Type()) || irx.IsError(call.Type()) && slices.ContainsFunc(c.Args, func(a ssa.Value) bool { return set[a].null == no }) || onlyAsked(call)
	}
	return false
}

// takesText reports whether a function is given nothing but text, errors or anything; one
// that makes an error, numbers too.
func takesText(sig *types.Signature) bool {
	for p := range sig.Params().Variables() {
		t := p.Type()
		if s, ok := t.(*types.Slice); ok && sig.Variadic() && p == sig.Params().At(sig.Params().Len()-1) {
			t = s.Elem()
		}
		if b, ok := t.Underlying().(*types.Basic); !isAny(t) && !irx.IsError(t) && !irx.IsBytes(t) && (!ok || b.Kind() != types.String && !makesError(sig)) {
			return false
		}
	}
	return true
}

// makesError reports whether all that a function gives is an error, of whatever type:
// one with a status to exit with, perhaps.
func makesError(sig *types.Signature) bool {
	return sig.Results().Len() == 1 && irx.HasMethod(sig.Results().At(0).Type(), "Error")
}

// onlyTells reports whether a function has no loop, and does nothing but tell.
func (e *Engine) onlyTells(fn *ssa.Function, set known, depth int) bool {
	if depth > maxTells {
		return false
	}
	for _, b := range fn.Blocks {
		if e.shape(fn).inLoop(b) {
			return false
		}
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok && e.tellsOf(call, set, depth+1) {
				continue
			}
			if !e.brief(instr) {
				return false
			}
		}
	}
	return true
}

// maxTells is how deep in callees [Engine.onlyTells] looks.
const maxTells = 2

// isCancel reports whether t is the type of what ends a context.
func isCancel(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context"
}

// onlyAsked reports whether a value is nothing but the receiver of other calls.
func onlyAsked(v ssa.Value) bool {
	return !slices.ContainsFunc(*v.Referrers(), func(ref ssa.Instruction) bool {
		call, ok := ref.(*ssa.Call)
		if !ok {
			return true
		}
		f := irx.CalleeOf(call.Common()).Func
		ops := irx.Operands(call.Common())
		return f == nil || f.Signature().Recv() == nil || ops[0] != v
	})
}
