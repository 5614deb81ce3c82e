package peerio

import (
	"go/token"
	"go/types"
	"sort"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/dataflow"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// -- one function --

// walker gathers the sites of one function.
type walker struct {
	e      *engine
	fn     *ssa.Function
	limits *limits
	state  dataflow.Set
	sites  []Site
}

func (e *engine) summarize(fn *ssa.Function) (*summary, []Site) {
	w := &walker{e: e, fn: fn, limits: e.limitsOf(fn)}
	for _, b := range fn.Blocks {
		if w.limits != nil {
			w.state = w.limits.entry(b.Index)
		}
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				w.visit(call)
			}
			if w.limits != nil {
				w.state = w.limits.step(w.state, instr)
			}
		}
	}
	w.joins()
	sort.SliceStable(w.sites, func(i, j int) bool { return w.sites[i].Instr.Pos() < w.sites[j].Instr.Pos() })
	sum := &summary{Holds: e.holds(fn), Fills: e.fills(fn), Calls: e.calls(fn), Types: e.resultTypes(fn)}
	for _, s := range w.sites {
		if on := inputOf(fn, s.Ref.Base); on >= 0 {
			wait := s.Wait
			wait.On, wait.Path = on, s.Ref.Path
			sum.addWait(wait)
		}
	}
	if w.limits != nil {
		w.limits.summarize(sum)
	}
	return sum, w.sites
}

// visit notes what a call waits for.
func (w *walker) visit(call ssa.CallInstruction) {
	_, async := call.(*ssa.Go)
	targets := w.e.targets(call.Common())
	for i := range targets {
		t := &targets[i]
		w.apply(call, t, async)
		for _, c := range t.sum.Calls {
			w.run(call, t.operand(c.On), async || c.Async)
		}
		if t.spec != nil {
			w.implicit(call, t, async)
		}
	}
	if len(targets) == 0 {
		w.guess(call)
	}
	if len(targets) == 0 || async {
		w.passed(call)
	}
}

// run follows a function value that a call runs.
func (w *walker) run(call ssa.CallInstruction, v ssa.Value, async bool) {
	if v == nil {
		return
	}
	for _, fv := range w.e.funcsOf(v, 0) {
		for _, t := range w.e.known(fv, nil) {
			w.apply(call, &t, async)
		}
	}
}

// passed follows the literals given to a function of which nothing is known: it
// may be a pool, so what they wait for is not waited for here. The literals in
// `go timer.Time(func() { ... })` are certainly run elsewhere.
func (w *walker) passed(call ssa.CallInstruction) {
	if irx.CalleeOf(call.Common()).Builtin != "" {
		return
	}
	for _, a := range call.Common().Args {
		if _, ok := a.(*ssa.MakeClosure); ok {
			w.run(call, a, true)
		}
	}
}

// apply notes the waits of a target at its call.
func (w *walker) apply(call ssa.CallInstruction, t *target, async bool) {
	for _, wait := range t.sum.Waits {
		v := t.operand(wait.On)
		if v == nil {
			continue
		}
		name := t.name(w.e)
		wait.Chain = prepend(Step{name, call.Pos()}, wait.Chain)
		wait.Async = wait.Async || async
		if t.spec == nil && !wait.Serves && (!wait.Exchange || wait.named) && exchangeName(t.fn) {
			wait.Exchange, wait.named, wait.At = true, true, token.NoPos
		}
		if wait.At == token.NoPos {
			wait.At, wait.What = call.Pos(), name
		}
		wait.Serves = wait.Serves || !wait.Exchange && (relays(t) || !async && servesAt(call))
		for _, o := range w.e.traced(v, wait.Path) {
			through := w.besides(wait, o.Ref, t)
			through.Other = through.Other || o.other
			if through.Bound.Kind == Unbounded && o.bound.Kind == Bounded {
				through.Bound = o.bound
			}
			w.add(call, o.Ref, through, t)
		}
	}
}

