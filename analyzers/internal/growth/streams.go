package growth

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- connections that the package never sees: streaming requests --

// seedStreaming takes the channels that an HTTP handler makes when it stays until
// its client goes away, as for server-sent events: each of them is one client's.
func (g *grower) seedStreaming(fn *ssa.Function) {
	if g.tests[fn] || !hasRequest(fn) {
		return
	}
	var made []*ssa.MakeChan
	waits := false
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.MakeChan:
				made = append(made, instr)
			case *ssa.UnOp:
				waits = waits || instr.Op == token.ARROW && isRequestEnd(instr.X)
			case *ssa.Select:
				for _, st := range instr.States {
					waits = waits || st.Dir == types.RecvOnly && isRequestEnd(st.Chan)
				}
			}
		}
	}
	if !waits {
		return
	}
	for _, ch := range made {
		g.t.add(ch)
		g.t.runs[fn] = true
		g.hooks[fn] = true
	}
}

func hasRequest(fn *ssa.Function) bool {
	for _, p := range fn.Params {
		if path, name := named(p.Type()); path == "net/http" && name == "Request" {
			return true
		}
	}
	return false
}

// isRequestEnd reports whether a channel is the Done of a request's context.
func isRequestEnd(v ssa.Value) bool {
	done, ok := v.(*ssa.Call)
	if !ok || !done.Call.IsInvoke() || done.Call.Method.Name() != "Done" {
		return false
	}
	ctx, ok := done.Call.Value.(*ssa.Call)
	return ok && calls(ctx, "(*net/http.Request).Context")
}

// isServerStream reports whether a type is the stream of one call of an RPC, as a
// server's method gets it: it is dead when the method returns.
func isServerStream(t types.Type) bool {
	return types.IsInterface(t) && irx.HasMethod(t, "SendMsg") && irx.HasMethod(t, "RecvMsg") && irx.HasMethod(t, "SetTrailer")
}
