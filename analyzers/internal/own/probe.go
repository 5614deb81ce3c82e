package own

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// -- what a fix has to know --

// Seen is a set of states in which the operand of a probe was met.
type Seen uint8

const (
	// SeenNil: the operand is nil.
	SeenNil Seen = 1 << unborn
	// SeenOpen: it leads to the resource, which is open.
	SeenOpen Seen = 1 << open
	// SeenClosed: it leads to the resource, which is closed already.
	SeenClosed Seen = 1 << closed
	// SeenKept: it leads to the resource, which somebody else closes.
	SeenKept Seen = 1 << kept
	// SeenStored: it leads to the resource, which is open, and so does something
	// that is still used behind the block of the probe.
	SeenStored Seen = 1 << 4
	// SeenHeld: it leads to the resource, which only a field that this function
	// filled has besides.
	SeenHeld Seen = 1 << 5
	// SeenSibling: it is the result of another acquisition of the function.
	SeenSibling Seen = 1 << 6
	// SeenOther: it is something else, or nobody can tell.
	SeenOther Seen = 1 << 7
)

// probeFactor is how much more may be followed for a fix than for a report.
const probeFactor = 8

// patience is by how much the bounds are raised.
func (r *run) patience() int { return r.eng.patience() }

func (e *Engine) patience() int {
	if e.opened != nil {
		return probeFactor
	}
	return 1
}

// probing reports whether states are asked for: nothing may be skipped then that
// does not matter for a report.
func (e *Engine) probing() bool { return e.Peek != nil || e.opened != nil }

// Probe follows the obligations of a function once more and notes the states of
// the first operand at each call of probe. Unlike the walk for a report it
// follows what has been closed or handed over to the end. Infer must have been
// called; the outcomes are in the order of [Engine.Outcomes]. Without a probe
// only what is done to a resource that is closed already is noted.
func (e *Engine) Probe(fn *ssa.Function, probe *types.Func) (out []*Outcome) {
	hard := e.hard // what a report gave up is tried again, with more patience
	e.Peek, e.opened, e.hard = probe, map[ssa.Value]bool{}, nil
	defer func() { e.Peek, e.opened, e.hard = nil, nil, hard }()
	if !e.Pkg.Confine(Name, fn, func() { out = e.probe(fn) }) {
		return nil
	}
	return out
}

func (e *Engine) probe(fn *ssa.Function) (out []*Outcome) {
	obligations := e.obligations(fn)
	for _, ob := range obligations {
		if ob.Call != nil {
			e.opened[ob.Call.Value()] = true
		}
	}
	c := e.newCommon(fn, obligations)
	for _, ob := range obligations {
		out = append(out, c.follow(ob))
	}
	return out
}

// SeenAt returns what was seen at one call of the probe.
func (o *Outcome) SeenAt(call ssa.CallInstruction) Seen { return Seen(o.Peeks[call]) }

// Wraps reports whether a result of a call that succeeds has its i-th operand in it,
// so that an obligation goes on in the result, and which one.
func (e *Engine) Wraps(c *ssa.CallCommon, i int) (result int, ok bool) {
	callee := irx.CalleeOf(c)
	if spec := e.Pkg.Model.Of(callee.Func); spec != nil {
		out := specEffect(spec, i)
		return out.result, out.ok&Returned != 0
	}
	known := e.contract(callee)
	if known == nil {
		return 0, false
	}
	p := known.param(i, 0)
	return p.Result, p.OK&Returned != 0
}

// Misuse counts the places at which a resource that is closed already is closed
// once more, used, or handed over. It is known from [Engine.Probe].
func (o *Outcome) Misuse() int { return len(o.misuse) }

func (r *run) misused(at ssa.Instruction) {
	if r.eng.opened == nil {
		return
	}
	if r.misuse == nil {
		r.misuse = map[ssa.Instruction]bool{}
	}
	r.misuse[at] = true
}

// usesConn reports whether a call that borrows a connection needs an open one: it
// neither asks for an address nor sets something nor makes a text.
func usesConn(site ssa.CallInstruction) bool {
	fn := irx.CalleeOf(site.Common()).Func
	if fn == nil {
		return true
	}
	switch fn.Name() {
	case "RemoteAddr", "LocalAddr", "Addr", "Error", "String":
		return false
	}
	return !strings.HasPrefix(fn.Name(), "Set") && (fn.Pkg() == nil || !texts[fn.Pkg().Path()])
}

var texts = map[string]bool{"fmt": true, "errors": true, "log": true, "log/slog": true}

// stored reports whether something leads to the resource behind the block, when
// only one way goes on from it.
func (r *run) stored(w *work, b *ssa.BasicBlock) bool {
	if len(b.Succs) != 1 {
		return false
	}
	next := w.fork()
	r.bindPhis(next, b, 0, b.Succs[0])
	r.prune(next.state, b.Succs[0])
	return r.reachable(next.state)
}

// nextRound reports whether an edge leads to another acquisition while nothing
// leads to the resource of this one, which has been taken care of: what a probe
// meets from here on is another one.
func (r *run) nextRound(s *state, b, to *ssa.BasicBlock) bool {
	return r.eng.opened != nil && r.ob.Call != nil && (s.status == closed || s.status == kept) &&
		to.Parent() == r.top && to.Dominates(b) && r.reaches[to.Index] && !r.reachable(s)
}

