package connclose

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/own"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

// -- one report for one missing Close --

// joined adds what is left open to a finding that tells of the same missing
// Close, if there is one: of the same acquisition, which a literal may leave open
// and the function around as well, or of another try into the same variable.
func (c *checker) joined(fn *ssa.Function, o *own.Outcome, leaks []own.Leak) bool {
	if o.Call == nil {
		return false
	}
	for i := range c.suspects {
		s := &c.suspects[i]
		switch {
		case s.o.Call == nil:
		case s.o.Call == o.Call && s.o.Result == o.Result && s.o.Path == o.Path:
			s.leaks = append(slices.Clip(s.leaks), leaks...)
			s.finding = c.finding(fn, o, s.leaks)
			return true
		case s.fn == fn && c.anotherTry(s, o, leaks):
			pos, end := c.syntax.Span(o.Call)
			s.finding.Steps = append(s.finding.Steps, report.Step{Pos: pos, End: end, Message: "or acquired here"})
			return true
		}
	}
	return false
}

// anotherTry reports whether an acquisition is assigned to the variable of that of
// a finding, and is dropped at the very same ends.
func (c *checker) anotherTry(s *suspect, o *own.Outcome, leaks []own.Leak) bool {
	name := c.syntax.ResultName(o.Call, o.Result)
	return name != "" && name == c.syntax.ResultName(s.o.Call, s.o.Result) && slices.EqualFunc(s.leaks, leaks, sameEnd)
}

func sameEnd(a, b own.Leak) bool { return a.At == b.At && a.Kind == b.Kind && a.Lent == b.Lent }
