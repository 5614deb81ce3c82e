package backlog

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
)

// Bounds of the search. Past them nothing more is found; no real package comes
// near.
const (
	maxSinks = 4096 // places followed in one package
	maxFlows = 8    // flows kept for one function
	maxSteps = 8    // steps shown for one value
)

// sink is a place whose value ends in listen(2).
type sink struct {
	val ssa.Value
	in  *ssa.BasicBlock
	r   Range
	// pos and end are where a constant would be reported.
	pos, end token.Pos
	via      string
	steps    []Step // what follows, nearest first
}

// solver holds what is known so far; work is what has not been followed yet.
type solver struct {
	pass   *analysis.Pass
	pkg    *irx.Package
	x      *index
	work   []sink
	done   map[sinkKey][]Range
	flows  map[*ssa.Function][]Flow
	fields map[*types.Var]Range
	values []Value
	places places
}

type sinkKey struct {
	val ssa.Value
	in  *ssa.BasicBlock
	pos token.Pos
}

func newSolver(pass *analysis.Pass, pkg *irx.Package) *solver {
	return &solver{
		pass:   pass,
		pkg:    pkg,
		x:      newIndex(pkg),
		done:   make(map[sinkKey][]Range),
		flows:  make(map[*ssa.Function][]Flow),
		fields: make(map[*types.Var]Range),
		places: places{pass: pass},
	}
}

func (s *solver) solve() {
	s.x.each(s.seed)
	for n := 0; len(s.work) > 0 && n < maxSinks; n++ {
		next := s.work[len(s.work)-1]
		s.work = s.work[:len(s.work)-1]
		s.x.trace(next.val, next.in, next.r, &follower{s, next})
	}
	slices.SortStableFunc(s.values, func(a, b Value) int {
		if a.Pos != b.Pos {
			return int(a.Pos - b.Pos)
		}
		return int(a.Int - b.Int)
	})
	s.values = slices.CompactFunc(s.values, func(a, b Value) bool { return a.Pos == b.Pos && a.Int == b.Int })
}

// seed makes sinks of what the model and the facts of other packages name.
func (s *solver) seed(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Store:
		if v, ok := s.x.cellOf(instr.Addr).(*types.Var); ok && v.Pkg() != s.pass.Pkg {
			if r := fieldSink(s.pass, s.pkg, v); r != nil {
				s.storeSink(instr, *r, "field "+v.Name(), nil)
			}
		}
	case ssa.CallInstruction:
		s.seedCall(instr)
	}
}

func (s *solver) seedCall(instr ssa.CallInstruction) {
	call := instr.Common()
	fn := irx.CalleeOf(call).Func
	if fn == nil {
		return
	}
	if spec := s.pkg.Model.Of(fn); spec != nil && spec.Backlog != nil {
		s.argSink(instr, *spec.Backlog, whole(), nil)
	}
	if i := rawListen(fn, call.Args); i > 0 {
		s.argSink(instr, i, whole(), nil)
	}
	var fact FuncFact
	if fn.Pkg() != s.pass.Pkg && s.pass.ImportObjectFact(fn.Origin(), &fact) {
		for _, f := range fact.Flows {
			s.flowInto(instr, f, nil)
		}
	}
	s.seedStructs(instr, fn)
}

// seedStructs looks at calls into a package whose struct fields the model
// names: what is passed to its functions is used by them.
func (s *solver) seedStructs(instr ssa.CallInstruction, fn *types.Func) {
	if fn.Pkg() == s.pass.Pkg {
		return
	}
	for i, arg := range irx.Operands(instr.Common()) {
		t := irx.Deref(arg.Type())
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			continue
		}
		for f := range st.NumFields() {
			v := st.Field(f).Origin()
			if m := s.pkg.Model.OfField(v); v.Pkg() == fn.Pkg() && m != nil && m.Backlog {
				s.flowInto(instr, Flow{Operand: i, Field: f, Range: *fieldSink(s.pass, s.pkg, v)}, nil)
			}
		}
	}
}

// rawListen returns the operand that is the backlog of a raw system call
// listen, or 0.
func rawListen(fn *types.Func, args []ssa.Value) int {
	if fn.Pkg() == nil || len(args) < 4 || fn.Signature().Recv() != nil {
		return 0
	}
	number, ok := fn.Pkg().Scope().Lookup("SYS_LISTEN").(*types.Const)
	if !ok || !isListenNumber(number) {
		return 0
	}
	k, ok := args[0].(*ssa.Const)
	if !ok || k.Value == nil || k.Value.ExactString() != number.Val().ExactString() {
		return 0
	}
	return 2
}

