package oracle

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"sort"
)

// -- what the two say differently --

// missing looks for runs that leak where nothing is reported.
func (c *comparison) missing() {
	seen := map[Report]bool{}
	for _, l := range c.leaks {
		if slices.ContainsFunc(l.covers, func(r Report) bool { return c.reports.Leaks[r.Site][r.At] }) {
			c.score.Covered++
			continue
		}
		if why := c.excuse(l); why != none {
			c.excused(&Disagreement{Func: l.decl, Report: l.covers[len(l.covers)-1], Answers: l.answers, Why: why})
			continue
		}
		last := l.covers[len(l.covers)-1]
		if seen[last] {
			continue
		}
		seen[last] = true
		c.score.Wrong = append(c.score.Wrong, &Disagreement{Func: l.decl, Report: last, Answers: l.answers, Message: c.reports.Messages[last.Site]})
	}
}

// extra looks for reports that no run shows.
func (c *comparison) extra() {
	for site, places := range c.reports.Leaks {
		d := c.declAt(site)
		for at := range places {
			c.score.Reports++
			rep := Report{site, at}
			if c.shown[rep] || !c.funcs[c.prog.Info.Defs[d.Name].(*types.Func)].full {
				continue
			}
			wrong := &Disagreement{Extra: true, Func: d, Report: rep, Message: c.reports.Messages[site]}
			switch {
			case c.shownLater(d)[rep]:
				continue
			case c.shownWeakly(d) == nil || c.shownWeakly(d)[rep]:
				wrong.Why = weakWorld
			case c.callsCoarse(d):
				wrong.Why = coarseContract
			default:
				c.score.Wrong = append(c.score.Wrong, wrong)
				continue
			}
			c.excused(wrong)
		}
	}
	sort.Slice(c.score.Wrong, func(i, j int) bool {
		a, b := c.score.Wrong[i], c.score.Wrong[j]
		return a.Func.Pos() < b.Func.Pos() || a.Func == b.Func && a.String() < b.String()
	})
}

// excused counts what is not as the runs show, by design.
func (c *comparison) excused(d *Disagreement) {
	c.score.Excused[d.Why]++
	if !slices.ContainsFunc(c.score.Examples, func(o *Disagreement) bool { return o.Func == d.Func && o.Why == d.Why }) {
		c.score.Examples = append(c.score.Examples, d)
	}
}

// declAt finds the function that a place belongs to.
func (c *comparison) declAt(p Place) *ast.FuncDecl {
	for _, file := range c.prog.Files {
		for _, d := range file.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if from, to := c.prog.place(d.Pos()), c.prog.place(d.End()); from.File == p.File && from.Line <= p.Line && p.Line <= to.Line {
				return d
			}
		}
	}
	panic("oracle: a report outside of functions: " + p.String())
}

// Add adds the counts of o.
func (s *Score) Add(o *Score) {
	s.Functions += o.Functions
	s.Cut += o.Cut
	s.Runs += o.Runs
	s.Leaks += o.Leaks
	s.Covered += o.Covered
	s.Reports += o.Reports
	s.Undecided += o.Undecided
	s.Wrong = append(s.Wrong, o.Wrong...)
	if s.Excused == nil {
		s.Excused = map[excuse]int{}
	}
	for e, n := range o.Excused {
		s.Excused[e] += n
	}
}

func (s *Score) String() string {
	text := fmt.Sprintf("%d functions (%d with too many paths), %d runs, %d leaking ends of which %d reported, %d places reported, %d functions undecided", s.Functions, s.Cut, s.Runs, s.Leaks, s.Covered, s.Reports, s.Undecided)
	for e := none + 1; e <= lastExcuse; e++ {
		if n := s.Excused[e]; n > 0 {
			text += fmt.Sprintf("; by design (%v): %d", e, n)
		}
	}
	return text + fmt.Sprintf("; disagreements: %d", len(s.Wrong))
}
