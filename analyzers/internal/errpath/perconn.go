package errpath

import (
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// OwnErrors returns the returns by which an Accept method fails although the
// listener gave it a connection: an error of that one connection, which the
// caller takes for the listener's.
func (r *Result) OwnErrors(l *acceptloop.Loop) []*ssa.Return {
	if l.Role != acceptloop.InMethod || l.Via != nil || l.Conn == nil {
		return nil
	}
	var out []*ssa.Return
	seen := make(map[*ssa.Return]bool)
	p := &player{r: r, kind: Closed, call: l.Call, wrapper: true, memo: make(map[string]Outcomes), known: make(map[ssa.Value]value)}
	c := &connErrors{r: r, l: l}
	p.returned = func(ret *ssa.Return, s state) {
		v := lastError(ret)
		if v == nil || seen[ret] || p.eval(v, s) == isNil || !c.isConns(v, ret) {
			return
		}
		seen[ret] = true
		out = append(out, ret)
	}
	p.succeeded(l.Err)
	return out
}

// succeeded plays from the call on with the error nil.
func (p *player) succeeded(err ssa.Value) {
	var s state
	if err != nil {
		s = s.with(err, isNil)
	}
	b := p.call.Block()
	for i, instr := range b.Instrs {
		if instr == ssa.Instruction(p.call) {
			p.run(b, i+1, s)
			return
		}
	}
}

func lastError(ret *ssa.Return) ssa.Value {
	if n := len(ret.Results); n > 0 && irx.IsError(ret.Results[n-1].Type()) {
		return ret.Results[n-1]
	}
	return nil
}

// connErrors finds out whose error a value is.
type connErrors struct {
	r *Result
	l *acceptloop.Loop
	// asked are the values looked at for one return.
	asked map[ssa.Value]bool
}

func (c *connErrors) isConns(v ssa.Value, ret *ssa.Return) bool {
	c.asked = make(map[ssa.Value]bool)
	return c.of(v, ret, 0)
}

// of reports whether v is an error about the accepted connection.
func (c *connErrors) of(v ssa.Value, ret *ssa.Return, depth int) bool {
	if c.asked[v] {
		return false
	}
	c.asked[v] = true
	if v == c.l.Err || depth > 8 || irx.HasMethod(v.Type(), "Temporary") && !irx.IsError(v.Type()) {
		return false
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return !irx.HasMethod(v.X.Type(), "Temporary") && c.made(v, ret, depth)
	case *ssa.ChangeInterface:
		return c.of(v.X, ret, depth+1)
	case *ssa.Phi:
		for _, e := range v.Edges {
			if c.of(e, ret, depth+1) {
				return true
			}
		}
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return c.byCall(call, v.Index, ret, depth)
		}
	case *ssa.Call:
		return c.byCall(v, 0, ret, depth)
	case *ssa.UnOp:
		return c.loaded(v, ret, depth)
	}
	return false
}

// made: an error value built here is about the connection when a look at the
// connection led here.
func (c *connErrors) made(v *ssa.MakeInterface, ret *ssa.Return, depth int) bool {
	if inner, ok := v.X.(*ssa.Call); ok && c.byCall(inner, 0, ret, depth+1) {
		return true
	}
	return c.decidedByConn(ret.Block())
}

func (c *connErrors) byCall(call *ssa.Call, i int, ret *ssa.Return, depth int) bool {
	if call == c.l.Call {
		return false
	}
	for _, op := range irx.Operands(call.Common()) {
		if c.l.Carries(op) {
			return c.r.mayFail(irx.CalleeOf(call.Common()), i, 0)
		}
		for _, e := range irx.Variadic(op) { // fmt.Errorf("...: %w", err)
			if inner := unboxed(e); irx.IsError(inner.Type()) && c.of(inner, ret, depth+1) {
				return true
			}
		}
		if irx.IsError(op.Type()) && c.of(op, ret, depth+1) {
			return true
		}
	}
	return c.r.makesError(irx.CalleeOf(call.Common())) && c.decidedByConn(ret.Block())
}

func unboxed(v ssa.Value) ssa.Value {
	switch w := v.(type) {
	case *ssa.MakeInterface:
		return w.X
	case *ssa.ChangeInterface:
		return w.X
	}
	return v
}

func (c *connErrors) loaded(load *ssa.UnOp, ret *ssa.Return, depth int) bool {
	switch addr := load.X.(type) {
	case *ssa.Global:
		closed := addr.Pkg != nil && addr.Pkg.Pkg.Path() == "net" && addr.Name() == "ErrClosed"
		return !closed && c.decidedByConn(ret.Block())
	case *ssa.Alloc:
		for _, ref := range *addr.Referrers() {
			if st, ok := ref.(*ssa.Store); ok && st.Addr == addr && c.of(st.Val, ret, depth+1) {
				return true
			}
		}
	}
	return false
}

// decidedByConn reports whether a branch on something got from the connection
// leads to the block.
func (c *connErrors) decidedByConn(b *ssa.BasicBlock) bool {
	for d := b; d != nil && d != c.l.Call.Block(); d = d.Idom() {
		for _, pred := range d.Preds {
			branch, ok := pred.Instrs[len(pred.Instrs)-1].(*ssa.If)
			if ok && len(d.Preds) == 1 && !asksType(branch.Cond) && c.about(branch.Cond, make(map[ssa.Value]bool)) {
				return true
			}
		}
	}
	return false
}

// about reports whether a value is computed from the connection.
func (c *connErrors) about(v ssa.Value, seen map[ssa.Value]bool) bool {
	if v == c.l.Err || seen[v] || len(seen) > maxParts {
		return false
	}
	seen[v] = true
	if c.l.Carries(v) {
		return true
	}
	instr, ok := v.(ssa.Instruction)
	if !ok {
		return false
	}
	for _, op := range instr.Operands(nil) {
		if *op != nil && c.about(*op, seen) {
			return true
		}
	}
	return false
}
