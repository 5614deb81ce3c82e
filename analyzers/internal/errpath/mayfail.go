package errpath

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- steps that do not fail for one connection and not for the next --
//
// What type a connection has is its listener's choice, the same each time: a test
// of the type that fails is no error of that one. And some calls fail only on a
// descriptor that is closed, which one that was accepted just now is not. A
// function whose errors are all of these kinds is another such step; that of
// another package has a fact. What makes a second descriptor fails when these run
// out, as Accept does, and its error says so. Must-analysis: what is not known may
// fail.

// maxSteps bounds how deep callees are looked into.
const maxSteps = 4

// mayFail reports whether result i of a call, an error, may be one of the
// connection that the callee was given.
func (r *Result) mayFail(callee irx.Callee, i, depth int) bool {
	if spec := r.pkg.Model.Of(callee.Func); spec != nil {
		return !spec.Sure && !spec.Dup && len(spec.Deadline) == 0 && len(spec.FailsClosed) == 0
	}
	if callee.Func != nil && (givesRaw(callee.Func) || duplicates(callee.Func)) {
		return false
	}
	if callee.Body == nil {
		return !r.importedSound(callee)
	}
	return depth > maxSteps || r.bodyFails(callee.Body, i, depth)
}

func (r *Result) bodyFails(fn *ssa.Function, i, depth int) bool {
	return len(fn.Blocks) == 0 || slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		return ok && (i >= len(ret.Results) || b != fn.Recover && r.failing(ret.Results[i], b, depth))
	})
}

// Sound says of a function that it does not fail for one connection and not for the
// next: only by the type that connections have, or for want of descriptors.
type Sound struct{}

// AFact marks Sound as a fact.
func (*Sound) AFact() {}

func (*Sound) String() string { return "does not fail for one connection only" }

// findSound gives the exported functions that are given a connection, and return an
// error, their facts.
func (r *Result) findSound() {
	for _, fn := range r.pkg.Funcs() {
		obj, ok := fn.Object().(*types.Func)
		res := fn.Signature.Results()
		if !ok || !obj.Exported() || obj.Pkg() != r.pass.Pkg || res.Len() == 0 || !irx.IsError(res.At(res.Len()-1).Type()) {
			continue
		}
		if slices.ContainsFunc(fn.Params, takesConn) && !r.bodyFails(fn, res.Len()-1, 0) {
			r.pass.ExportObjectFact(obj, new(Sound))
		}
	}
}

func takesConn(p *ssa.Parameter) bool { return isConnection(p.Type()) }

func isConnection(t types.Type) bool {
	kind, ok := irx.ResourceKind(t)
	return ok && kind == netmodel.Conn
}

func (r *Result) importedSound(callee irx.Callee) bool {
	fn := callee.Func
	return fn != nil && !callee.Dynamic && fn.Pkg() != nil && fn.Pkg() != r.pass.Pkg && !r.pkg.Standard(fn.Pkg()) &&
		r.pass.ImportObjectFact(fn.Origin(), new(Sound))
}

// givesRaw reports whether a method gives access to the descriptor of an object, as
// that of [syscall.Conn] does, through whatever interface.
func givesRaw(fn *types.Func) bool {
	res := fn.Signature().Results()
	if fn.Name() != "SyscallConn" || res.Len() != 2 {
		return false
	}
	path, name := named(res.At(0).Type())
	return path == "syscall" && name == "RawConn"
}

// duplicates reports whether a function gives a file for a connection, which has a
// descriptor of its own: what it fails for is that there is none.
func duplicates(fn *types.Func) bool {
	res, recv := fn.Signature().Results(), fn.Signature().Recv()
	if res.Len() != 2 {
		return false
	}
	path, name := named(res.At(0).Type())
	if path != "os" || name != "File" {
		return false
	}
	for p := range fn.Signature().Params().Variables() {
		if isConnection(p.Type()) {
			return true
		}
	}
	return recv != nil && isConnection(recv.Type())
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