func (w *walker) add(call ssa.CallInstruction, ref Ref, wait Wait, t *target) {
	wait.Bound = w.bound(wait.Bound, ref, t)
	if wait.Async && wait.Bound.Open() && w.guarded(ref) {
		wait.Bound = Bound{Kind: Unknown}
	}
	if wait.Bound.Kind == Unbounded && wait.With == 0 {
		wait.With, wait.WithBound = w.otherDeadline(ref)
	}
	w.sites = append(w.sites, Site{call, ref, wait})
}

// bound joins what bounds a wait in the callee with what bounds it here.
func (w *walker) bound(b Bound, ref Ref, t *target) Bound {
	ctx := 0
	if b.Ctx > 0 {
		c := Bound{Kind: Unknown}
		if v := t.operand(b.Ctx - 1); v != nil {
			c = w.e.cellContext(v)
		}
		if !c.Open() {
			if b.Kind == Bounded {
				return Bound{Kind: Bounded, By: b.By, Limit: b.Limit}
			}
			if c.Kind == Bounded || w.limits == nil || w.limits.of(w.state, ref).Kind != Bounded {
				return c
			}
		}
		ctx, b.Ctx = c.Ctx, 0
	}
	if b.Kind == Unbounded && w.limits != nil {
		b = w.limits.of(w.state, ref)
	}
	if b.Open() {
		b.Ctx = ctx
	}
	return b
}

// guarded reports whether fn itself ends the connection when a timer fires:
// then what another goroutine waits for is bounded, by how much cannot be told.
func (w *walker) guarded(ref Ref) bool {
	if w.e.timer(w.fn, nil).Kind == Unbounded {
		return false
	}
	for _, r := range w.e.ends(w.fn) {
		if r.Base == ref.Base {
			return true
		}
	}
	return false
}

// guess notes a dynamic call of unknown code that looks like a handshake.
func (w *walker) guess(call ssa.CallInstruction) {
	if _, waits := call.(*ssa.Call); !waits || !irx.CalleeOf(call.Common()).Dynamic {
		return
	}
	conn := w.e.converts(call.Common())
	if conn == nil {
		return
	}
	name := irx.CallName(call.Common(), w.e.pkg.Pass.Pkg)
	wait := Wait{IO: netmodel.Handshake, Guess: true, Chain: []Step{{name, call.Pos()}}, At: call.Pos(), What: name}
	for _, ref := range w.e.origins(conn, "") {
		w.add(call, ref, wait, &target{sum: nothing})
	}
}

// implicit notes a write to a TLS connection: the first one shakes hands.
func (w *walker) implicit(call ssa.CallInstruction, t *target, async bool) {
	for _, p := range t.spec.Peer {
		v := t.operand(p.Operand)
		if p.IO != netmodel.Write || v == nil || !isTLS(v) {
			continue
		}
		name := t.name(w.e)
		wait := Wait{IO: netmodel.Read, Exchange: isFresh(v), Async: async, Chain: []Step{{name, call.Pos()}}, At: call.Pos(), What: name}
		for _, o := range w.e.traced(v, "") {
			wait.Other = o.other
			w.add(call, o.Ref, wait, &target{sum: nothing})
		}
	}
}

// isFresh reports whether v is a TLS connection that the function has just made
// and neither shakes hands on nor gives to another function.
func isFresh(v ssa.Value) bool {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	made, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	for _, ref := range *made.Referrers() {
		switch ref := ref.(type) {
		case ssa.CallInstruction:
			fn := irx.CalleeOf(ref.Common()).Func
			if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "crypto/tls" || strings.HasPrefix(fn.Name(), "Handshake") {
				return false
			}
		case *ssa.MakeInterface:
		default:
			return false
		}
	}
	return true
}

func isTLS(v ssa.Value) bool {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	p, ok := v.Type().(*types.Pointer)
	return ok && isNamed(p.Elem(), "crypto/tls", "Conn")
}
