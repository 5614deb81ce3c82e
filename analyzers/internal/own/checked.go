package own

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- calls that fail only by the values they are given --
//
// A multiplexer verifies its configuration, and does nothing else that can fail:
// with the default one, or one that is written out, the call always succeeds.
// Must-analysis on both sides. In the callee, each return that may tell of
// failure gives an error made there, behind branches on nothing but values of
// parameters that are no connections, or the error of a callee of the same sort.
// In the caller, these operands are made of constants. What it cannot see
// through (a loop's calls, a global, the clock) makes the call one that can fail.

// checkedParams returns the parameters whose values alone decide whether fn
// fails; 0 when something else may.
func (e *Engine) checkedParams(fn *ssa.Function, d disc) uint32 {
	if d.kind != byError {
		return 0
	}
	c := &checked{eng: e, fn: fn}
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if ok && (b == fn.Recover || !c.failure(ret.Results[d.index], b, 0)) {
			return 0
		}
	}
	return c.mask
}

// checked collects the parameters.
type checked struct {
	eng  *Engine
	fn   *ssa.Function
	mask uint32
	at   []*ssa.BasicBlock // those whose branches are looked at
	// calls are those whose operands are looked at.
	calls []*ssa.Call
	// objects are those whose stores are looked at.
	objects []ssa.Value
}

// maxExpr bounds the depth of an expression that is looked at.
const maxExpr = 10

// failure reports whether v, an error given at block b, is nil or explained by
// the values of parameters.
func (c *checked) failure(v ssa.Value, b *ssa.BasicBlock, depth int) bool {
	if depth > maxExpr {
		return false
	}
	switch v := v.(type) {
	case *ssa.Const:
		return v.IsNil()
	case *ssa.Phi:
		for i, x := range v.Edges {
			if !c.failure(x, v.Block().Preds[i], depth+1) {
				return false
			}
		}
		return true
	case *ssa.ChangeInterface:
		return c.failure(v.X, b, depth+1)
	case *ssa.MakeInterface:
		return c.decided(b)
	case *ssa.UnOp:
		_, sentinel := v.X.(*ssa.Global)
		return v.Op == token.MUL && sentinel && c.decided(b)
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return ok && c.callee(call, v.Index, b)
	case *ssa.Call:
		return c.callee(v, 0, b)
	}
	return false
}

// callee looks at the error of a call: a new one, or one that the values which
// the callee is given explain.
func (c *checked) callee(call *ssa.Call, result int, b *ssa.BasicBlock) bool {
	callee := irx.CalleeOf(call.Common())
	if spec := c.eng.Pkg.Model.Of(callee.Func); spec != nil {
		return len(spec.NonNil) > 0 && c.decided(b) // errors.New
	}
	d, ok := discriminator(callSignature(call.Common(), callee))
	if !ok || d != (disc{result, byError}) {
		return false
	}
	if known := c.eng.contract(callee); known != nil && !known.bottom && known.NonNil>>result&1 == 1 {
		return c.decided(b)
	}
	ops := irx.Operands(call.Common())
	if c.eng.surely(callee, ops, func(ssa.Value) tri { return maybe }) {
		return true
	}
	if slices.Contains(c.calls, call) {
		return false // a loop gives it the error that it gave before
	}
	c.calls = append(c.calls, call)
	defer func() { c.calls = c.calls[:len(c.calls)-1] }()
	mask := c.eng.checkedBy(callee)
	for i, op := range ops {
		if mask>>i&1 == 1 && !c.pure(op, 0) {
			return false
		}
	}
	return mask != 0
}

