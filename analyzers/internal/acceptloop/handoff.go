package acceptloop

import (
	"go/types"
	"sort"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// HandoffKind says how work gets to another goroutine.
type HandoffKind uint8

const (
	// Go is a go statement.
	Go HandoffKind = iota
	// Spawn is a call that runs a function on another goroutine
	// (errgroup.Group.Go, a pool).
	Spawn
	// Send is a send on a channel, also as an arm of a select.
	Send
	// Callee is a call of a function of this package that starts a goroutine
	// for what it is given, or sends it on a channel.
	Callee
	// Passed is a call of an unknown function with a function literal that
	// captures the connection: a pool, for all that is known.
	Passed
	// Kept is an entry of the connection, or of what holds it, in a collection
	// that outlives the iteration: whoever finds it there serves it.
	Kept
	// Stored is an assignment of it to a field or variable that outlives the
	// iteration; the next connection replaces it.
	Stored
	// Unknown is a call of unknown code with the connection: an interface
	// method, a function value. It may serve it here or elsewhere.
	Unknown
)

func (k HandoffKind) String() string {
	return [...]string{"go", "spawn", "send", "callee", "passed", "kept", "stored", "unknown"}[k]
}

// Sure reports whether the work is certainly done elsewhere, so that a loop
// with it does not serve one connection at a time.
func (k HandoffKind) Sure() bool { return k != Stored && k != Unknown }

// Handoff is a statement after the accept that gives work to somebody else.
type Handoff struct {
	Instr ssa.Instruction
	Kind  HandoffKind
	// Carries says that the connection, or something that holds it, goes along.
	Carries bool
	// Bodies are the functions of this package that then run elsewhere: the
	// callee of a go statement and function literals passed to it.
	Bodies []*ssa.Function
	// Chan is the channel of a Send.
	Chan ssa.Value
}

// Within returns the loop-less context of a function that is given a connection as
// its parameter or captured variable v: what it hands over, and what v is held by.
// It has no Call.
func (r *Result) Within(v ssa.Value) *Loop {
	fn := v.Parent()
	l := &Loop{Fn: fn, Conn: v, Region: make([]bool, len(fn.Blocks)), carriers: carriers(v)}
	for i := range l.Region {
		l.Region[i] = true
	}
	l.Handoffs = r.finder.handoffs(l)
	return l
}

func (f *finder) handoffs(l *Loop) []Handoff {
	return f.handoffsIn(l.Fn, l.carriers, func(instr ssa.Instruction) bool {
		return instr != ssa.Instruction(l.Call) && l.Contains(instr)
	})
}

func (f *finder) handoffsIn(fn *ssa.Function, held map[ssa.Value]bool, in func(ssa.Instruction) bool) []Handoff {
	var out []Handoff
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if in(instr) {
				out = append(out, f.handoff(instr, held)...)
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Instr.Pos() < out[j].Instr.Pos() })
	return out
}

// handoff tells what one instruction gives away, where held are the carriers.
func (f *finder) handoff(instr ssa.Instruction, held map[ssa.Value]bool) []Handoff {
	switch instr := instr.(type) {
	case *ssa.Go:
		return []Handoff{{Instr: instr, Kind: Go, Carries: passesAny(&instr.Call, held), Bodies: bodies(&instr.Call)}}
	case *ssa.Send:
		return []Handoff{{Instr: instr, Kind: Send, Carries: held[instr.X], Chan: instr.Chan}}
	case *ssa.Select:
		return selectSends(instr, held)
	case *ssa.Call:
		return f.callHandoff(instr, held)
	case *ssa.Store:
		if held[instr.Val] && localBase(instr.Addr) == nil {
			return []Handoff{{Instr: instr, Kind: storeKind(instr.Val), Carries: true}}
		}
	case *ssa.MapUpdate:
		if (held[instr.Value] || held[instr.Key]) && localBase(instr.Map) == nil {
			return []Handoff{{Instr: instr, Kind: Kept, Carries: true}}
		}
	}
	return nil
}

// storeKind tells an append to a collection from an assignment.
func storeKind(v ssa.Value) HandoffKind {
	if call, ok := v.(*ssa.Call); ok {
		if b, ok := call.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
			return Kept
		}
	}
	return Stored
}

func selectSends(sel *ssa.Select, held map[ssa.Value]bool) []Handoff {
	var out []Handoff
	for _, st := range sel.States {
		if st.Dir == types.SendOnly {
			out = append(out, Handoff{Instr: sel, Kind: Send, Carries: held[st.Send], Chan: st.Chan})
		}
	}
	return out
}

