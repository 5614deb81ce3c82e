// Package mutation breaks functions that are right and looks whether connclose
// notices.
//
// The subjects are functions without a report that acquire something and close
// it. In each, one place at a time is changed: a Close is left out, or the
// condition is turned round under which a deferred literal closes. (Elsewhere a
// condition that is turned round mostly makes a function return what it closed,
// which is another bug.) All functions of a package are changed at once, each at
// its k-th place, and the package is analyzed anew.
//
// A change is noticed when a report appears in its function, or at the parameter
// of a function that it starts with go (there it belongs), or when the contract
// of the function says from now on that its caller has to close the result: then
// the report stands at the callers. What is not noticed is one of these (see
// [Verdict]):
//
//   - the function is still right: it closed twice, and the walk of the changed
//     function finds the connection closed at each end, neither handed over nor
//     returned nor open;
//   - the engine does not decide there: its walk of the function as it is never
//     comes to the Close with the connection open and its own. The connection was
//     handed over before, to an object, a goroutine or a callee that may have
//     closed it, or it is closed already, or nothing leads there. Such a change is
//     counted apart, by what the walk saw;
//   - it is missed.
package mutation

import (
	"fmt"
	"go/token"
	"os"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/connclose"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/own"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
	"github.com/sockvet/sockvet/analyzers/internal/summary"
)

// Op is a kind of change.
type Op string

const (
	// NoClose leaves a Close out.
	NoClose Op = "no close"
	// NoDefer leaves a deferred Close out.
	NoDefer Op = "no deferred close"
	// Negated turns round the condition under which a deferred literal closes.
	Negated Op = "negated"
)

// Verdict is what became of a change.
type Verdict string

const (
	// Noticed: a report appears in the function.
	Noticed Verdict = "noticed"
	// AtCallers: the function gives its caller what it closed before, and its
	// contract says so.
	AtCallers Verdict = "noticed at the callers"
	// AtGoroutine: a report appears at the parameter of a function of the package
	// that the function starts with go.
	AtGoroutine Verdict = "noticed at the goroutine's function"
	// StillRight: another Close closes it on every path.
	StillRight Verdict = "still right: closed on every path"
	// Missed: the connection was open and the function's own.
	Missed Verdict = "missed"
	// HandedOver: the connection has been given to something else before that
	// may close it.
	HandedOver Verdict = "not decided: handed over before"
	// ClosedBefore: it is closed already.
	ClosedBefore Verdict = "not decided: closed before"
	// NotReached: no walk comes there with the connection.
	NotReached Verdict = "not decided: not reached"
)

// Mutant is one change of one function.
type Mutant struct {
	Op       Op
	Func     string
	File     string
	Line     int
	Variable string
	Verdict  Verdict

	seen        own.Seen
	edit        analysis.TextEdit
	opened      []int            // lines of the calls that acquire it
	started     []token.Position // functions of the package that it starts with go
	ssaName     string
	first, last int // lines of the function
}

func (m *Mutant) String() string {
	return fmt.Sprintf("%s:%d: %s: %s of %s: %s", m.File, m.Line, m.Func, m.Op, m.Variable, m.Verdict)
}

// Analyzer changes the functions of a package. Its result is a []*Mutant.
var Analyzer = &analysis.Analyzer{
	Name:       "sockvet_mutation",
	Doc:        "breaks functions that are right and looks whether connclose notices",
	Requires:   []*analysis.Analyzer{irx.Analyzer, connclose.Analyzer, summary.Analyzer},
	Run:        run,
	ResultType: reflect.TypeFor[[]*Mutant](),
}

// Run mutates the functions of packages, which are patterns of the go command
// in a directory.
func Run(dir string, patterns ...string) ([]*Mutant, error) {
	cfg := &packages.Config{Mode: packages.LoadAllSyntax | packages.NeedModule, Dir: dir, Env: append(os.Environ(), "GOWORK=off")}
	pkgs, err := packages.Load(cfg, patterns...)
	if err != nil {
		return nil, err
	}
	pkgs = slices.DeleteFunc(pkgs, func(p *packages.Package) bool { return len(p.Errors) > 0 })
	graph, err := checker.Analyze([]*analysis.Analyzer{Analyzer}, pkgs, nil)
	if err != nil {
		return nil, err
	}
	var all []*Mutant
	for _, act := range graph.Roots {
		if act.Err != nil {
			return nil, act.Err
		}
		all = append(all, act.Result.([]*Mutant)...)
	}
	return all, nil
}

