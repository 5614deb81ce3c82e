package oracle

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Disagreement is a difference between what runs show and what is reported.
type Disagreement struct {
	// Extra says that a leak is reported that no run shows; otherwise a run
	// leaks and nothing is reported.
	Extra   bool
	Func    *ast.FuncDecl
	Report  Report // for a missing one, the one that was to be expected
	Message string
	Answers []int
	// Why is the reason for which it is excused, if it is.
	Why excuse
}

func (d *Disagreement) String() string {
	if d.Why != none {
		e := *d
		e.Why = none
		return fmt.Sprintf("excused (%v): %v", d.Why, &e)
	}
	if d.Extra {
		return fmt.Sprintf("%s: reported at %v, but no run leaks there: %s", d.Func.Name.Name, d.Report, strings.TrimSpace(d.Message))
	}
	return fmt.Sprintf("%s: leaks at %v (answers %v), not reported %s", d.Func.Name.Name, d.Report, d.Answers, strings.TrimSpace(d.Message))
}

// Score counts what was compared.
type Score struct {
	Functions, Cut, Runs int
	// Leaks are runs that leave a resource open; Covered of them are reported.
	Leaks, Covered int
	// Reports are places reported; each is shown by a run or is a disagreement.
	Reports int
	// Undecided are functions that passed a bound of the engine.
	Undecided int
	Excused   map[excuse]int
	// Examples are some of what was excused, one for each function and reason.
	Examples []*Disagreement
	Wrong    []*Disagreement
}

// effect is what a function does to a parameter.
type effect uint8

const (
	borrows effect = 1 << iota
	closes
	keeps
	returns
)

// known is what all runs of a function together show.
type known struct {
	effects map[*types.Var]*[2]effect // by failure
	foreign bool                      // it succeeds with a resource that is not its own, or nil
	full    bool
	// outcomes has bit 0 if it succeeds in some run, bit 1 if it fails, by
	// arguments.
	outcomes map[string]uint8
	some     uint32 // results that are not nil in some run
	// untended are the parameters that it returns in some run without a goroutine
	// that has them.
	untended map[*types.Var]bool
	// later are those that it closes or hands over in a run that was cut.
	later map[*types.Var]bool
	// called says that somebody in its package calls it; after is how its callers
	// returned after it had, by how it did.
	called bool
	after  map[string]map[step]bool
}

func newKnown() *known {
	return &known{effects: map[*types.Var]*[2]effect{}, outcomes: map[string]uint8{}, untended: map[*types.Var]bool{}, later: map[*types.Var]bool{}, after: map[string]map[step]bool{}}
}

// leakRun is one resource that one run leaves open.
type leakRun struct {
	decl    *ast.FuncDecl
	covers  []Report
	notes   []note
	answers []int
	// failed is why the engine takes the run to be impossible, if it does.
	failed excuse
	at     step // who left it open, and how that returned
}

// comparison compares the runs of some programs with the reports.
type comparison struct {
	prog      *Loaded
	reports   *Reports
	funcs     map[*types.Func]*known
	leaks     []leakRun
	shown     map[Report]bool
	weakly    map[*ast.FuncDecl]map[Report]bool
	weakKnown map[*types.Func]*known
	trips     int
	score     *Score
}

// Compare runs every function of the programs over every combination of
// answers and compares what stays open with what connclose reports.
func (l *Loaded) Compare(trips int) (*Score, error) {
	reports, err := l.Analyze()
	if err != nil {
		return nil, err
	}
	c := &comparison{
		prog: l, reports: reports, funcs: map[*types.Func]*known{}, shown: map[Report]bool{},
		weakly: map[*ast.FuncDecl]map[Report]bool{}, weakKnown: map[*types.Func]*known{}, trips: trips, score: &Score{Excused: map[excuse]int{}},
	}
	for _, file := range l.Files {
		for _, d := range file.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				c.runAll(d, trips)
			}
		}
	}
	c.score.Undecided = len(reports.Undecided)
	c.missing()
	c.extra()
	return c.score, nil
}

func (c *comparison) runAll(d *ast.FuncDecl, trips int) {
	fn := c.prog.Info.Defs[d.Name].(*types.Func)
	k := c.known(fn)
	c.noteCalls(d)
	c.score.Functions++
	k.full = world{prog: c.prog, trips: trips}.run(d, func(in *interp) {
		c.noteReturns(in)
		if in.cut {
			in.showLost(c.shown)
			for _, r := range in.params {
				k.later[r.param] = k.later[r.param] || r.closed || r.handed
			}
			return
		}
		c.score.Runs++
		c.noteEffects(k, fn, in)
		in.show(c.shown)
		for _, r := range in.known {
			c.noteRun(d, in, r)
		}
	})
	if !k.full {
		c.score.Cut++
	}
	k.full = c.runLiterals(world{prog: c.prog, trips: trips}, d, func(in *interp) {
		in.show(c.shown)
		c.noteReturns(in)
	}) && k.full
}

// known returns what is known of a function so far.
func (c *comparison) known(fn *types.Func) *known {
	k := c.funcs[fn]
	if k == nil {
		k = newKnown()
		c.funcs[fn] = k
	}
	return k
}

