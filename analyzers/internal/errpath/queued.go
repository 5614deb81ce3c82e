package errpath

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- listeners that take connections from a channel --
//
//	func (l *Listener) Accept() (net.Conn, error) {
//		conn, ok := <-l.incoming
//		if !ok {
//			return nil, net.ErrClosed
//		}
//		return conn, nil
//	}
//
// Such an Accept knows nothing of descriptors: it fails when it is over, and then
// for ever, as a session's does. Must-analysis: the connection is received from a
// channel on every return that gives one, and each error is made by the function
// itself, or is a context's or a variable of a package. An error that is received
// or loaded from an object may be the kernel's.

// Queue says of an Accept method that it only takes from a channel.
type Queue struct{}

// AFact marks Queue as a fact.
func (*Queue) AFact() {}

func (*Queue) String() string { return "takes from a channel" }

// findQueues gives the Accept methods of the package their facts.
func (r *Result) findQueues() {
	for _, fn := range r.pkg.Funcs() {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !takes(fn) {
			continue
		}
		r.queues[obj] = true
		if obj.Exported() && obj.Pkg() == r.pass.Pkg {
			r.pass.ExportObjectFact(obj, new(Queue))
		}
	}
}

// queued reports whether an Accept method takes from a channel.
func (r *Result) queued(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	if fn.Pkg() == r.pass.Pkg {
		return r.queues[fn.Origin()]
	}
	return !r.pkg.Standard(fn.Pkg()) && r.pass.ImportObjectFact(fn.Origin(), new(Queue))
}

func takes(fn *ssa.Function) bool {
	res := fn.Signature.Results()
	if fn.Signature.Recv() == nil || !strings.HasPrefix(fn.Name(), "Accept") || res.Len() != 2 || !irx.IsError(res.At(1).Type()) {
		return false
	}
	found := false
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || b == fn.Recover {
			continue
		}
		if !takenFrom(ret.Results[0], 0) || !madeError(ret.Results[1], 0) {
			return false
		}
		found = found || !isNilConst(ret.Results[0])
	}
	return found
}

// takenFrom reports whether a value is nil, or received from a channel, perhaps
// in an object.
func takenFrom(v ssa.Value, depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch v := v.(type) {
	case *ssa.Const:
		return v.IsNil()
	case *ssa.MakeInterface:
		return takenFrom(v.X, depth+1)
	case *ssa.ChangeInterface:
		return takenFrom(v.X, depth+1)
	case *ssa.Field:
		return takenFrom(v.X, depth+1)
	case *ssa.Phi:
		for _, e := range v.Edges {
			if !takenFrom(e, depth+1) {
				return false
			}
		}
		return true
	case *ssa.UnOp:
		return v.Op == token.ARROW
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.UnOp:
			return t.Op == token.ARROW
		case *ssa.Select:
			return v.Index >= 2
		}
	}
	return false
}

// madeError reports whether an error is nil or has nothing to do with a
// descriptor.
func madeError(v ssa.Value, depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch v := v.(type) {
	case *ssa.Const:
		return v.IsNil()
	case *ssa.MakeInterface:
		return true
	case *ssa.ChangeInterface:
		return madeError(v.X, depth+1)
	case *ssa.Phi:
		for _, e := range v.Edges {
			if !madeError(e, depth+1) {
				return false
			}
		}
		return true
	case *ssa.UnOp:
		_, sentinel := v.X.(*ssa.Global)
		return v.Op == token.MUL && sentinel
	case *ssa.Call:
		fn := irx.CalleeOf(v.Common()).Func
		if fn == nil || fn.Pkg() == nil {
			return false
		}
		switch fn.Pkg().Path() {
		case "errors", "context":
			return true
		case "fmt":
			return fn.Name() == "Errorf"
		}
	}
	return false
}