// opens reports whether v is what an acquisition of the function has given: a
// probe may meet it in another variable.
func (r *run) opens(v ssa.Value) bool {
	if r.eng.opened == nil {
		return false
	}
	is, known := r.acquired[v]
	if !known {
		if r.acquired == nil {
			r.acquired = map[ssa.Value]bool{}
		}
		is = r.eng.opened[callOf(v)] || endable(v.Type()) && r.acquiredHere(v, 0)
		r.acquired[v] = is
	}
	return is
}

// unrelated tells what an operand is that does not lead to the resource. What
// the acquiring call gave another time, when it was not followed, is not counted:
// it is as good as the resource that is.
func (r *run) unrelated(s *state, v ssa.Value) Seen {
	if x := r.eval(s, v); x.k == sym {
		if k := r.ps.keys[x.p]; k.path == 0 && !k.mem {
			v = k.v
		}
	}
	if call := callOf(v); call != nil && r.ob.Call != nil && call == r.ob.Call.Value() {
		return 0
	}
	if load, ok := v.(*ssa.UnOp); ok && s.status == unborn && r.ob.Call != nil && onlyHolds(load.X, r.ob.Call.Value()) {
		return 0
	}
	if r.acquiredHere(v, 0) || r.assignedHere(v) {
		return SeenSibling
	}
	return SeenOther
}

// acquiredHere reports whether v is a result of an acquisition, whichever way
// was taken.
func (r *run) acquiredHere(v ssa.Value, depth int) bool {
	phi, ok := v.(*ssa.Phi)
	if !ok {
		return r.resultOfAcquired(callOf(v), depth)
	}
	if depth > maxSteps {
		return false
	}
	for _, e := range phi.Edges {
		if c, ok := e.(*ssa.Const); !(ok && c.IsNil()) && !r.acquiredHere(e, depth+1) {
			return false
		}
	}
	return true
}

// resultOfAcquired reports whether a call acquires, or makes something of what
// was acquired.
func (r *run) resultOfAcquired(call *ssa.Call, depth int) bool {
	if call == nil || depth > maxSteps {
		return false
	}
	if r.eng.opened[call] {
		return true
	}
	return slices.ContainsFunc(call.Call.Args, func(v ssa.Value) bool { return r.acquiredHere(v, depth+1) })
}

// onlyHolds reports whether a variable is assigned nothing but results of the
// call.
func onlyHolds(addr ssa.Value, call *ssa.Call) bool {
	cell, ok := addr.(*ssa.Alloc)
	if !ok {
		return false
	}
	for _, ref := range *cell.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Val == cell || callOf(ref.Val) != call {
				return false
			}
		case *ssa.MakeClosure:
			if assignsCaptured(ref, cell) {
				return false
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}

// assignedHere reports whether v is a variable that is assigned nothing but what
// was acquired, on each way to where it is read.
func (r *run) assignedHere(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	cell, ok := load.X.(*ssa.Alloc)
	if !ok || load.Parent() != cell.Parent() {
		return false
	}
	stores := map[*ssa.BasicBlock]bool{}
	for _, ref := range *cell.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Val == cell || !r.acquiredHere(ref.Val, 0) {
				return false
			}
			stores[ref.Block()] = true
		case *ssa.MakeClosure:
			if assignsCaptured(ref, cell) {
				return false
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return false
		}
	}
	return !stores[load.Block()] && !reachesAround(cell.Block(), load.Block(), stores)
}

// reachesAround reports whether a way leads from one block to another through
// none of some blocks.
func reachesAround(from, to *ssa.BasicBlock, avoid map[*ssa.BasicBlock]bool) bool {
	seen := map[*ssa.BasicBlock]bool{}
	queue := []*ssa.BasicBlock{from}
	for len(queue) > 0 {
		b := queue[0]
		queue = queue[1:]
		if seen[b] || avoid[b] {
			continue
		}
		if seen[b] = true; b == to {
			return true
		}
		queue = append(queue, b.Succs...)
	}
	return false
}

// assignsCaptured reports whether a closure may assign the variable.
func assignsCaptured(c *ssa.MakeClosure, cell ssa.Value) bool {
	fn := c.Fn.(*ssa.Function)
	for i, b := range c.Bindings {
		if b != cell {
			continue
		}
		for _, ref := range *fn.FreeVars[i].Referrers() {
			if _, ok := ref.(*ssa.UnOp); !ok {
				return true
			}
		}
	}
	return false
}

// callOf returns the call that v is a result of, perhaps converted, or nil.
func callOf(v ssa.Value) *ssa.Call {
	for {
		switch x := v.(type) {
		case *ssa.Call:
			return x
		case *ssa.Extract:
			v = x.Tuple
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.TypeAssert:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.Convert:
			v = x.X
		default:
			return nil
		}
	}
}

// SeenAtCalls follows the obligations of a function once more, and tells of each
// call that is given a resource, deferred ones included, in which states it was
// when it came to run. Calls are named by their parenthesis.
func (e *Engine) SeenAtCalls(fn *ssa.Function) map[token.Pos]Seen {
	e.watch = true
	defer func() { e.watch = false }()
	out := map[token.Pos]Seen{}
	obligations := e.obligations(fn)
	c := e.newCommon(fn, obligations)
	for _, ob := range obligations {
		for call, set := range c.follow(ob).Peeks {
			out[call.Common().Pos()] |= Seen(set)
		}
	}
	return out
}

// watchCall notes the state of the resource at a call that is given it.
func (r *run) watchCall(w *work, site ssa.CallInstruction) {
	if r.eng.watch && w.status != unborn && r.firstHolder(w.state, irx.Operands(site.Common())) >= 0 {
		if r.peeks == nil {
			r.peeks = map[ssa.CallInstruction]uint8{}
		}
		r.peeks[site] |= 1 << w.status
	}
}