// decided reports whether the branches that lead to b test nothing but values of
// parameters. A branch in a loop that tests an error of its own round does not.
func (c *checked) decided(b *ssa.BasicBlock) bool {
	if slices.Contains(c.at, b) {
		return false
	}
	c.at = append(c.at, b)
	defer func() { c.at = c.at[:len(c.at)-1] }()
	reach := irx.Reaches(c.fn, b)
	for _, at := range c.fn.Blocks {
		branch, ok := at.Instrs[len(at.Instrs)-1].(*ssa.If)
		if !ok || !reach[at.Index] || at == b || reach[at.Succs[0].Index] == reach[at.Succs[1].Index] {
			continue
		}
		if !c.pure(branch.Cond, 0) {
			return false
		}
	}
	return true
}

// pure reports whether v is computed from constants and from parameters that
// are no connections, which it notes.
func (c *checked) pure(v ssa.Value, depth int) bool {
	if depth > maxExpr {
		return false
	}
	step := 1
	switch v := v.(type) {
	case *ssa.Const:
		return true
	case *ssa.Parameter:
		for i, p := range c.fn.Params[:min(32, len(c.fn.Params))] {
			if p == v && !irx.Closable(p.Type()) && !irx.Closable(irx.Deref(p.Type())) {
				c.mask |= 1 << i
				return true
			}
		}
		return false
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return irx.IsError(v.Type()) && c.callee(call, v.Index, v.Block())
		}
		return c.pure(v.Tuple, depth+1)
	case *ssa.Call:
		return c.pureCall(v, depth)
	case *ssa.Phi:
		step = 4 // the edges multiply
	case *ssa.UnOp:
		if v.Op == token.ARROW {
			return false
		}
	case *ssa.Alloc:
		return c.pureObject(v, depth)
	case *ssa.BinOp:
		if _, ok := v.X.(*ssa.Parameter); ok && irx.IsNil(v.Y) && irx.Closable(v.X.Type()) {
			return true // what is given here has been acquired
		}
	case *ssa.FieldAddr, *ssa.Field, *ssa.Convert, *ssa.ChangeType, *ssa.Lookup, *ssa.Index, *ssa.IndexAddr, *ssa.MakeInterface, *ssa.Slice:
	default:
		return false
	}
	for _, op := range v.(ssa.Instruction).Operands(nil) {
		if *op != nil && !c.pure(*op, depth+step) {
			return false
		}
	}
	return true
}

// pureObject reports whether what an object of the function holds is computed: a
// struct that it was given by value, or a default, with fields that it has set.
func (c *checked) pureObject(v ssa.Value, depth int) bool {
	if slices.Contains(c.objects, v) {
		return true // what it holds is computed if the rest is
	}
	if depth > maxExpr {
		return false
	}
	c.objects = append(c.objects, v)
	defer func() { c.objects = c.objects[:len(c.objects)-1] }()
	return !slices.ContainsFunc(*v.Referrers(), func(ref ssa.Instruction) bool {
		switch ref := ref.(type) {
		case *ssa.Store:
			return ref.Addr == v && (!c.pure(ref.Val, depth+1) || !c.decided(ref.Block())) // kept elsewhere it is still the same
		case *ssa.FieldAddr:
			return !c.pureObject(ref, depth+1)
		case *ssa.UnOp, *ssa.DebugRef, *ssa.Phi, *ssa.BinOp:
			return false
		case *ssa.Call:
			return c.eng.checkedBy(irx.CalleeOf(ref.Common())) == 0
		}
		return true
	})
}

// pureCall: lengths, and functions of packages that only compute. A call without
// operands gives a default.
func (c *checked) pureCall(call *ssa.Call, depth int) bool {
	callee := irx.CalleeOf(call.Common())
	ops := irx.Operands(call.Common())
	switch {
	case callee.Builtin == "len":
	case irx.IsError(call.Type()):
		return c.callee(call, 0, call.Block())
	case callee.Dynamic || callee.Func == nil:
		return false
	case len(ops) > 0 && !computes(callee):
		return false
	}
	for _, op := range ops {
		if !c.pure(op, depth+1) {
			return false
		}
	}
	return true
}

