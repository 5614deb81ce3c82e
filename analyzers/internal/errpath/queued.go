package errpath

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
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
// itself, or received as well (it comes once), or is a context's or a variable of a
// package. An error that is loaded from an object may be the kernel's. What passes on
// the results of such a method is one, too.

// Queue says of an Accept method that it only takes from a channel.
type Queue struct{}

// AFact marks Queue as a fact.
func (*Queue) AFact() {}

func (*Queue) String() string { return "takes from a channel" }

// findQueues gives the Accept methods of the package their facts.
func (r *Result) findQueues() {
	for _, component := range r.pkg.BottomUp() {
		for _, fn := range component {
			obj, ok := fn.Object().(*types.Func)
			if !ok || !r.takes(fn) {
				continue
			}
			r.queues[obj] = true
			if obj.Exported() && obj.Pkg() == r.pass.Pkg {
				r.pass.ExportObjectFact(obj, new(Queue))
			}
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

// Queued reports whether a call takes from a channel: the method says so, or
// that of each type of this package which has the interface does. Of an interface
// that is no listener's, and of which no type is seen, it is supposed.
func (r *Result) Queued(call *ssa.Call) bool {
	callee := irx.CalleeOf(call.Common())
	if !callee.Dynamic {
		return r.queued(callee.Func)
	}
	if callee.Func == nil || !call.Call.IsInvoke() {
		return false
	}
	t := call.Call.Value.Type()
	if methods := r.methodsOf(t, callee.Func.Name()); len(methods) > 0 {
		return !slices.ContainsFunc(methods, func(m *types.Func) bool { return !r.queued(m) })
	}
	kind, _ := irx.ResourceKind(t)
	return kind != netmodel.Listener && r.pkg.Model.Of(callee.Func) == nil
}

// methodsOf returns the methods of this package's types that a method of an
// interface may be, when the interface is declared here, too.
func (r *Result) methodsOf(t types.Type, name string) (out []*types.Func) {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() != r.pass.Pkg {
		return nil
	}
	scope := r.pass.Pkg.Scope()
	for _, other := range scope.Names() {
		tn, ok := scope.Lookup(other).(*types.TypeName)
		if !ok || types.IsInterface(tn.Type()) || !types.Implements(types.NewPointer(tn.Type()), n.Underlying().(*types.Interface)) {
			continue
		}
		if m, _, _ := types.LookupFieldOrMethod(types.NewPointer(tn.Type()), false, r.pass.Pkg, name); m != nil {
			if fn, ok := m.(*types.Func); ok {
				out = append(out, fn)
			}
		}
	}
	return out
}

func (r *Result) takes(fn *ssa.Function) bool {
	res := fn.Signature.Results()
	if fn.Signature.Recv() == nil || !strings.HasPrefix(strings.ToLower(fn.Name()), "accept") || res.Len() != 2 || !irx.IsError(res.At(1).Type()) {
		return false
	}
	found := false
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || b == fn.Recover {
			continue
		}
		if !r.takenFrom(ret.Results[0], 0) || !r.madeError(ret.Results[1], 0) {
			return false
		}
		found = found || !irx.IsNil(ret.Results[0])
	}
	return found
}

// takenFrom reports whether a value is nil, or received from a channel, perhaps
// in an object.
func (r *Result) takenFrom(v ssa.Value, depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch v := v.(type) {
	case *ssa.Const:
		return v.IsNil()
	case *ssa.MakeInterface:
		return r.takenFrom(v.X, depth+1)
	case *ssa.ChangeInterface:
		return r.takenFrom(v.X, depth+1)
	case *ssa.Field:
		return r.takenFrom(v.X, depth+1)
	case *ssa.Phi:
		for _, e := range v.Edges {
			if !r.takenFrom(e, depth+1) {
				return false
			}
		}
		return true
	case *ssa.UnOp:
		return v.Op == token.ARROW || v.Op == token.MUL && r.holdsTaken(v.X, depth)
	case *ssa.Alloc:
		return r.holdsTaken(v, depth)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.UnOp:
			return t.Op == token.ARROW
		case *ssa.Select:
			return v.Index >= 2
		case *ssa.Call:
			return v.Index == 0 && r.Queued(t)
		}
	}
	return false
}

// holdsTaken reports whether an object that is made here is given what is received
// from a channel. Each is asked once: objects may have each other.
func (r *Result) holdsTaken(addr ssa.Value, depth int) bool {
	a, ok := addr.(*ssa.Alloc)
	if !ok {
		return false
	}
	is, known := r.taken[a]
	if !known {
		r.taken[a] = false
		is = r.givenTaken(a, depth)
		r.taken[a] = is
	}
	return is
}

func (r *Result) givenTaken(a *ssa.Alloc, depth int) bool {
	return slices.ContainsFunc(*a.Referrers(), func(ref ssa.Instruction) bool {
		uses := []ssa.Instruction{ref}
		if f, ok := ref.(*ssa.FieldAddr); ok {
			uses = *f.Referrers()
		}
		return slices.ContainsFunc(uses, func(use ssa.Instruction) bool {
			st, ok := use.(*ssa.Store)
			return ok && st.Val != ssa.Value(a) && r.takenFrom(st.Val, depth+1)
		})
	})
}

// madeError reports whether an error is nil or has nothing to do with a
// descriptor.
func (r *Result) madeError(v ssa.Value, depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch v := v.(type) {
	case *ssa.Const:
		return v.IsNil()
	case *ssa.MakeInterface:
		return true
	case *ssa.ChangeInterface:
		return r.madeError(v.X, depth+1)
	case *ssa.Phi:
		for _, e := range v.Edges {
			if !r.madeError(e, depth+1) {
				return false
			}
		}
		return true
	case *ssa.UnOp:
		_, sentinel := v.X.(*ssa.Global)
		return v.Op == token.MUL && sentinel || v.Op == token.ARROW
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Select:
			return v.Index >= 2
		case *ssa.Call:
			return r.Queued(t)
		}
		return false
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
