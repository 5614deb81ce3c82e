package own

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- who serves a session --
//
//	_, chans, reqs, err := ssh.NewServerConn(conn, cfg)
//	go ssh.DiscardRequests(reqs)
//	go handle(chans)
//
// The side that is called serves what its peer opens, until the peer, or the
// session itself, ends it ([netmodel.Spec.Incoming]): who has the channel of what
// is opened has the session. Which values lead to the channel is a may-analysis
// without regard to the order of statements, and that a goroutine which has it
// receives from it to the end is supposed: both err towards silence. A callee that
// is waited for is followed: it must have received the end itself.

// A served channel, and what leads to it in one function and the literals in it.
type served struct {
	eng      *Engine
	elems    []types.Type // of the channels
	carriers map[ssa.Value]bool
	queue    []ssa.Value
	depth    int
}

// maxServed bounds how deep callees are followed.
const maxServed = 3

// noteServed notes what leads to the channel of a session which a call makes of the
// resource.
func (r *run) noteServed(call ssa.CallInstruction) {
	v := call.Value()
	if v == nil || r.serving != nil && slices.Contains(r.serving.calls, v) {
		return
	}
	results := r.eng.incoming(irx.CalleeOf(call.Common()))
	if results == nil {
		return
	}
	if r.serving == nil {
		r.serving = &sessionServed{served: served{eng: r.eng, carriers: map[ssa.Value]bool{}}}
	}
	r.serving.calls = append(r.serving.calls, v)
	r.serving.follow(v, results)
}

// sessionServed is what is known of the channels of the sessions of one walk.
type sessionServed struct {
	served
	calls []*ssa.Call
}

// carries reports whether v leads to the channel of a session over the resource.
func (r *run) carries(v ssa.Value) bool { return r.serving != nil && r.serving.carriers[v] }

// serve lets go of the resource where another has the channel, and is done with it
// where one has received the end.
func (r *run) serve(w *work, instr ssa.Instruction) {
	if w.status != open && !w.leftToGo() {
		return
	}
	if call, ok := instr.(*ssa.Call); ok && w.status == open && r.drained(w.state, call) {
		w.status = closed
		return
	}
	if r.serving != nil && r.serving.givenAt(instr) {
		w.status = kept
		w.flags &^= field1 | goLeaks
	}
}

// giveServed lets go of the resource at a return that gives the channel away, and
// nothing else that leads to it.
func (r *run) giveServed(s *state, ret *ssa.Return) {
	if s.status != open || len(r.stack) > 1 || !slices.ContainsFunc(ret.Results, r.carries) {
		return
	}
	if !slices.ContainsFunc(ret.Results, func(v ssa.Value) bool { return len(r.holdPaths(s, v)) > 0 }) {
		s.status = kept
	}
}

// -- in one function --

// incomingResults are the results of a function that lead to the channel of a session,
// with the type of what that gives.
type incomingResults struct {
	index []int
	elems []types.Type
}

// incoming returns the results of a callee that lead to the channel of a session, or
// nil.
func (e *Engine) incoming(callee irx.Callee) *incomingResults {
	if spec := e.Pkg.Model.Of(callee.Func); spec != nil {
		if spec.Incoming == nil {
			return nil
		}
		t := callee.Func.Signature().Results().At(*spec.Incoming).Type()
		return &incomingResults{[]int{*spec.Incoming}, channelsIn(t, 0)}
	}
	fn := callee.Body
	if fn == nil || !slices.ContainsFunc(slices.Collect(fn.Signature.Results().Variables()), func(v *types.Var) bool { return len(channelsIn(v.Type(), 0)) > 0 }) {
		return nil
	}
	out, known := e.gives[fn]
	if !known {
		if e.gives == nil {
			e.gives = map[*ssa.Function]*incomingResults{}
		}
		e.gives[fn] = nil // it may call itself
		out = e.incomingOf(fn)
		e.gives[fn] = out
	}
	return out
}

func (e *Engine) incomingOf(fn *ssa.Function) *incomingResults {
	c := &served{eng: e, carriers: map[ssa.Value]bool{}}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok {
				if results := e.incoming(irx.CalleeOf(call.Common())); results != nil {
					c.follow(call, results)
				}
			}
		}
	}
	out := &incomingResults{elems: c.elems}
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		for i := 0; ok && i < len(ret.Results); i++ {
			if c.carriers[ret.Results[i]] && !slices.Contains(out.index, i) {
				out.index = append(out.index, i)
			}
		}
	}
	if len(out.index) == 0 {
		return nil
	}
	return out
}

// follow adds what leads to the channel in the results of a call.
func (c *served) follow(call *ssa.Call, results *incomingResults) {
	c.elems = append(c.elems, results.elems...)
	if _, many := call.Type().(*types.Tuple); !many {
		c.add(call)
	} else {
		for _, ref := range *call.Referrers() {
			if ex, ok := ref.(*ssa.Extract); ok && slices.Contains(results.index, ex.Index) {
				c.add(ex)
			}
		}
	}
	c.spread()
}

