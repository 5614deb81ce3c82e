package errpath

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- steps that do not fail for one connection and not for the next --
//
// What type a connection has is its listener's choice, the same each time: a test
// of the type that fails is no error of that one. And some calls fail only on a
// descriptor that is closed, which one that was accepted just now is not. A
// function of this package whose errors are all of these kinds is another such
// step. Must-analysis: what is not known may fail.

// maxSteps bounds how deep callees are looked into.
const maxSteps = 4

// mayFail reports whether result i of a call, an error, may be one of the
// connection that the callee was given.
func (r *Result) mayFail(callee irx.Callee, i, depth int) bool {
	if spec := r.pkg.Model.Of(callee.Func); spec != nil {
		return !spec.Sure && len(spec.Deadline) == 0 && callee.Func.FullName() != "(syscall.Conn).SyscallConn"
	}
	if callee.Body == nil || depth > maxSteps {
		return true
	}
	for _, b := range callee.Body.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if ok && (i >= len(ret.Results) || b != callee.Body.Recover && r.failing(ret.Results[i], b, depth)) {
			return true
		}
	}
	return false
}

// failing reports whether v, an error in block b, may be one of a connection.
func (r *Result) failing(v ssa.Value, b *ssa.BasicBlock, depth int) bool {
	if depth > maxSteps {
		return true
	}
	switch v := v.(type) {
	case *ssa.Const:
		return !v.IsNil()
	case *ssa.MakeInterface:
		return !byType(b)
	case *ssa.ChangeInterface:
		return r.failing(v.X, b, depth+1)
	case *ssa.Phi:
		for i, e := range v.Edges {
			if r.failing(e, v.Block().Preds[i], depth+1) {
				return true
			}
		}
		return false
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return r.stepFails(call, v.Index, b, depth)
		}
	case *ssa.Call:
		return r.stepFails(v, 0, b, depth)
	case *ssa.UnOp:
		_, sentinel := v.X.(*ssa.Global)
		return !(v.Op == token.MUL && sentinel && byType(b))
	}
	return true
}

func (r *Result) stepFails(call *ssa.Call, i int, b *ssa.BasicBlock, depth int) bool {
	callee := irx.CalleeOf(call.Common())
	if callee.Func != nil && (callee.Func.FullName() == "fmt.Errorf" || r.makesError(callee)) && byType(b) {
		return false
	}
	return r.mayFail(callee, i, depth+1)
}

// makesError reports whether a call only makes a new error.
func (r *Result) makesError(callee irx.Callee) bool {
	spec := r.pkg.Model.Of(callee.Func)
	return spec != nil && len(spec.NonNil) > 0
}

// byType reports whether the last branch that leads to the block tests a type.
func byType(b *ssa.BasicBlock) bool {
	for d := b; d != nil; d = d.Idom() {
		if len(d.Preds) != 1 {
			continue
		}
		pred := d.Preds[0]
		if branch, ok := pred.Instrs[len(pred.Instrs)-1].(*ssa.If); ok {
			return asksType(branch.Cond)
		}
	}
	return false
}

// asksType reports whether a condition is whether a value has a type.
func asksType(cond ssa.Value) bool {
	if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
		cond = not.X
	}
	ok, isExtract := cond.(*ssa.Extract)
	if !isExtract || ok.Index != 1 {
		return false
	}
	_, asserts := ok.Tuple.(*ssa.TypeAssert)
	return asserts
}