func run(pass *analysis.Pass) (any, error) {
	res := pass.ResultOf[summary.Analyzer].(*summary.Result)
	if res.Engine == nil {
		return []*Mutant(nil), nil
	}
	pkg := pass.ResultOf[irx.Analyzer].(*irx.Package)
	base, err := tryWith(pass, pkg, nil)
	if err != nil {
		return nil, err
	}
	s := &subject{Pass: pass, acquired: acquisitions(res), res: res, seen: map[*ssa.Function]map[token.Pos]own.Seen{}}
	byFunc := s.mutants(base)
	var all []*Mutant
	for k := 0; ; k++ {
		var round []*Mutant
		for _, ms := range byFunc {
			if k < len(ms) {
				round = append(round, ms[k])
			}
		}
		if len(round) == 0 {
			return all, nil
		}
		changed, err := tryWith(pass, pkg, round)
		if err != nil {
			return nil, err
		}
		for _, m := range round {
			m.judge(base, changed)
		}
		all = append(all, round...)
	}
}

// analyzed is a package, perhaps changed, with what is reported of it.
type analyzed struct {
	lines     map[string][]int // of the reports, by file
	contracts map[string]*own.Contract
	// ends is what becomes of what is acquired, by file and line; own.Kept also
	// stands for what is undecided.
	ends map[string]map[int]own.Effect
}

func tryWith(pass *analysis.Pass, pkg *irx.Package, round []*Mutant) (*analyzed, error) {
	var edits []analysis.TextEdit
	for _, m := range round {
		edits = append(edits, m.edit)
	}
	t, err := repair.Try(pass, pkg, edits, "")
	if err != nil {
		return nil, err
	}
	_, found, err := t.Run(connclose.Analyzer)
	if err != nil {
		return nil, err
	}
	result, _, err := t.Run(summary.Analyzer)
	if err != nil {
		return nil, err
	}
	a := &analyzed{lines: map[string][]int{}, contracts: map[string]*own.Contract{}, ends: map[string]map[int]own.Effect{}}
	for _, d := range found {
		p := t.Position(d.Pos)
		a.lines[p.Filename] = append(a.lines[p.Filename], p.Line)
	}
	res := result.(*summary.Result)
	for _, fn := range res.Funcs() {
		a.contracts[fn.String()] = res.Engine.Contract(fn)
		for _, o := range res.Engine.Outcomes(fn) {
			if o.Call != nil {
				a.noteEnds(t.Position(o.Call.Pos()), o)
			}
		}
	}
	return a, nil
}

func (a *analyzed) noteEnds(at token.Position, o *own.Outcome) {
	if a.ends[at.Filename] == nil {
		a.ends[at.Filename] = map[int]own.Effect{}
	}
	e := o.OK | o.Fail
	if e == 0 && o.Released {
		e = own.Closed // by a deferred call, on the ways that are followed no further
	}
	if o.Undecided || len(o.Leaks) > 0 {
		e |= own.Kept
	}
	a.ends[at.Filename][at.Line] |= e
}

// closesAll reports whether all that the variable is given is closed on every
// path.
func (a *analyzed) closesAll(m *Mutant) bool {
	return !slices.ContainsFunc(m.opened, func(line int) bool { return a.ends[m.File][line] != own.Closed })
}

func (a *analyzed) reportedIn(m *Mutant) bool {
	return slices.ContainsFunc(a.lines[m.File], func(line int) bool { return m.first <= line && line <= m.last })
}

func (a *analyzed) reportedAt(at token.Position) bool {
	return slices.Contains(a.lines[at.Filename], at.Line)
}

// judge tells what became of a change.
func (m *Mutant) judge(before, after *analyzed) {
	switch {
	case after.reportedIn(m):
		m.Verdict = Noticed
	case givesMore(before.contracts[m.ssaName], after.contracts[m.ssaName]):
		m.Verdict = AtCallers
	case slices.ContainsFunc(m.started, func(at token.Position) bool { return after.reportedAt(at) && !before.reportedAt(at) }):
		m.Verdict = AtGoroutine
	case after.closesAll(m):
		m.Verdict = StillRight
	case m.seen&own.SeenOpen != 0:
		m.Verdict = Missed
	case m.seen&own.SeenKept != 0:
		m.Verdict = HandedOver
	case m.seen&own.SeenClosed != 0:
		m.Verdict = ClosedBefore
	default:
		m.Verdict = NotReached
	}
}

// givesMore reports whether a caller has to close a result that it had not to
// close before, or only if the call succeeded.
func givesMore(before, after *own.Contract) bool {
	if before == nil || after == nil {
		return false
	}
	return slices.ContainsFunc(after.Results, func(r own.ResultContract) bool {
		return !slices.ContainsFunc(before.Results, func(o own.ResultContract) bool {
			return o.Result == r.Result && o.Path == r.Path && (o.OnFail || !r.OnFail)
		})
	})
}
