package connclose

import (
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/own"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

// -- fixes --
//
// Where a Close may go is asked of the engine itself: a copy of the package gets
// calls of an empty function at every end that leaks, with each variable that
// may lead to the resource as its operand, and the engine tells in which states
// they are met. A Close is right where the resource is open in all of them: not
// closed yet, not handed over, not nil, and nothing else.

// suspect is a finding for which a fix is sought.
type suspect struct {
	fn      *ssa.Function
	o       *own.Outcome
	leaks   []own.Leak // all of them, which a fix mends
	shown   []own.Leak // those that the finding tells of
	finding report.Finding
	why     string // there is no fix
}

// probeFunc is declared in the copy.
const (
	probeFunc = "sockvetProbe"
	probeText = "func " + probeFunc + "(interface{}, int) {}"
)

// mender looks for the fixes of one package.
type mender struct {
	*checker
	src    *repair.Source
	ends   map[token.Pos]*end
	order  []*end // by first use
	probes []*probe
	names  map[savedKey]string              // of variables that fixes declare
	before map[*ssa.Function][]*own.Outcome // see sound
	failed error                            // of the copy with the probes
}

// end is an exit that something leaks at, with what is asked there.
type end struct {
	repair.Exit
	probes []*probe
}

// probe asks for the state of one variable at one end, by itself and where the
// error that the function returns is not nil.
type probe struct {
	id           int
	name         string
	plain, onErr own.Seen
	// foreign says that it leads to something else, too, which is closed or
	// handed over.
	foreign bool
	// leaving says that the variable goes out of scope: what else leads to the
	// resource matters.
	leaving bool
}

// addFixed adds the findings to the report, each with its fix if one is found.
func (c *checker) addFixed() {
	m := &mender{checker: c, src: repair.NewSource(c.pass), ends: map[token.Pos]*end{}, names: map[savedKey]string{}, before: map[*ssa.Function][]*own.Outcome{}}
	var plans []*plan
	if len(c.suspects) > 0 && !repair.IsTrial(c.pass) {
		for i := range c.suspects {
			if s := c.suspects[i]; c.out.Shows(s.finding.Pos) && (s.o.Call == nil || s.o.Call.Parent() == s.fn) {
				c.confine(s.fn, func() { plans = append(plans, m.plan(&c.suspects[i])) })
			}
		}
		if !c.res.Pkg.Confine(c.pass.Analyzer.Name, nil, func() { m.ask(plans) }) {
			plans = nil
		}
	}
	for _, p := range plans {
		if p != nil {
			c.confine(p.suspect.fn, func() { p.suspect.finding.Fix = p.fix() })
		}
	}
	c.out.Sound(m.sound)
	for _, s := range c.suspects {
		c.out.Add(s.finding)
	}
}

// -- one finding --

// plan is the way to mend one finding: a deferred Close, or a Close at each end.
type plan struct {
	*mender
	suspect *suspect
	body    *repair.Body
	vars    []variable
	// atOnce is where a deferred Close may go; nil when there is no such place.
	atOnce *stop
	// stops are the ends; at those that must is set for, something leaks.
	stops []*stop
	// before are the places at which nothing leads to the resource any more,
	// for when it cannot be closed at the ends.
	before []*stop
	used   *uses
	failed error // the probes do not compile
	// lost says that there are such places, perhaps among the ends.
	lost bool
}

// stop is an end with the probes of one plan, one for each variable that is in
// scope there.
type stop struct {
	end    *end
	probes []*probe
	vars   []variable
	// results ask for what is returned here: what leads to the resource is
	// handed over, and not yet closed or kept.
	results []*probe
	must    bool
	// needed says that something that is made of it outlives this end.
	needed bool
	// unsure says that the acquiring call has failed here and may have given
	// something all the same.
	unsure bool
	// overwrites says that the statement behind it assigns over the field that
	// has the resource.
	overwrites bool
	// lent says that a goroutine has it that does not close it.
	lent bool
	// inner are the ends of the branches before, for when this end is not the
	// same on all paths.
	inner []*stop
}

func (p *plan) owns(q *probe) bool {
	if p.atOnce != nil && p.atOnce.owns(q) {
		return true
	}
	return slices.ContainsFunc(slices.Concat(p.stops, p.before), func(s *stop) bool { return s.owns(q) })
}

func (s *stop) owns(q *probe) bool {
	return slices.Contains(s.probes, q) || slices.Contains(s.results, q) || slices.ContainsFunc(s.inner, func(s *stop) bool { return s.owns(q) })
}

// plan finds the ends of a finding and puts the questions; nil means that there
// is no fix.
func (m *mender) plan(s *suspect) *plan {
	file := m.src.File(s.finding.Pos)
	if file == nil || s.fn.Syntax() == nil {
		return s.none("no source")
	}
	body := repair.NewBody(file, s.fn.Syntax())
	if body == nil {
		return s.none("no body")
	}
	p := &plan{mender: m, suspect: s, vars: m.variables(s, body), body: body}
	if s.lent() {
		// A goroutine uses it. That is no hindrance when the function closes
		// it on other paths while the goroutine runs.
		closed := m.closedIn(body)
		p.vars = slices.DeleteFunc(p.vars, func(v variable) bool { return rank(closed, v) > 0 })
	}
	if len(p.vars) == 0 {
		return s.none("nothing at hand has a Close")
	}
	p.findUses()
	if !s.lent() {
		p.save(body, p.overwrites(body))
	}
	if !p.findStops(body) {
		return s.none("an end that cannot be edited")
	}
	p.findBefore(body)
	p.atOnce = p.deferPlace(body)
	return p
}

func (p *plan) findStops(body *repair.Body) bool {
	for _, l := range p.suspect.leaks {
		body := body
		if fn := l.At.Parent(); fn != p.suspect.fn {
			if body = p.literal(body, fn); body == nil || l.Kind != own.AtReturn {
				return false
			}
		}
		switch l.Kind {
		case own.AtReturn:
			if !p.returnStop(body, l.At.Pos()) {
				return false
			}
		case own.AtLoop:
			if p.used.started {
				return false // a goroutine may use it in later rounds
			}
			if _, ends := body.LoopEnds(p.suspect.o.Call.Pos()); len(ends) > 0 {
				for _, x := range ends {
					p.stop(x, false).leave()
				}
				continue
			}
			return false
		case own.Overwritten:
			if !p.overwrittenStops(body, l) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// literal returns the body of a function literal of the function.
func (p *plan) literal(body *repair.Body, fn *ssa.Function) *repair.Body {
	lit, ok := fn.Syntax().(*ast.FuncLit)
	if !ok || lit.Pos() < body.Block.Pos() || body.Block.End() < lit.End() {
		return nil
	}
	return repair.NewBody(body.File, lit)
}

func (p *plan) returnStop(body *repair.Body, pos token.Pos) bool {
	if !pos.IsValid() {
		if body.Results() > 0 {
			return false
		}
		p.stop(body.End(body.Block), true)
		return true
	}
	x, ok := body.Return(pos, func(e ast.Expr) bool { return p.uses(e) })
	if ok {
		p.stop(x, true)
	}
	return ok
}

// stop asks for all variables at an exit.
func (p *plan) stop(x repair.Exit, must bool) *stop {
	e := p.endAt(x)
	for _, s := range p.stops {
		if s.end == e {
			s.must = s.must || must
			return s
		}
	}
	s := p.newStop(e, must, nil)
	s.needed = p.needed(p.body, x.Pos)
	for _, in := range s.inner {
		in.needed = s.needed
	}
	p.stops = append(p.stops, s)
	return s
}

func (m *mender) endAt(x repair.Exit) *end {
	e := m.ends[x.Pos]
	if e == nil {
		e = &end{Exit: x}
		m.ends[x.Pos] = e
		m.order = append(m.order, e)
	}
	return e
}

// newStop asks at an exit and at those inside it. One that stands where an outer
// one does, as in an empty branch, has been asked already.
func (p *plan) newStop(e *end, must bool, outer []*end) *stop {
	s := &stop{end: e, must: must, unsure: p.suspect.o.OnFail, lent: p.suspect.lent()}
	for _, v := range p.vars {
		if v.inScope(p.pass.Pkg, e.Pos) {
			s.probes, s.vars = append(s.probes, p.question(e, v.name)), append(s.vars, v)
		}
	}
	for _, name := range e.Results {
		s.results = append(s.results, p.question(e, name))
	}
	outer = append(outer, e)
	for _, x := range e.Inner {
		if in := p.endAt(x); !slices.Contains(outer, in) {
			s.inner = append(s.inner, p.newStop(in, false, outer))
		}
	}
	return s
}

func (m *mender) question(e *end, name string) *probe {
	q := &probe{id: len(m.probes), name: name}
	m.probes = append(m.probes, q)
	e.probes = append(e.probes, q)
	return q
}

// deferPlace is where a deferred Close would go: nothing in the function closes
// the resource or hands it over, and it is acquired once.
func (p *plan) deferPlace(body *repair.Body) *stop {
	o := p.suspect.o
	if o.Released || o.OK|o.Fail != own.Borrowed || len(p.suspect.leaks) == 0 || p.suspect.lent() || p.used.outlive || p.used.left || p.used.returned(p.suspect.fn) {
		return nil
	}
	var x repair.Exit
	if o.Call == nil {
		x = body.Start()
	} else {
		if loop, _ := body.LoopEnds(o.Call.Pos()); loop != nil {
			return nil
		}
		var ok bool
		if x, ok = body.AfterSuccess(o.Call.Pos()); !ok {
			return nil
		}
	}
	stops, vars := p.stops, p.vars
	p.stops, p.vars = nil, p.vars[:1]
	s := p.stop(x, true)
	p.stops, p.vars = stops, vars
	return s
}
