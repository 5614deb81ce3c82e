package rig

import (
	"context"
	"errors"
	"fmt"
)

// A Scenario is a fault, and what shows that it did harm. It is run in the same way, with the same budgets, on a
// server with a bug and on one without.
type Scenario struct {
	Name string
	// Buggy is the server package that must fail, Fixed the one that must hold.
	Buggy, Fixed string
	// About is what happens to the server with the bug, in a sentence.
	About string
	// Limits are the conditions for both.
	Limits Limits
	// NoResets runs it in a network of its own, in which connections are not reset; see Namespace.
	NoResets bool
	// Run plays the fault and says what could be seen.
	Run func(context.Context, *Server) (Outcome, error)
}

// An Observation is one thing that could be seen.
type Observation struct {
	// What was looked at, and what was found there.
	What, Got string
	// Bad says that this is not what a server should do.
	Bad bool
	// Note marks what is told and not judged.
	Note bool
}

// An Outcome is what could be seen.
type Outcome []Observation

// judge adds an observation that is bad or not.
func (o *Outcome) judge(bad bool, what, format string, args ...any) {
	*o = append(*o, Observation{What: what, Got: fmt.Sprintf(format, args...), Bad: bad})
}

// note adds an observation that is only told.
func (o *Outcome) note(what, format string, args ...any) {
	*o = append(*o, Observation{What: what, Got: fmt.Sprintf(format, args...), Note: true})
}

// Failed reports whether all that was judged is bad, as it must be with the bug.
func (o Outcome) Failed() bool { return o.judged(true) }

// Held reports whether nothing that was judged is bad, as it must be without.
func (o Outcome) Held() bool { return o.judged(false) }

func (o Outcome) judged(bad bool) bool {
	n := 0
	for _, ob := range o {
		if ob.Note {
			continue
		}
		if ob.Bad != bad {
			return false
		}
		n++
	}
	return n > 0
}

// String lists the observations, one a line.
func (o Outcome) String() string {
	var s string
	for _, ob := range o {
		mark := "good"
		switch {
		case ob.Note:
			mark = "note"
		case ob.Bad:
			mark = "BAD "
		}
		s += fmt.Sprintf("%s  %s: %s\n", mark, ob.What, ob.Got)
	}
	return s
}

// Play starts the server package pkg and plays the scenario to it.
func (l *Lab) Play(ctx context.Context, sc Scenario, pkg string) (Outcome, error) {
	if sc.NoResets {
		return playInNamespace(sc.Name, pkg)
	}
	s, err := l.Start(pkg, sc.Limits)
	if err != nil {
		return nil, err
	}
	out, err := sc.Run(ctx, s)
	return out, errors.Join(err, s.Close())
}