// flowInto makes a sink of what a call passes where a flow of its target starts.
func (s *solver) flowInto(instr ssa.CallInstruction, f Flow, steps []Step) {
	if f.Field < 0 {
		s.argSink(instr, f.Operand, f.Range, steps)
		return
	}
	if ops := irx.Operands(instr.Common()); f.Operand < len(ops) {
		s.structSink(instr, ops[f.Operand], f, steps)
	}
}

func (s *solver) argSink(instr ssa.CallInstruction, operand int, r Range, steps []Step) {
	ops := irx.Operands(instr.Common())
	if operand >= len(ops) {
		return
	}
	pos, end := s.places.arg(instr, operand)
	s.add(sink{
		val: ops[operand], in: instr.Block(), r: r,
		pos: pos, end: end,
		via:   irx.CallName(instr.Common(), s.pass.Pkg),
		steps: steps,
	})
}

func (s *solver) storeSink(st *ssa.Store, r Range, via string, steps []Step) {
	pos, end := s.places.store(st)
	s.add(sink{val: st.Val, in: st.Block(), r: r, pos: pos, end: end, via: via, steps: steps})
}

// add queues a sink unless it was followed with at least these values.
func (s *solver) add(k sink) {
	if k.r.empty() || !k.pos.IsValid() {
		return
	}
	key := sinkKey{k.val, k.in, k.pos}
	for _, r := range s.done[key] {
		if r.covers(k.r) {
			return
		}
	}
	s.done[key] = append(s.done[key], k.r)
	s.work = append(s.work, k)
}

// follower turns what reaches one sink into values and further sinks.
type follower struct {
	s    *solver
	from sink
}

// then is the way from a value one hop further away.
func (f *follower) then(text string) []Step {
	steps := append([]Step{{f.from.pos, text}}, f.from.steps...)
	return steps[:min(len(steps), maxSteps)]
}

func (f *follower) constant(v int64, _ Range) {
	k := f.from
	f.s.values = append(f.s.values, Value{Pos: k.pos, End: k.end, Int: v, Via: k.via, Steps: k.steps})
}

func (f *follower) param(p *ssa.Parameter, r Range) {
	i := slices.Index(p.Parent().Params, p)
	f.s.addFlow(p.Parent(), Flow{Operand: i, Field: -1, Range: r}, f.then("passed to "+f.from.via+" here"))
}

func (f *follower) result(fn *ssa.Function, i int, r Range) {
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if ok && i < len(ret.Results) {
			k := sink{val: ret.Results[i], in: b, r: r, pos: ret.Pos(), via: f.from.via}
			k.steps = f.then("the result is passed to " + f.from.via + " here")
			f.s.add(k)
		}
	}
}

func (f *follower) load(c cell, base ssa.Value, r Range) {
	s := f.s
	r = r.and(s.x.replaced(c))
	if r.empty() {
		return
	}
	steps := f.then("passed to " + f.from.via + " here")
	switch c := c.(type) {
	case *types.Var:
		s.addField(c, base, r, steps)
	case *ssa.Global:
		s.fillers(c, r, f.from.via, steps)
	case *ssa.Alloc:
		s.fillers(c, r, f.from.via, f.from.steps)
	}
}

// fillers makes sinks of all that is stored in a variable, and of the defaults
// of a flag that is parsed into it.
func (s *solver) fillers(c cell, r Range, via string, steps []Step) {
	for _, st := range s.x.stores[c] {
		s.storeSink(st, r, via, steps)
	}
	for _, ref := range s.users(c) {
		call, ok := ref.(*ssa.Call)
		if ok && isFlagInt(call.Common()) && call.Call.Value.Name() == "IntVar" && len(call.Call.Args) >= 2 {
			s.argSink(call, len(call.Call.Args)-2, r, steps)
		}
	}
}

// users are the instructions that use a variable.
func (s *solver) users(c cell) []ssa.Instruction {
	switch c := c.(type) {
	case *ssa.Alloc:
		return *c.Referrers()
	case *ssa.Global:
		return s.x.globals[c]
	}
	return nil
}

// addFlow notes that an operand of a function of this package is a backlog, and
// follows it to the callers.
func (s *solver) addFlow(fn *ssa.Function, f Flow, steps []Step) {
	for _, old := range s.flows[fn] {
		if old.Operand == f.Operand && old.Field == f.Field && old.Range.covers(f.Range) {
			return
		}
	}
	if len(s.flows[fn]) == maxFlows {
		return
	}
	s.flows[fn] = append(s.flows[fn], f)
	for _, call := range s.x.calls[fn] {
		s.flowInto(call, f, steps)
	}
}
