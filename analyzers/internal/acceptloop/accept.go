package acceptloop

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- which calls accept --

// acceptance is what one call accepts.
type acceptance struct {
	call     *ssa.Call
	listener ssa.Value
	result   int
	session  bool
	via      *ssa.Function
}

// acceptOf tells whether the call accepts a connection itself.
func (f *finder) acceptOf(call *ssa.Call) (acceptance, bool) {
	callee := irx.CalleeOf(&call.Call)
	if callee.Func == nil {
		return f.acceptVia(call, callee.Body)
	}
	if spec := f.pkg.Model.Of(callee.Func); spec != nil {
		if spec.Accept == nil {
			return acceptance{}, false
		}
		ops := irx.Operands(&call.Call)
		return acceptance{call: call, listener: ops[spec.Accept.Operand], result: spec.Accept.Result, session: spec.Accept.Session}, true
	}
	if recv := receiverType(&call.Call); recv != nil && isAccept(callee.Func, recv) {
		return acceptance{call: call, listener: irx.Operands(&call.Call)[0], session: isSession(recv)}, true
	}
	return f.acceptVia(call, callee.Body)
}

// acceptVia tells whether the call is of a function of this package that
// returns a connection it accepted.
func (f *finder) acceptVia(call *ssa.Call, body *ssa.Function) (acceptance, bool) {
	if result, ok := f.wrappers[body]; ok && body != nil {
		return acceptance{call: call, result: result, via: body}, true
	}
	return acceptance{}, false
}

// receiverType returns the type on which a method is called, which for a
// promoted method is the type that declares it.
func receiverType(call *ssa.CallCommon) types.Type {
	if call.IsInvoke() {
		return call.Value.Type()
	}
	if call.Signature().Recv() != nil && len(call.Args) > 0 {
		return call.Args[0].Type()
	}
	return nil
}

// isAccept reports whether a method takes one connection from its receiver: by
// its name and shape, and by what its receiver or its result is. A receiver that
// can be closed and gives out streams that can be closed is a listener, too,
// without an address.
func isAccept(fn *types.Func, recv types.Type) bool {
	if !hasAcceptName(fn) || !hasAcceptShape(fn.Signature()) {
		return false
	}
	if kind, ok := irx.ResourceKind(recv); ok && kind == netmodel.Listener {
		return true
	}
	result := fn.Signature().Results().At(0).Type()
	if kind, ok := irx.ResourceKind(result); ok && kind == netmodel.Conn {
		return true
	}
	return irx.Closable(recv) && irx.Closable(result) && irx.HasMethod(result, "Read") && irx.HasMethod(result, "Write")
}

// isSession reports whether what accepts is the session of one peer, and what it gives
// streams of that: a listener has no peer, and opens nothing.
func isSession(recv types.Type) bool {
	return irx.HasMethod(recv, "RemoteAddr") || irx.HasMethod(recv, "OpenStream")
}

func hasAcceptName(fn *types.Func) bool {
	return fn.Signature().Recv() != nil && (strings.HasPrefix(fn.Name(), "Accept") || strings.HasPrefix(fn.Name(), "accept"))
}

// hasAcceptShape reports whether the signature is func() (conn, error), with a
// context at most and perhaps more results.
func hasAcceptShape(sig *types.Signature) bool {
	res := sig.Results()
	if res.Len() < 2 || !irx.IsError(res.At(res.Len()-1).Type()) || !irx.CanEnd(res.At(0).Type()) {
		return false
	}
	switch sig.Params().Len() {
	case 0:
		return true
	case 1:
		return irx.IsContext(sig.Params().At(0).Type())
	}
	return false
}

// isAcceptMethod reports whether fn is the Accept method of a listener, which
// somebody else calls in a loop.
func isAcceptMethod(fn *ssa.Function) bool {
	obj, ok := fn.Object().(*types.Func)
	return ok && obj.Signature().Recv() != nil && isAccept(obj, obj.Signature().Recv().Type())
}

// results returns the values of the connection and of the error of a call.
func (a acceptance) results() (conn, err ssa.Value) {
	tuple, ok := a.call.Type().(*types.Tuple)
	if !ok {
		return a.call, nil
	}
	for _, ref := range *a.call.Referrers() {
		ex, ok := ref.(*ssa.Extract)
		if !ok || len(*ex.Referrers()) == 0 {
			continue // assigned to the blank identifier
		}
		switch {
		case ex.Index == a.result:
			conn = ex
		case ex.Index == tuple.Len()-1 && irx.IsError(ex.Type()):
			err = ex
		}
	}
	return conn, err
}
