package peerio

import (
	"fmt"
	"strings"

	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
)

// Fact is the part of a summary that other packages see: no positions, no
// captured variables. A function without a fact waits for nobody.
type Fact struct {
	Waits   []waitFact
	Holds   []hold
	Limits  []limit
	Results []resultLimit
	Fills   []fill
	Calls   []funcCall
	Types   []dynamicResult
}

// waitFact is a [Wait] without positions.
type waitFact struct {
	On                     uint8
	Path                   Path
	IO                     uint8
	Exchange, Async, Guess bool
	Bound                  Bound
	With                   uint8
	WithBound              Bound
	Serves, Other          bool
	Chain                  []string
}

// AFact marks Fact as a fact.
func (*Fact) AFact() {}

func (f *Fact) String() string {
	var p []string
	for _, w := range f.Waits {
		p = append(p, w.String())
	}
	for _, h := range f.Holds {
		through := ""
		if h.Bound.Kind == Bounded {
			through = fmt.Sprintf(" (each read %v)", h.Bound)
		}
		p = append(p, fmt.Sprintf("result %d%s holds %d%s%s", h.Result, h.ResultPath, h.On, h.Path, through))
	}
	for _, l := range f.Limits {
		p = append(p, fmt.Sprintf("leaves %d%s with %v", l.On, l.Path, l.Bound))
	}
	for _, r := range f.Results {
		p = append(p, fmt.Sprintf("returns %d with %v", r.Result, r.Bound))
	}
	for _, l := range f.Fills {
		p = append(p, fmt.Sprintf("stores %d%s in %d%s", l.On, l.Path, l.Into, l.IntoPath))
	}
	for _, c := range f.Calls {
		if c.Async {
			p = append(p, fmt.Sprintf("starts %d", c.On))
		} else {
			p = append(p, fmt.Sprintf("runs %d", c.On))
		}
	}
	for _, t := range f.Types {
		star := ""
		if t.Pointer {
			star = "*"
		}
		maybe := ""
		if t.Maybe {
			maybe = " perhaps"
		}
		p = append(p, fmt.Sprintf("returns %d%s as %s%s", t.Result, maybe, star, t.Name))
	}
	return strings.Join(p, "; ")
}

func (w waitFact) String() string {
	words := []string{"waits"}
	for _, q := range []struct {
		on   bool
		word string
	}{{w.Async, "elsewhere"}, {w.Guess, "perhaps"}, {w.Exchange, "in an exchange"}} {
		if q.on {
			words = append(words, q.word)
		}
	}
	return fmt.Sprintf("%s for %d%s (%v: %s, %v)", strings.Join(words, " "), w.On, w.Path, netmodel.IO(w.IO), strings.Join(w.Chain, " -> "), w.Bound)
}

// fact returns what a summary tells other packages, or nil when that is
// nothing; inputs from params on are captured variables, and a declared function
// has none.
func (s *summary) fact() *Fact {
	if s.size() == 0 {
		return nil
	}
	f := &Fact{Holds: s.Holds, Limits: s.Limits, Results: s.Results, Fills: s.Fills, Calls: s.Calls, Types: s.Types}
	for _, w := range s.Waits {
		f.Waits = append(f.Waits, waitFact{uint8(w.On), w.Path, uint8(w.IO), w.Exchange, w.Async, w.Guess, w.Bound, uint8(w.With), w.WithBound, w.Serves, w.Other, names(w.Chain)})
	}
	return f
}

func names(chain []Step) []string {
	var out []string
	for _, s := range chain {
		out = append(out, s.Name)
	}
	return out
}

// summary turns the fact of an imported function into a summary.
func (f *Fact) summary() *summary {
	s := &summary{Holds: f.Holds, Limits: f.Limits, Results: f.Results, Fills: f.Fills, Calls: f.Calls, Types: f.Types}
	for _, w := range f.Waits {
		s.Waits = append(s.Waits, Wait{On: int(w.On), Path: w.Path, IO: netmodel.IO(w.IO), Exchange: w.Exchange, Async: w.Async, Guess: w.Guess, Bound: w.Bound, With: int(w.With), WithBound: w.WithBound, Serves: w.Serves, Other: w.Other, Chain: steps(w.Chain)})
	}
	return s
}

func steps(names []string) []Step {
	var out []Step
	for _, n := range names {
		out = append(out, Step{Name: n})
	}
	return out
}
