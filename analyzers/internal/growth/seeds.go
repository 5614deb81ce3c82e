package growth

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
	"github.com/sockvet/sockvet/analyzers/internal/registry"
)

// -- where connections come from --

// seed starts the tracker at every connection that the package is given.
func (g *grower) seed() {
	for _, l := range g.loops {
		if l.Conn != nil && !l.Counted() {
			g.t.add(l.Conn)
		}
	}
	for _, fn := range g.pkg.Funcs() {
		g.seedUpgrades(fn)
		g.seedHandler(fn)
		g.seedStreaming(fn)
	}
	g.seedQueues()
}

// seedQueues takes what is sent on the channels from which an Accept method of
// the package hands out connections: a listener over something else than the
// kernel's sockets.
func (g *grower) seedQueues() {
	queues := g.queues
	for _, fn := range g.pkg.Funcs() {
		if acceptMethod(fn) {
			for _, key := range g.receivedAndReturned(fn) {
				queues[key] = true
			}
		}
	}
	if len(queues) == 0 {
		return
	}
	for _, fn := range g.pkg.Funcs() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				g.seedSent(instr, queues)
			}
		}
	}
}

func acceptMethod(fn *ssa.Function) bool {
	res := fn.Signature.Results()
	return fn.Signature.Recv() != nil && strings.HasPrefix(fn.Name(), "Accept") && res.Len() == 2 && connLike(res.At(0).Type())
}

// receivedAndReturned are the channels from which fn returns what it receives.
func (g *grower) receivedAndReturned(fn *ssa.Function) []any {
	var out []any
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || len(ret.Results) == 0 {
			continue
		}
		for _, ch := range registry.ReceivedFrom(ret.Results[0]) {
			if key := g.x.PlaceOf(ch).Key; key != nil {
				out = append(out, key)
			}
		}
	}
	return out
}

func (g *grower) seedSent(instr ssa.Instruction, queues map[any]bool) {
	take := func(ch, v ssa.Value) {
		if queues[g.x.PlaceOf(ch).Key] {
			g.t.add(v)
			g.t.runs[instr.Parent()] = true
			g.origin[instr.Parent()] = instr
		}
	}
	switch instr := instr.(type) {
	case *ssa.Send:
		take(instr.Chan, instr.X)
	case *ssa.Select:
		for _, st := range instr.States {
			if st.Dir == types.SendOnly {
				take(st.Chan, st.Send)
			}
		}
	}
}

// seedUpgrades takes what an HTTP handler makes of its request: a hijacked
// connection, a WebSocket.
func (g *grower) seedUpgrades(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || !upgrades(call.Common()) {
				continue
			}
			if conn := firstConn(call); conn != nil {
				g.t.add(conn)
				g.t.runs[fn] = true
				g.hooks[fn] = true
				g.origin[fn] = call
			}
		}
	}
}

func upgrades(call *ssa.CallCommon) bool {
	for _, op := range irx.Operands(call) {
		if path, name := named(op.Type()); path == "net/http" && (name == "ResponseWriter" || name == "ResponseController" || name == "Hijacker") {
			return true
		}
	}
	return false
}

// firstConn is the first result of a call that can be closed, if there is one.
func firstConn(call *ssa.Call) ssa.Value {
	tuple, ok := call.Type().(*types.Tuple)
	if !ok {
		if connLike(call.Type()) {
			return call
		}
		return nil
	}
	for _, ref := range *call.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && connLike(tuple.At(ex.Index).Type()) {
			return ex
		}
	}
	return nil
}

func connLike(t types.Type) bool {
	kind, ok := irx.ResourceKind(t)
	if ok {
		return kind == netmodel.Conn
	}
	return irx.Closable(t) && (irx.HasMethod(t, "RemoteAddr") || irx.HasMethod(t, "Subprotocol") || irx.HasMethod(t, "CloseRead") || bothAddresses(t))
}

