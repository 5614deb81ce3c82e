package errpath

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// maxVisits bounds the block visits of one play; past it nothing is known.
const maxVisits = 4000

// player plays one error through one function.
type player struct {
	r    *Result
	kind Error
	// call is where a retry ends; nil for a function that is given the error.
	call      *ssa.Call
	err, conn ssa.Value
	// wrapper: the function is an Accept method, which may pass both results
	// on as they are.
	wrapper bool

	memo   map[string]Outcomes
	visits int
	// known holds what the evaluation at hand has found so far.
	known map[ssa.Value]value
	// start is what is known right after the call, besides its error.
	start state
	// inside are the blocks that lead back to the call; nil before use.
	inside []bool
	// returned notes the values of the results, for summaries.
	returned func(ret *ssa.Return, s state)
}

// after plays from the instruction after the call, in a state.
func (p *player) after(s state) Outcomes {
	b := p.call.Block()
	for i, instr := range b.Instrs {
		if instr == ssa.Instruction(p.call) {
			return p.finish(p.run(b, i+1, s))
		}
	}
	return Outcomes{}
}

// entry plays from the start of a function.
func (p *player) entry(fn *ssa.Function) Outcomes {
	return p.finish(p.run(fn.Blocks[0], 0, state{}))
}

func (p *player) finish(o Outcomes) Outcomes {
	if p.visits > maxVisits {
		return Outcomes{}
	}
	return o
}

// visit enters b from pred; equal visits have equal outcomes, and one that leads
// to itself adds none.
func (p *player) visit(b, pred *ssa.BasicBlock, s state) Outcomes {
	if p.visits++; p.visits > maxVisits {
		return Outcomes{}
	}
	s = p.phis(b, pred, s)
	key := fmt.Sprint(b.Index, " ", s.key())
	if o, ok := p.memo[key]; ok {
		return o
	}
	p.memo[key] = Outcomes{}
	o := p.run(b, 0, s)
	p.memo[key] = o
	return o
}

func (p *player) phis(b, pred *ssa.BasicBlock, s state) state {
	edge := -1
	for i, q := range b.Preds {
		if q == pred {
			edge = i
		}
	}
	out := s
	for _, instr := range b.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		out = out.with(phi, p.eval(phi.Edges[edge], s)) // all at once: from s
	}
	return out
}

// run executes a block from instruction i on.
func (p *player) run(b *ssa.BasicBlock, i int, s state) Outcomes {
	for _, instr := range b.Instrs[i:] {
		if p.shows(instr) {
			s.last = instr
			if (s.left == nil || s.left.Block() == b) && p.outside(b) {
				s.left = instr
			}
		}
		if o, done := p.ends(instr, s); done {
			return o
		}
		s = p.step(instr, s)
	}
	return p.leave(b, s)
}

// shows reports whether an instruction shows where a path goes: it is a call of the
// source's, or the end, after the accept and not at the head of the loop.
func (p *player) shows(instr ssa.Instruction) bool {
	switch instr.(type) {
	case *ssa.Call, *ssa.Go, *ssa.Send, *ssa.Return:
	default:
		return false
	}
	return instr.Pos().IsValid() && (p.call == nil || instr.Pos() > p.call.Pos() && !instr.Block().Dominates(p.call.Block()))
}

// outside reports whether nothing leads from a block back to the accept.
func (p *player) outside(b *ssa.BasicBlock) bool {
	if p.call == nil {
		return false
	}
	if p.inside == nil {
		p.inside = irx.Reaches(b.Parent(), p.call.Block())
	}
	return !p.inside[b.Index]
}

// ends tells what the path comes to at an instruction, if it ends there.
func (p *player) ends(instr ssa.Instruction, s state) (o Outcomes, done bool) {
	if p.usesNil(instr, s) {
		o.add(NilUsed, instr)
		return o, true
	}
	switch instr := instr.(type) {
	case *ssa.Return:
		return p.returns(instr, s), true
	case *ssa.Panic:
		if p.r.delay.EndsProcess(instr) && !p.r.recovers(instr.Parent()) {
			o.add(Exit, instr)
		}
		return o, true
	case *ssa.Call:
		if instr == p.call {
			return p.retry(s), true
		}
		if p.exits(instr, s) {
			if !p.r.recovers(instr.Parent()) || p.r.exitsForSure(instr) {
				o.add(Exit, instr)
			}
			return o, true
		}
	}
	return o, false
}

func (p *player) retry(s state) (o Outcomes) {
	if s.last == nil {
		s.last = p.call
	}
	if s.delayed {
		o.add(DelayedRetry, s.last)
	} else {
		o.add(Retry, s.last)
	}
	return o
}

// exits reports whether a call does not return, given the error: the process
// ends, or a panic goes to whoever recovers.
func (p *player) exits(call *ssa.Call, s state) bool {
	f := p.r.delay.OfCall(call.Common())
	if f.Exits {
		return true
	}
	ops := irx.Operands(call.Common())
	for _, i := range f.ExitsIf {
		if i < len(ops) && p.eval(ops[i], s) == isErr {
			return true
		}
	}
	return false
}

func (p *player) returns(ret *ssa.Return, s state) (o Outcomes) {
	if p.returned != nil {
		p.returned(ret, s)
	}
	o.add(Leaves, ret)
	if s.emfile {
		o.add(GivesUp, ret)
	}
	if s.told || p.r.tellsOnReturn(ret.Parent()) || p.r.counted(ret.Parent()) || p.hangsUpOnReturn() || p.leavesToDeferred(ret.Parent(), s) {
		o.add(Told, ret)
		o.add(Returned, ret)
	} else if p.returnsError(ret, s) {
		o.add(Returned, ret)
	} else if s.left != nil && !ret.Pos().IsValid() {
		o.add(Silent, s.left) // the end of the function says less than where the loop was left
	} else {
		o.add(Silent, ret)
	}
	return o
}

