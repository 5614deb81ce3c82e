package growth

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- a function that removes at its end, and does not end --
//
// Two shapes are known. A function that waits in a select learns from its reading
// goroutine that the connection has failed, and for some errors waits on: with
// the reader gone nothing can happen in any other arm until the server is shut
// down. And a loop that reads, and after an error reads again whatever the error
// is.
//
// Must-analysis: an arm, a call or a branch of which it is not known that it
// cannot lead to the end is taken to lead there.

// staysIn looks for such a wait in a function that removes when it returns. Its
// leak has no exit but the instruction that waits.
func (e *exits) staysIn(fn *ssa.Function) leak {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			var l leak
			switch instr := instr.(type) {
			case *ssa.Select:
				if instr.Blocking && onCycle(b) {
					l = e.deaf(instr)
				}
			case *ssa.Call:
				l = e.readsOn(instr)
			}
			if l.found() {
				return l
			}
		}
	}
	return leak{}
}

// -- reading on --

// readsOn reports whether a call that reads from the connection is made again
// after each error.
func (e *exits) readsOn(call *ssa.Call) leak {
	err := e.readError(call)
	if err == nil || !onCycle(call.Block()) {
		return leak{}
	}
	after := e.failed(err)
	if after == nil || !e.only(after, call.Block()) {
		return leak{}
	}
	return leak{why: call, stays: call}
}

// readError is the error of a call of the model that reads from the connection.
func (e *exits) readError(call *ssa.Call) ssa.Value {
	spec := e.g.pkg.Model.Of(irx.CalleeOf(call.Common()).Func)
	if spec == nil {
		return nil
	}
	ops := irx.Operands(call.Common())
	for _, p := range spec.Peer {
		if p.IO != netmodel.Read || p.Operand >= len(ops) || !e.g.isConn(ops[p.Operand]) {
			continue
		}
		for _, ref := range *call.Referrers() {
			if ex, ok := ref.(*ssa.Extract); ok && irx.IsError(ex.Type()) {
				return ex
			}
		}
	}
	return nil
}

// failed is the block in which a test has found that the error is not nil.
func (e *exits) failed(err ssa.Value) *ssa.BasicBlock {
	for _, ref := range *err.Referrers() {
		cmp, ok := ref.(*ssa.BinOp)
		if !ok || !irx.IsNil(cmp.X) && !irx.IsNil(cmp.Y) {
			continue
		}
		for _, use := range *cmp.Referrers() {
			if branch, ok := use.(*ssa.If); ok {
				return branch.Block().Succs[nilBranch(cmp.Op, false)]
			}
		}
	}
	return nil
}

// nilBranch is the successor of "if err == nil" or "if err != nil" that is taken
// when err is nil, or when it is not.
func nilBranch(op token.Token, isNil bool) int {
	if (op == token.EQL) == isNil {
		return 0
	}
	return 1
}

// only reports whether all ways from a block lead to another one, and none of them
// removes, closes, or ends the function or the loop.
func (e *exits) only(from, to *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{from: true}
	work := []*ssa.BasicBlock{from}
	arrives := from == to
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if b == to {
			arrives = true
			continue
		}
		if len(b.Succs) == 0 || !slices.ContainsFunc(b.Succs, func(s *ssa.BasicBlock) bool { return reaches(s, to) }) || !e.harmless(b.Instrs) {
			return false
		}
		for _, s := range b.Succs {
			if !seen[s] {
				seen[s] = true
				work = append(work, s)
			}
		}
	}
	return arrives
}

func reaches(from, to *ssa.BasicBlock) bool { return irx.Reaches(from.Parent(), to)[from.Index] }

// harmless reports whether instructions cannot make something else end the
// function: they hand the connection to nobody, call no unknown function, and tell
// no other goroutine.
func (e *exits) harmless(instrs []ssa.Instruction) bool {
	return !slices.ContainsFunc(instrs, func(instr ssa.Instruction) bool {
		switch instr := instr.(type) {
		case *ssa.Go, *ssa.Defer, *ssa.Send, *ssa.Select, *ssa.MapUpdate, *ssa.Panic:
			return true
		case *ssa.Store:
			_, local := instr.Addr.(*ssa.IndexAddr) // the arguments of a variadic call
			return !local && !irx.IsNil(instr.Val)
		case *ssa.Call:
			c := irx.CalleeOf(instr.Common())
			if c.Builtin != "" {
				return c.Builtin == "close" || c.Builtin == "delete"
			}
			return c.Func == nil || e.effect(instr) != nothing || slices.ContainsFunc(irx.Operands(instr.Common()), e.tells)
		}
		return false
	})
}

// tells reports whether who is given a value can end the function by it.
func (e *exits) tells(v ssa.Value) bool {
	switch v.Type().Underlying().(type) {
	case *types.Chan, *types.Signature:
		return true
	}
	return e.g.isConn(v)
}

// -- a select that nobody wakes --

// deaf looks for an arm of a select that receives the error of the goroutine that
// reads, and from which some way leads back to the select, where no other arm can
// become ready then.
func (e *exits) deaf(sel *ssa.Select) leak {
	for i, st := range sel.States {
		if st.Dir != types.RecvOnly || !irx.IsError(st.Chan.Type().Underlying().(*types.Chan).Elem()) {
			continue
		}
		ch := e.g.channel(st.Chan)
		reader, why := e.reader(sel.Parent(), ch)
		if reader == nil {
			continue
		}
		way := e.wayBack(sel, i)
		if way == nil || len(ch.closes) > 0 && !nilAfter(st.Chan, way) {
			continue // what is closed is ready for ever
		}
		if e.nobody(sel, i, reader) {
			return leak{why: why, stays: sel}
		}
	}
	return leak{}
}