// bothAddresses reports whether the methods of a type tell two addresses, as only
// those of a connection do, whatever they are called: a listener has one.
func bothAddresses(t types.Type) bool {
	set := types.NewMethodSet(t)
	n := 0
	for i := range set.Len() {
		sig, ok := set.At(i).Type().(*types.Signature)
		if ok && sig.Params().Len() == 0 && sig.Results().Len() == 1 {
			if path, name := named(sig.Results().At(0).Type()); path == "net" && name == "Addr" {
				n++
			}
		}
	}
	return n >= 2
}

// seedHandler takes the parameter of a function that serves a connection for
// somebody else: nobody in the package calls it, and it is passed around as a
// value, or it goes on using the connection in a loop.
func (g *grower) seedHandler(fn *ssa.Function) {
	if connState(fn.Signature) {
		g.t.add(fn.Params[0])
		g.t.runs[fn] = true
		g.hooks[fn] = true
		return
	}
	if len(g.callers(fn)) > 0 || fn.Parent() != nil || g.misfits(fn) {
		return
	}
	for i, p := range fn.Params {
		if i == 0 && fn.Signature.Recv() != nil || !connLike(p.Type()) && !isServerStream(p.Type()) {
			continue
		}
		if g.values[fn] || usedInLoop(p) || isServerStream(p.Type()) {
			g.t.add(p)
			g.t.runs[fn] = true
		}
	}
}

// misfits reports whether the package's accept loops give their connections to a method
// of this name of an interface that the type of fn does not have, and to no other one:
// the type is no handler of theirs.
func (g *grower) misfits(fn *ssa.Function) bool {
	recv := fn.Signature.Recv()
	if recv == nil || g.values[fn] {
		return false
	}
	asked := false
	for _, call := range g.invokedByLoops() {
		if call.Method.Name() != fn.Name() || !sameOperands(call.Method.Signature(), fn.Signature) {
			continue
		}
		iface := call.Value.Type().Underlying().(*types.Interface)
		if types.Implements(types.NewPointer(irx.Deref(recv.Type())), iface) {
			return false
		}
		asked = true
	}
	return asked
}

// invokedByLoops are the calls through interfaces in the functions that accept and the
// literals in them.
func (g *grower) invokedByLoops() []*ssa.CallCommon {
	if g.invoked == nil {
		g.invoked = make([]*ssa.CallCommon, 0)
		for _, l := range g.loops {
			g.gatherInvoked(l.Fn)
		}
	}
	return g.invoked
}

func (g *grower) gatherInvoked(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok && call.Common().IsInvoke() {
				g.invoked = append(g.invoked, call.Common())
			}
		}
	}
	for _, literal := range fn.AnonFuncs {
		g.gatherInvoked(literal)
	}
}

// sameOperands reports whether two functions are given the same.
func sameOperands(a, b *types.Signature) bool {
	if a.Params().Len() != b.Params().Len() {
		return false
	}
	for i := range a.Params().Len() {
		if !types.Identical(a.Params().At(i).Type(), b.Params().At(i).Type()) {
			return false
		}
	}
	return true
}

// connState reports whether a function has the signature of the hook that
// http.Server tells of each connection's life.
func connState(sig *types.Signature) bool {
	p := sig.Params()
	if p.Len() != 2 || sig.Recv() != nil {
		return false
	}
	path, name := named(p.At(1).Type())
	return path == "net/http" && name == "ConnState"
}

// usedInLoop reports whether a call in a loop gets the value.
func usedInLoop(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case ssa.CallInstruction:
			if onCycle(ref.Block()) {
				return true
			}
		case *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.FieldAddr:
			if usedInLoop(ref.(ssa.Value)) {
				return true
			}
		}
	}
	return false
}

func onCycle(b *ssa.BasicBlock) bool {
	seen := make([]bool, len(b.Parent().Blocks))
	work := append([]*ssa.BasicBlock(nil), b.Succs...)
	for len(work) > 0 {
		c := work[len(work)-1]
		work = work[:len(work)-1]
		if c == b {
			return true
		}
		if !seen[c.Index] {
			seen[c.Index] = true
			work = append(work, c.Succs...)
		}
	}
	return false
}

func named(t types.Type) (path, name string) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return "", ""
	}
	return n.Obj().Pkg().Path(), n.Obj().Name()
}