// channelsIn lists what the channels give that are in a value of type t.
func channelsIn(t types.Type, depth int) (out []types.Type) {
	if depth > maxServed {
		return nil
	}
	switch u := irx.Deref(t).Underlying().(type) {
	case *types.Chan:
		return []types.Type{u.Elem()}
	case *types.Struct:
		for f := range u.Fields() {
			if f.Type() != t {
				out = append(out, channelsIn(f.Type(), depth+1)...)
			}
		}
	}
	return out
}

// leads reports whether a value of type t may lead to the channel.
func (c *served) leads(t types.Type) bool {
	if p, ok := irx.Deref(t).Underlying().(*types.Pointer); ok {
		t = p // a variable
	}
	return slices.ContainsFunc(channelsIn(t, 0), func(el types.Type) bool {
		return slices.ContainsFunc(c.elems, func(is types.Type) bool { return types.Identical(el, is) })
	})
}

// from is the same for a callee that is given the channel as a parameter.
func (c *served) from(p *ssa.Parameter) *served {
	in := &served{eng: c.eng, elems: c.elems, carriers: map[ssa.Value]bool{}, depth: c.depth + 1}
	in.addAny(p)
	in.spread()
	return in
}

// add adds v if it may lead to the channel by its type.
func (c *served) add(v ssa.Value) {
	if c.leads(v.Type()) {
		c.addAny(v)
	}
}

func (c *served) addAny(v ssa.Value) {
	if !c.carriers[v] {
		c.carriers[v] = true
		c.queue = append(c.queue, v)
	}
}

func (c *served) spread() {
	for len(c.queue) > 0 {
		v := c.queue[len(c.queue)-1]
		c.queue = c.queue[:len(c.queue)-1]
		if v.Referrers() == nil {
			continue
		}
		for _, ref := range *v.Referrers() {
			c.visit(v, ref)
		}
	}
}

func (c *served) visit(v ssa.Value, ref ssa.Instruction) {
	switch ref := ref.(type) {
	case *ssa.Store:
		if root, ok := wholeOf(ref.Addr).(*ssa.Alloc); ok && ref.Val == v {
			c.add(root)
		}
	case *ssa.MakeClosure:
		c.addAny(ref)
		for i, b := range ref.Bindings {
			if b == v {
				c.add(ref.Fn.(*ssa.Function).FreeVars[i])
			}
		}
	case *ssa.UnOp:
		if ref.Op == token.MUL {
			c.add(ref)
		}
	case *ssa.MakeInterface, *ssa.ChangeInterface:
		c.addAny(ref.(ssa.Value))
	case *ssa.FieldAddr, *ssa.Field, *ssa.ChangeType, *ssa.TypeAssert, *ssa.Phi:
		c.add(ref.(ssa.Value))
	}
}

// wholeOf is the object that an address is a part of.
func wholeOf(addr ssa.Value) ssa.Value {
	for {
		f, ok := addr.(*ssa.FieldAddr)
		if !ok {
			return addr
		}
		addr = f.X
	}
}

// givenAt reports whether an instruction gives the channel to a goroutine, or to
// something that outlives the function.
func (c *served) givenAt(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Go:
		return c.carriers[instr.Call.Value] || slices.ContainsFunc(instr.Call.Args, func(v ssa.Value) bool { return c.carriers[v] })
	case *ssa.Send:
		return c.carriers[instr.X]
	case *ssa.MapUpdate:
		return c.carriers[instr.Value]
	case *ssa.Store:
		_, local := wholeOf(instr.Addr).(*ssa.Alloc)
		return c.carriers[instr.Val] && !local
	case *ssa.Call:
		return c.givenTo(instr)
	}
	return false
}

// givenTo reports whether a callee goes on with the channel when it has returned. An
// object is what its own contract says.
func (c *served) givenTo(call *ssa.Call) bool {
	callee := irx.CalleeOf(call.Common())
	if callee.Builtin != "" {
		return false
	}
	spec := c.eng.Pkg.Model.Of(callee.Func)
	for i, op := range irx.Operands(call.Common()) {
		switch {
		case !c.carriers[op]:
		case spec != nil:
			if spec.Spawns != nil && *spec.Spawns == i || slices.Contains(spec.Registers, i) {
				return true
			}
		case callee.Body == nil:
			if isChan(op) && !c.drainedBy(callee, i) {
				return true
			}
		case i < len(callee.Body.Params) && c.depth < maxServed:
			if c.from(callee.Body.Params[i]).given(callee.Body) {
				return true
			}
		}
	}
	return false
}

func (c *served) given(fn *ssa.Function) bool {
	return slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool { return slices.ContainsFunc(b.Instrs, c.givenAt) })
}