// returnsError reports whether a result tells the caller of a failure: it is an error,
// or what holds the error or its text.
func (p *player) returnsError(ret *ssa.Return, s state) bool {
	for _, v := range ret.Results {
		switch is := p.eval(v, s); {
		case is == isErr, is == isText, irx.IsError(v.Type()) && is != isNil:
			return true
		}
	}
	return false
}

// leave follows the end of a block.
func (p *player) leave(b *ssa.BasicBlock, s state) Outcomes {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		var o Outcomes
		for _, succ := range b.Succs {
			o = o.union(p.visit(succ, b, s))
		}
		return o
	}
	yes, no := p.assume(branch.Cond, s)
	switch p.eval(branch.Cond, s) {
	case isTrue:
		return p.visit(b.Succs[0], b, yes)
	case isFalse:
		return p.visit(b.Succs[1], b, no)
	}
	then, other := p.visit(b.Succs[0], b, yes), p.visit(b.Succs[1], b, no)
	if p.involved(branch.Cond, s, make(map[ssa.Value]bool)) {
		return then.unsure(other)
	}
	o := then.either(other)
	if p.call != nil && decides(then, other) && (!b.Dominates(p.call.Block()) || p.asksSession(branch.Cond)) {
		o.add(Decides, branch)
	}
	return o
}

// assume returns the states of the two arms of a branch.
func (p *player) assume(cond ssa.Value, s state) (yes, no state) {
	yes, no = s, s
	if p.asksForEMFILE(cond, s, 0) {
		yes.emfile = true
	}
	b, ok := cond.(*ssa.BinOp)
	if !ok || !irx.IsNil(b.Y) {
		return yes, no
	}
	if p.wrapper && irx.IsError(b.X.Type()) && p.eval(b.X, s) == unknown {
		// What is nil here is no error when it is returned.
		if b.Op == token.EQL {
			return yes.with(b.X, isNil), no
		}
		return yes, no.with(b.X, isNil)
	}
	if p.eval(b.X, s) != isConn {
		return yes, no
	}
	// "if conn != nil { conn.Close() }" is no use of a nil connection.
	if b.Op.String() == "!=" {
		return yes.found(b.X), no
	}
	return yes, no.found(b.X)
}

// asksForEMFILE reports whether a condition holds because the code names EMFILE
// or ENFILE.
func (p *player) asksForEMFILE(cond ssa.Value, s state, depth int) bool {
	if p.kind != EMFILE || depth > maxDepth || p.eval(cond, s) != isTrue {
		return false
	}
	instr, ok := cond.(ssa.Instruction)
	if !ok {
		return false
	}
	for _, op := range instr.Operands(nil) {
		v := *op
		if m, ok := v.(*ssa.MakeInterface); ok {
			v = m.X
		}
		if c, ok := v.(*ssa.Const); ok && outOfDescriptors(c) {
			return true
		}
		if c, ok := stringConst(v); ok && c == "too many open files" {
			return true
		}
	}
	return false
}

// maxParts bounds the parts of a condition that are looked at.
const maxParts = 64

// involved reports whether a condition depends on the error.
func (p *player) involved(v ssa.Value, s state, seen map[ssa.Value]bool) bool {
	if len(seen) > maxParts {
		return true // too much to say
	}
	if seen[v] {
		return false
	}
	seen[v] = true
	if is := p.eval(v, s); is == isErr || is == isText || v == p.err {
		return true
	}
	instr, ok := v.(ssa.Instruction)
	if _, isPhi := v.(*ssa.Phi); !ok || isPhi {
		return false
	}
	for _, op := range instr.Operands(nil) {
		if *op != nil && p.involved(*op, s, seen) {
			return true
		}
	}
	return false
}

// step returns the state after an instruction that the path survives.
func (p *player) step(instr ssa.Instruction, s state) state {
	s = p.remade(instr, s)
	if p.r.delay.Waits(instr) || p.waitsOnChannel(instr) || p.readsFromPeer(instr, s) {
		s.delayed = true
	}
	if p.tells(instr, s) {
		s.told = true
	}
	switch instr := instr.(type) {
	case *ssa.Store:
		return p.store(instr, s)
	case *ssa.Call:
		return p.keepsNil(instr, p.fillsTarget(instr, s))
	}
	return s
}

func (p *player) store(st *ssa.Store, s state) state {
	is := p.eval(st.Val, s)
	switch addr := st.Addr.(type) {
	case *ssa.Alloc, *ssa.FreeVar, *ssa.Global:
		return s.with(addr, is)
	case *ssa.FieldAddr:
		// An object that holds the error, or the connection, stands for it.
		if obj, ok := addr.X.(*ssa.Alloc); ok && (is == isErr || is == isConn && s.env[obj] != isErr) {
			return s.with(obj, is)
		}
		if is == isConn && madeInLoop(addr.X) {
			return s.with(addr.X, is)
		}
		return s.withField(addr, is)
	}
	return s
}

// fillsTarget: errors.As sets its target when it holds.
func (p *player) fillsTarget(call *ssa.Call, s state) state {
	if p.eval(call, s) != isTrue || len(call.Call.Args) != 2 {
		return s
	}
	target := call.Call.Args[1]
	if m, ok := target.(*ssa.MakeInterface); ok {
		target = m.X
	}
	if obj, ok := target.(*ssa.Alloc); ok && types.Implements(asTarget(obj), errorInterface()) {
		return s.with(obj, isErr)
	}
	return s
}

func errorInterface() *types.Interface {
	return types.Universe.Lookup("error").Type().Underlying().(*types.Interface)
}
