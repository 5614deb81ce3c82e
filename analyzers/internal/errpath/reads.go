package errpath

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- rounds that wait for somebody else --
//
// A loop that reads from another connection before it accepts again does not spin: it
// waits for what that peer says next, the commands of an FTP client, say, between two
// data connections.

// readsFromPeer reports whether an instruction reads from a connection other than the
// one that could not be accepted, itself or in a function of the package that does so
// whatever happens.
func (p *player) readsFromPeer(instr ssa.Instruction, s state) bool {
	call, ok := instr.(*ssa.Call)
	if !ok {
		return false
	}
	if v := p.readFrom(call); v != nil {
		return p.eval(v, s) != isConn
	}
	body := irx.CalleeOf(call.Common()).Body
	return body != nil && p.alwaysReads(body)
}

// readFrom returns what the call reads from, as the model says, or nil.
func (p *player) readFrom(call *ssa.Call) ssa.Value {
	spec := p.r.pkg.Model.Of(irx.CalleeOf(call.Common()).Func)
	if spec == nil {
		return nil
	}
	ops := irx.Operands(call.Common())
	for _, peer := range spec.Peer {
		if peer.IO == netmodel.Read && peer.Operand < len(ops) {
			return ops[peer.Operand]
		}
	}
	return nil
}

// alwaysReads reports whether no way through a function goes around a read.
func (p *player) alwaysReads(fn *ssa.Function) bool {
	return slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool {
		reads := slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool {
			call, ok := instr.(*ssa.Call)
			return ok && p.readFrom(call) != nil
		})
		return reads && !slices.ContainsFunc(fn.Blocks, func(end *ssa.BasicBlock) bool {
			_, returns := end.Instrs[len(end.Instrs)-1].(*ssa.Return)
			return returns && !b.Dominates(end)
		})
	})
}
