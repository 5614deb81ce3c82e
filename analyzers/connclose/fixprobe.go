package connclose

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/own"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
	"github.com/sockvet/sockvet/analyzers/internal/summary"
)

// -- questions to the engine --

// ask tries the package with the probes in it.
func (m *mender) ask(plans []*plan) {
	t := m.copied(plans)
	if t == nil {
		return
	}
	result, _, err := t.Run(summary.Analyzer)
	if m.failed = err; err != nil || result.(*summary.Result).Engine == nil {
		return
	}
	res := result.(*summary.Result)
	ask, _ := t.Pkg().Scope().Lookup(probeFunc).(*types.Func)
	funcs := functions(res)
	seen := map[*ssa.Function][]*own.Outcome{}
	for _, p := range plans {
		if p == nil || p.failed != nil {
			continue
		}
		fn := funcs[p.suspect.fn.String()]
		if fn == nil {
			continue
		}
		if _, known := seen[fn]; !known {
			seen[fn] = res.Engine.Probe(fn, ask)
		}
		p.learn(m.res.Engine.Outcomes(p.suspect.fn), seen[fn], fn)
	}
}

const maxCopies = 4

// copied returns the package with the probes in it. A function in which they do
// not compile is left out.
func (m *mender) copied(plans []*plan) *repair.Trial {
	pkg := m.pass.ResultOf[irx.Analyzer].(*irx.Package)
	for range maxCopies {
		if len(m.order) == 0 {
			return nil
		}
		edits := declarations(plans)
		for _, e := range m.order {
			edits = append(edits, e.Edit(e.questions()...))
		}
		t, err := repair.Try(m.pass, pkg, edits, probeText)
		if err == nil {
			return t
		}
		var in *ast.FuncDecl
		if t != nil {
			in = t.Broken(err)
		}
		for _, p := range plans {
			if p != nil && (in == nil || within(in, p.suspect.finding.Pos)) {
				p.failed = err
			}
		}
		if in == nil {
			return nil
		}
		m.order = slices.DeleteFunc(m.order, func(e *end) bool { return within(in, e.Pos) })
	}
	return nil
}

func within(n ast.Node, pos token.Pos) bool { return n.Pos() <= pos && pos < n.End() }

// declarations puts the variables that fixes would declare into the copy.
func declarations(plans []*plan) (edits []analysis.TextEdit) {
	for _, p := range plans {
		if p == nil || p.failed != nil {
			continue
		}
		for _, v := range p.vars {
			if v.saved != nil {
				edits = append(edits, v.saved.edit(v.saved.decl, "_ = "+v.name))
			}
		}
	}
	return edits
}

func (e *end) questions() []string {
	var out []string
	for _, p := range e.probes {
		out = append(out, fmt.Sprintf("%s(%s, %d)", probeFunc, p.name, 2*p.id))
	}
	if e.Err == "" {
		return out
	}
	for _, p := range e.probes {
		out = append(out, fmt.Sprintf("if %s != nil { %s(%s, %d) }", e.Err, probeFunc, p.name, 2*p.id+1))
	}
	return out
}

// learn takes over what the engine has seen of this plan's resource.
func (p *plan) learn(before, after []*own.Outcome, fn *ssa.Function) {
	i := slices.Index(before, p.suspect.o)
	if i < 0 || len(before) != len(after) || after[i].Undecided {
		p.failed = errors.New("the engine has no answer")
		return
	}
	p.seeAll(fn, i, after)
}

func (p *plan) seeAll(fn *ssa.Function, self int, after []*own.Outcome) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if id, ok := probeID(instr); ok && id/2 < len(p.mender.probes) {
				p.see(p.mender.probes[id/2], id%2 == 1, self, after, instr.(ssa.CallInstruction))
			}
		}
	}
	for _, lit := range fn.AnonFuncs {
		p.seeAll(lit, self, after)
	}
}

func (p *plan) see(q *probe, onErr bool, self int, after []*own.Outcome, call ssa.CallInstruction) {
	if !p.owns(q) {
		return
	}
	seen := after[self].SeenAt(call)
	if seen&own.SeenStored != 0 && !q.leaving {
		seen = seen&^own.SeenStored | own.SeenOpen
	}
	siblings := 0
	for i, o := range after {
		other := o.SeenAt(call)
		if i != self && other&takenElsewhere != 0 {
			q.foreign = true
		}
		if i != self && other&^anyOpen == 0 && other&(own.SeenOpen|own.SeenStored) != 0 {
			siblings++
		}
	}
	if siblings > 0 {
		seen &^= own.SeenSibling // it is open, too
	}
	if onErr {
		q.onErr |= seen
	} else {
		q.plain |= seen
	}
}

const (
	anyOpen        = own.SeenOpen | own.SeenStored | own.SeenSibling | own.SeenNil
	takenElsewhere = own.SeenClosed | own.SeenKept | own.SeenHeld
)

func probeID(instr ssa.Instruction) (int, bool) {
	call, ok := instr.(*ssa.Call)
	if !ok || call.Call.StaticCallee() == nil || call.Call.StaticCallee().Name() != probeFunc {
		return 0, false
	}
	c, ok := call.Call.Args[1].(*ssa.Const)
	if !ok {
		return 0, false
	}
	return int(c.Int64()), true
}

// -- harm --

// sound returns the findings in functions of a changed package that close, use
// or hand over what is closed already where they did not before.
func (m *mender) sound(t *repair.Trial) (wrong []token.Pos) {
	funcs := map[string]*ssa.Function{}
	res, ok := t.Result(summary.Analyzer).(*summary.Result)
	if ok && res.Engine != nil {
		funcs = functions(res)
	}
	asked := map[*ssa.Function]bool{} // and is it as before?
	for _, s := range m.suspects {
		if s.finding.Fix == nil {
			continue
		}
		if _, known := asked[s.fn]; !known {
			fn := funcs[s.fn.String()]
			asked[s.fn] = fn != nil && m.asBefore(s.fn, res.Engine.Probe(fn, nil))
		}
		if !asked[s.fn] {
			wrong = append(wrong, s.finding.Pos)
		}
	}
	return wrong
}

func (m *mender) asBefore(fn *ssa.Function, after []*own.Outcome) bool {
	before, known := m.before[fn]
	if !known {
		before = m.res.Engine.Probe(fn, nil)
		m.before[fn] = before
	}
	if len(before) != len(after) {
		return false
	}
	for i, o := range after {
		if o.Misuse() > before[i].Misuse() {
			return false
		}
	}
	return true
}

func functions(res *summary.Result) map[string]*ssa.Function {
	funcs := map[string]*ssa.Function{}
	for _, fn := range res.Funcs() {
		funcs[fn.String()] = fn
	}
	return funcs
}