func computes(callee irx.Callee) bool {
	if callee.Func.Pkg() == nil {
		return false
	}
	switch callee.Func.Pkg().Path() {
	case "strings", "bytes", "math", "math/bits", "unicode", "unicode/utf8", "slices", "cmp":
		return true
	}
	return false
}

// checkedBy returns the parameters whose values alone decide whether the callee
// fails.
func (e *Engine) checkedBy(callee irx.Callee) uint32 {
	if callee.Dynamic {
		return 0
	}
	if spec := e.Pkg.Model.Of(callee.Func); spec != nil {
		var mask uint32
		for _, i := range spec.Checks {
			mask |= 1 << i
		}
		return mask
	}
	if c := e.contract(callee); c != nil && !c.bottom {
		return c.Sure.ByValues
	}
	return 0
}

// fixed reports whether v is made of constants: whether the call that it is
// given to fails has been seen by whoever wrote it.
func (e *Engine) fixed(v ssa.Value, depth int) bool {
	if depth > maxExpr {
		return false
	}
	switch v := v.(type) {
	case *ssa.Const, *ssa.Function:
		return true
	case *ssa.Alloc:
		return e.fixedObject(v, depth)
	case *ssa.Call:
		callee := irx.CalleeOf(v.Common())
		if callee.Dynamic || callee.Func == nil || callee.Func.Signature().Recv() != nil || irx.IsError(v.Type()) {
			return false
		}
		for _, op := range irx.Operands(v.Common()) {
			if !e.fixed(op, depth+1) {
				return false
			}
		}
		return e.fixedObject(v, depth)
	case *ssa.Phi:
		for _, x := range v.Edges {
			if !e.fixed(x, depth+2) {
				return false
			}
		}
		return true
	case *ssa.MakeInterface:
		return e.fixed(v.X, depth+1)
	case *ssa.ChangeType:
		return e.fixed(v.X, depth+1)
	case *ssa.Convert:
		return e.fixed(v.X, depth+1)
	case *ssa.Slice:
		return e.fixed(v.X, depth+1)
	case *ssa.BinOp:
		return e.fixed(v.X, depth+1) && e.fixed(v.Y, depth+1)
	case *ssa.UnOp:
		if _, ok := v.X.(*ssa.Global); ok {
			return isRandomness(v)
		}
		if a, ok := v.X.(*ssa.Alloc); ok && isStruct(v.Type()) {
			return e.fixedStruct(a, depth)
		}
		stored := onlyStored(v.X)
		return v.Op == token.MUL && stored != nil && e.fixed(stored, depth+1)
	}
	return false
}

// fixedStruct reports whether a struct in a variable is made of constants.
func (e *Engine) fixedStruct(a *ssa.Alloc, depth int) bool {
	return e.fixedObject(a, depth) && !slices.ContainsFunc(*a.Referrers(), func(ref ssa.Instruction) bool {
		st, ok := ref.(*ssa.Store)
		return ok && !e.fixed(st.Val, depth+1)
	})
}

func isStruct(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// isPlain reports whether v is a number, a string or a bool: what is verified of
// others is mostly that they are there.
func isPlain(v ssa.Value) bool {
	_, ok := v.Type().Underlying().(*types.Basic)
	return ok
}

// fixedObject reports whether nothing but constants is stored in the object, and
// nobody but callees that verify it is given it.
func (e *Engine) fixedObject(v ssa.Value, depth int) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.FieldAddr, *ssa.IndexAddr:
			if !e.fixedObject(ref.(ssa.Value), depth+1) {
				return false
			}
		case *ssa.Store:
			if _, local := ref.Addr.(*ssa.Alloc); ref.Val == v && !local || ref.Val != v && isPlain(ref.Val) && !e.fixed(ref.Val, depth+1) {
				return false
			}
		case *ssa.UnOp, *ssa.DebugRef, *ssa.Slice, *ssa.Phi, *ssa.BinOp:
		case ssa.CallInstruction:
			if e.checkedBy(irx.CalleeOf(ref.Common())) == 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}
