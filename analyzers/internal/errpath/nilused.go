package errpath

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- using the connection that is not there --

// usesNil reports whether an instruction uses the connection although Accept
// failed: calls a method of it, or gives it away.
func (p *player) usesNil(instr ssa.Instruction, s state) bool {
	if p.conn == nil || p.wrapper {
		return false
	}
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		send, ok := instr.(*ssa.Send)
		return ok && !s.told && p.eval(send.X, s) == isConn
	}
	if instr == ssa.Instruction(p.call) || irx.CalleeOf(call.Common()).Builtin != "" {
		return false
	}
	if call.Common().IsInvoke() && p.eval(call.Common().Value, s) == isConn {
		return true
	}
	uses := false
	for _, v := range irx.Operands(call.Common()) {
		switch p.eval(v, s) {
		case isErr:
			return false // the callee can see for itself
		case isConn:
			uses = true
		}
	}
	for _, v := range append([]ssa.Value{call.Common().Value}, call.Common().Args...) {
		if mc, ok := v.(*ssa.MakeClosure); ok {
			sees, captures := p.captured(mc, s)
			if sees {
				return false
			}
			uses = uses || captures
		}
	}
	return uses && p.usesIt(call, s)
}

// usesIt reports whether a call that gets the connection can be trusted to use
// it: a method of it, a goroutine for it, a function of this package that does
// not look for nil, or one of another package that does so with it; see [NilUse]. Of
// code that is not known it is a use where accepted connections go, after a test of the
// error.
func (p *player) usesIt(call ssa.CallInstruction, s state) bool {
	if _, isGo := call.(*ssa.Go); isGo {
		return !p.checksNil(call.Common(), s)
	}
	c := irx.CalleeOf(call.Common())
	if c.Body != nil {
		return !p.checksNil(call.Common(), s)
	}
	if c.Func == nil || c.Dynamic {
		return p.fallsThrough(call.Block(), s)
	}
	does := p.r.nilUseOf(c)
	for i, v := range irx.Operands(call.Common()) {
		if p.eval(v, s) == isConn && (i == 0 && c.Func.Signature().Recv() != nil || does.Uses&(1<<i) != 0) {
			return true
		}
	}
	return false
}

// fallsThrough reports whether a block comes after a test of the error for nil, and runs
// whatever that finds.
func (p *player) fallsThrough(b *ssa.BasicBlock, s state) bool {
	tested := false
	for d := b; p.call != nil && d != p.call.Block() && d.Idom() != nil; d = d.Idom() {
		up := d.Idom()
		branch, ok := up.Instrs[len(up.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cmp, ok := branch.Cond.(*ssa.BinOp)
		if !ok || !irx.IsNil(cmp.Y) || p.eval(cmp.X, s) != isErr {
			continue
		}
		if len(d.Preds) == 1 {
			return false
		}
		tested = true
	}
	return tested
}

// captured tells whether a function literal looks at the error, and whether it
// captures the connection.
func (p *player) captured(mc *ssa.MakeClosure, s state) (seesErr, hasConn bool) {
	fn := mc.Fn.(*ssa.Function)
	for i, v := range mc.Bindings {
		switch p.eval(v, s) {
		case isErr:
			seesErr = seesErr || readFirst(fn.FreeVars[i])
		case isConn:
			hasConn = true
		}
	}
	return seesErr, hasConn
}

// readFirst reports whether the first use of a captured variable, in the order
// of the source, reads it: "err = serve(conn)" in the literal overwrites it.
func readFirst(v *ssa.FreeVar) bool {
	for _, b := range v.Parent().Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Store:
				if instr.Addr == v {
					return false
				}
			case *ssa.UnOp:
				if instr.X == v {
					return true
				}
			}
		}
	}
	return true
}

// checksNil reports whether the callee compares the connection with nil.
func (p *player) checksNil(call *ssa.CallCommon, s state) bool {
	body := irx.CalleeOf(call).Body
	if body == nil || call.IsInvoke() {
		return false
	}
	for i, v := range call.Args {
		if i < len(body.Params) && p.eval(v, s) == isConn && comparedWithNil(body.Params[i]) {
			return true
		}
	}
	return false
}

// comparedWithNil reports whether v is compared with nil, and not used where it is.
func comparedWithNil(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		b, ok := ref.(*ssa.BinOp)
		if !ok || !irx.IsNil(b.X) && !irx.IsNil(b.Y) {
			continue
		}
		if nilSide := whereNil(b); nilSide == nil || !usedFrom(v, nilSide) {
			return true
		}
	}
	return false
}

// whereNil returns the block to which a comparison with nil branches when it is nil,
// or nil when something else is made of it.
func whereNil(cmp *ssa.BinOp) *ssa.BasicBlock {
	refs := *cmp.Referrers()
	if len(refs) != 1 {
		return nil
	}
	branch, ok := refs[0].(*ssa.If)
	if !ok {
		return nil
	}
	switch cmp.Op {
	case token.EQL:
		return branch.Block().Succs[0]
	case token.NEQ:
		return branch.Block().Succs[1]
	}
	return nil
}

// usedFrom reports whether v is given to a call, or is the receiver of one, in a
// block that can run from b on.
func usedFrom(v ssa.Value, b *ssa.BasicBlock) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case ssa.CallInstruction, *ssa.ChangeInterface:
			if irx.Reaches(b.Parent(), ref.Block())[b.Index] {
				return true
			}
		}
	}
	return false
}