func (f *finder) callHandoff(call *ssa.Call, held map[ssa.Value]bool) []Handoff {
	callee := irx.CalleeOf(&call.Call)
	if callee.Builtin != "" {
		return nil
	}
	ops := irx.Operands(&call.Call)
	if spec := f.pkg.Model.Of(callee.Func); spec != nil {
		if spec.Spawns != nil {
			op := ops[*spec.Spawns]
			return []Handoff{{Instr: call, Kind: Spawn, Carries: held[op], Bodies: funcsOf(op)}}
		}
		if keeps(spec, ops, held) {
			return []Handoff{{Instr: call, Kind: Kept, Carries: true}}
		}
		return nil
	}
	if callee.Body != nil {
		return f.calleeHandoff(call, callee.Body, held)
	}
	unknown := false
	for i, op := range ops {
		if mc, ok := op.(*ssa.MakeClosure); ok && held[mc] {
			return []Handoff{{Instr: call, Kind: Passed, Carries: true, Bodies: funcsOf(op)}}
		}
		receiver := call.Call.IsInvoke() && i == 0
		unknown = unknown || callee.Dynamic && !receiver && held[op]
	}
	if unknown {
		return []Handoff{{Instr: call, Kind: Unknown, Carries: true}}
	}
	return nil
}

// keeps reports whether the model says that a call keeps a connection and does
// nothing else with it. One that waits for the peer serves it, here.
func keeps(spec *netmodel.Spec, ops []ssa.Value, held map[ssa.Value]bool) bool {
	if spec.Serves != nil || len(spec.Wraps) > 0 || len(spec.Peer) > 0 {
		return false
	}
	for _, t := range spec.Takes {
		if t.Operand < len(ops) && held[ops[t.Operand]] {
			return true
		}
	}
	return false
}

func (f *finder) calleeHandoff(call *ssa.Call, body *ssa.Function, held map[ssa.Value]bool) []Handoff {
	for i, given := range givenTo(&call.Call) {
		if held[given] && f.dispatches(body)[i] {
			return []Handoff{{Instr: call, Kind: Callee, Carries: true, Bodies: []*ssa.Function{body}}}
		}
	}
	return nil
}

// givenTo returns the values that a static callee sees: its parameters, then its
// free variables.
func givenTo(call *ssa.CallCommon) []ssa.Value {
	out := append([]ssa.Value(nil), call.Args...)
	if mc, ok := call.Value.(*ssa.MakeClosure); ok {
		out = append(out, mc.Bindings...)
	}
	return out
}

// dispatches returns which parameters (and, after them, free variables) fn hands
// over. Recursion finds the empty set, which is right for the first round and
// misses nothing that is not in the recursive call itself.
func (f *finder) dispatches(fn *ssa.Function) map[int]bool {
	if d, ok := f.dispatch[fn]; ok {
		return d
	}
	d := map[int]bool{}
	f.dispatch[fn] = d
	for i, root := range inputs(fn) {
		if !canHold(root.Type()) {
			continue
		}
		held := carriers(root)
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				for _, h := range f.handoff(instr, held) {
					if h.Carries && h.Kind.Sure() && !(i == 0 && h.Kind == Kept && isReceiver(fn)) {
						d[i] = true
					}
				}
			}
		}
	}
	return d
}

// isReceiver reports whether parameter 0 of fn is a receiver.
func isReceiver(fn *ssa.Function) bool { return fn.Signature.Recv() != nil }

func inputs(fn *ssa.Function) []ssa.Value {
	out := make([]ssa.Value, 0, len(fn.Params)+len(fn.FreeVars))
	for _, p := range fn.Params {
		out = append(out, p)
	}
	for _, v := range fn.FreeVars {
		out = append(out, v)
	}
	return out
}

func passesAny(call *ssa.CallCommon, held map[ssa.Value]bool) bool {
	if held[call.Value] {
		return true
	}
	for _, a := range call.Args {
		if held[a] {
			return true
		}
	}
	return false
}

// bodies returns the functions of this package that a go statement runs, and
// the literals it is passed, which its callee runs.
func bodies(call *ssa.CallCommon) []*ssa.Function {
	var out []*ssa.Function
	if c := irx.CalleeOf(call); c.Body != nil {
		out = append(out, c.Body)
	}
	for _, a := range call.Args {
		out = append(out, funcsOf(a)...)
	}
	return out
}

// funcsOf returns the function that a value is known to be.
func funcsOf(v ssa.Value) []*ssa.Function {
	switch v := v.(type) {
	case *ssa.MakeClosure:
		return []*ssa.Function{v.Fn.(*ssa.Function)}
	case *ssa.Function:
		if len(v.Blocks) > 0 {
			return []*ssa.Function{v}
		}
	case *ssa.ChangeType:
		return funcsOf(v.X)
	}
	return nil
}