// runLiterals runs the function literals of a function by themselves, as the
// engine looks at them, too.
func (c *comparison) runLiterals(w world, d *ast.FuncDecl, each func(*interp)) (full bool) {
	full = true
	ast.Inspect(d, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok {
			full = w.runLit(d, lit, each) && full
		}
		return true
	})
	return full
}

// showLost notes the reports that a run justifies which was left in a loop: what
// an earlier iteration acquired may be lost.
func (in *interp) showLost(shown map[Report]bool) {
	for _, r := range in.known {
		if at := in.prog.place(r.site); r.crossed && !r.closed && !r.handed && !r.refused {
			shown[Report{at, at}] = true
			for i, lent := range r.lent {
				shown[Report{lent, at}] = true
				shown[Report{at, r.lentEnds[i]}] = true
			}
		}
	}
}

// show notes the reports that a run justifies.
func (in *interp) show(shown map[Report]bool) {
	if in.cut {
		in.showLost(shown)
		return
	}
	for _, r := range in.known {
		if r.closed || r.handed || r.refused {
			continue
		}
		for _, rep := range r.covers {
			shown[rep] = true
		}
	}
}

// shownWeakly runs a function in the weak world and returns the reports that
// its runs justify, or nil when there are too many.
func (c *comparison) shownWeakly(d *ast.FuncDecl) map[Report]bool {
	if m, ok := c.weakly[d]; ok {
		return m
	}
	shown, full := c.shownIn(world{prog: c.prog, trips: c.trips, weak: true}, d)
	if !full {
		shown = nil
	}
	c.weakly[d] = shown
	return shown
}

// shownLater runs a function with one more round of each loop, and returns the
// reports that its runs justify, as far as they are counted.
func (c *comparison) shownLater(d *ast.FuncDecl) map[Report]bool {
	shown, _ := c.shownIn(world{prog: c.prog, trips: c.trips + 1}, d)
	return shown
}

// shownIn returns the reports that the runs of a function in w justify.
func (c *comparison) shownIn(w world, d *ast.FuncDecl) (shown map[Report]bool, full bool) {
	shown = map[Report]bool{}
	show := func(in *interp) { in.show(shown) }
	full = w.run(d, show)
	return shown, c.runLiterals(w, d, show) && full
}

func (c *comparison) noteRun(d *ast.FuncDecl, in *interp, r *resource) {
	if r.closed || r.handed || r.param != nil || len(r.covers) == 0 {
		return
	}
	c.score.Leaks++
	answers := make([]int, len(in.answers))
	for i, a := range in.answers {
		answers[i] = a.taken
	}
	c.leaks = append(c.leaks, leakRun{d, slices.Clone(r.covers), r.notes, answers, in.unlikely(), r.left.step()})
}

// unlikely is the reason for which the engine takes the run to be impossible.
func (in *interp) unlikely() excuse {
	switch {
	case in.closeFailed:
		return closeFails
	case in.refused:
		return refusesDeadline
	case in.constantFails:
		return constantFails
	case in.nilReceiver:
		return nilReceiver
	}
	return none
}

// noteEffects notes what a run does to the parameters.
func (c *comparison) noteEffects(k *known, fn *types.Func, in *interp) {
	fail := 0
	if failed(fn.Signature(), in.top.ret) {
		fail = 1
	}
	k.outcomes[in.args] |= 1 << fail
	reach(in.top.ret, func(r *resource) {
		k.foreign = k.foreign || r.param != nil || r.handed && r.site == token.NoPos
	})
	for i, v := range in.top.ret {
		t := fn.Signature().Results().At(i).Type()
		if !null(v) {
			k.some |= 1 << i
		}
		k.foreign = k.foreign || fail == 0 && !isError(t) && hollow(v)
	}
	for _, r := range in.params {
		e := k.effects[r.param]
		if e == nil {
			e = new([2]effect)
			k.effects[r.param] = e
		}
		switch {
		case r.closed:
			e[fail] |= closes
		case r.handed:
			e[fail] |= keeps
		case leadsTo(in.top.ret, r):
			e[fail] |= returns
			k.untended[r.param] = k.untended[r.param] || !r.tended && len(r.lent) == 0
		default:
			e[fail] |= borrows
		}
	}
}

// hollow reports whether a result is nil, or holds what a call that failed gave.
func hollow(v value) bool {
	switch v := v.(type) {
	case *junk:
		return true
	case *object:
		for _, c := range v.fields {
			if _, ok := c.v.(*junk); ok {
				return true
			}
		}
		return v == nil
	}
	return null(v)
}

func leadsTo(v value, to *resource) bool {
	found := false
	reach(v, func(r *resource) { found = found || r == to })
	return found
}

// tells reports whether the results tell success from failure.
func tells(sig *types.Signature) bool {
	n := sig.Results().Len()
	if n == 0 {
		return false
	}
	t := sig.Results().At(n - 1).Type()
	return isError(t) || isBool(t) || n == 1
}

// failed reports whether the results of a call tell of a failure.
func failed(sig *types.Signature, ret []value) bool {
	n := sig.Results().Len()
	if n == 0 {
		return false
	}
	switch t := sig.Results().At(n - 1).Type(); {
	case isError(t):
		return !null(ret[n-1])
	case isBool(t):
		return ret[n-1] == false
	}
	return n == 1 && null(ret[0])
}