// reader is the goroutine that sends the error of a call on the connection on a
// channel and ends then; nobody else sends on it.
func (e *exits) reader(fn *ssa.Function, ch *channel) (*ssa.Function, ssa.Instruction) {
	if ch == nil || !ch.local || len(ch.sends) != 1 {
		return nil, nil
	}
	send, ok := ch.sends[0].(*ssa.Send)
	if !ok || onCycle(send.Block()) || !e.g.goroutines()[send.Parent()] || !startsOnce(e.g, fn, send.Parent()) {
		return nil, nil
	}
	ex, ok := send.X.(*ssa.Extract)
	if !ok {
		return nil, nil
	}
	call, ok := ex.Tuple.(*ssa.Call)
	if !ok || !slices.ContainsFunc(irx.Operands(call.Common()), e.g.isConn) {
		return nil, nil
	}
	return send.Parent(), call
}

// startsOnce reports whether a function starts a goroutine, once, and nobody else
// does.
func startsOnce(g *grower, fn, goroutine *ssa.Function) bool {
	n := 0
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if start, ok := instr.(*ssa.Go); ok && slices.Contains(startedBy(g.pkg, start), goroutine) && !onCycle(b) {
				n++
			}
		}
	}
	return n == 1
}

// wayBack is a way from an arm of a select back to the loop's head, for an error
// that is not nil; nil when there is none that is certain. Only tests of the
// error may be on it.
func (e *exits) wayBack(sel *ssa.Select, arm int) []*ssa.BasicBlock {
	entry, err := armOf(sel, arm)
	if entry == nil || err == nil {
		return nil
	}
	return e.search(entry, sel.Block(), err, []*ssa.BasicBlock{})
}

// maxWay bounds the length of a way.
const maxWay = 16

func (e *exits) search(b, sel *ssa.BasicBlock, err ssa.Value, way []*ssa.BasicBlock) []*ssa.BasicBlock {
	if len(way) > 0 && b.Dominates(sel) {
		if e.alwaysArrives(b, sel) {
			return append(way, b)
		}
		return nil
	}
	if len(way) > maxWay || slices.Contains(way, b) || !e.harmless(b.Instrs) {
		return nil
	}
	way = append(slices.Clone(way), b)
	next := b.Succs
	if branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
		next = branches(branch, err)
	}
	for _, s := range next {
		if found := e.search(s, sel, err, way); found != nil {
			return found
		}
	}
	return nil
}

// branches are the successors of a test that an error can take that is neither nil
// nor one of those that are named; none when the test is of something else. A test
// for an error number, or for a kind of error, says that the author has sorted what
// a connection can fail with: nothing is said then.
func branches(branch *ssa.If, err ssa.Value) []*ssa.BasicBlock {
	succs := branch.Block().Succs
	switch cond := branch.Cond.(type) {
	case *ssa.BinOp:
		other := cond.Y
		if cond.Y == err {
			other = cond.X
		}
		if cond.X != err && cond.Y != err || cond.Op != token.EQL && cond.Op != token.NEQ || !irx.IsNil(other) && !isSentinel(other) {
			return nil
		}
		i := nilBranch(cond.Op, false)
		return succs[i : i+1]
	case *ssa.Call: // errors.Is(err, io.EOF)
		if args := cond.Call.Args; len(args) == 2 && args[0] == err && isSentinel(args[1]) {
			return succs[1:]
		}
	}
	return nil
}

// isSentinel reports whether a value is that of a variable for an error, io.EOF.
func isSentinel(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	_, ok = load.X.(*ssa.Global)
	return ok
}

// alwaysArrives reports whether the loop cannot be left between its head and the
// select.
func (e *exits) alwaysArrives(head, sel *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	work := []*ssa.BasicBlock{head}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if b == sel || seen[b] {
			continue
		}
		seen[b] = true
		if len(b.Succs) == 0 || !reaches(b, sel) {
			return false
		}
		work = append(work, b.Succs...)
	}
	return true
}

// armOf is the first block of an arm of a select, and what it receives.
func armOf(sel *ssa.Select, arm int) (entry *ssa.BasicBlock, received ssa.Value) {
	at := 2
	for _, st := range sel.States[:arm] {
		if st.Dir == types.RecvOnly {
			at++
		}
	}
	for _, ref := range *sel.Referrers() {
		ex, ok := ref.(*ssa.Extract)
		switch {
		case !ok:
		case ex.Index == at:
			received = ex
		case ex.Index == 0:
			entry = dispatched(ex, arm)
		}
	}
	return entry, received
}

func dispatched(index *ssa.Extract, arm int) *ssa.BasicBlock {
	for _, ref := range *index.Referrers() {
		cmp, ok := ref.(*ssa.BinOp)
		if !ok || cmp.Op != token.EQL {
			continue
		}
		c, ok := cmp.Y.(*ssa.Const)
		if !ok || c.Value == nil || constant.Compare(c.Value, token.NEQ, constant.MakeInt64(int64(arm))) {
			continue
		}
		for _, use := range *cmp.Referrers() {
			if branch, ok := use.(*ssa.If); ok {
				return branch.Block().Succs[0]
			}
		}
	}
	return nil
}

// nilAfter reports whether a channel variable is nil when a way has come back to
// the loop's head.
func nilAfter(v ssa.Value, way []*ssa.BasicBlock) bool {
	for i := len(way) - 1; i > 0; i-- {
		phi, ok := v.(*ssa.Phi)
		if !ok || phi.Block() != way[i] {
			continue
		}
		for j, pred := range way[i].Preds {
			if pred == way[i-1] {
				v = phi.Edges[j]
			}
		}
	}
	return irx.IsNil(v)
}
