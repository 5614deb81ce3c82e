package connclose

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/own"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

// steps are the places of one leak: the call that fails and, last for all leaks
// at one place, the end that drops the resource.
func (c *checker) steps(o *own.Outcome, l own.Leak, last bool) []report.Step {
	var out []report.Step
	if l.Cause != nil && l.Cause.Call != nil {
		pos, end := c.syntax.Span(l.Cause.Call)
		out = append(out, report.Step{Pos: pos, End: end, Message: how(o, l.Cause, irx.CallName(l.Cause.Call.Common(), c.pass.Pkg))})
	}
	if !last {
		return out
	}
	if l.Lent != nil {
		out = append(out, report.Step{Pos: l.Lent.Go.Pos(), End: l.Lent.Go.Pos(), Message: "this goroutine only uses it"})
	}
	pos := c.place(l)
	return append(out, report.Step{Pos: pos, End: pos, Message: endMessage(l.Kind)})
}

func how(o *own.Outcome, c *own.Cause, name string) string {
	switch {
	case c.Call == o.Call:
		return name + " fails, and returns it open beside its error"
	case c.Soft:
		return "depends on what " + name + " returns"
	}
	return name + " fails"
}

func endMessage(k own.LeakKind) string {
	switch k {
	case own.AtLoop:
		return "acquires again without closing it"
	case own.Overwritten:
		return "overwrites it"
	case own.Never:
		return "loops for ever without touching it"
	}
	return "returns without closing it"
}

// place is where a leak happens. A return at the end of a function without
// results has no position of its own; it stands at the closing brace.
func (c *checker) place(l own.Leak) token.Pos {
	if pos := l.At.Pos(); pos.IsValid() {
		if l.Kind == own.Never {
			return c.syntax.Loop(pos)
		}
		if l.Kind == own.AtLoop {
			start, _ := c.syntax.Span(l.At)
			return start
		}
		return pos
	}
	return endOf(l.At.Parent())
}

func endOf(fn *ssa.Function) token.Pos {
	if s := fn.Syntax(); s != nil {
		return s.End() - 1
	}
	return fn.Pos()
}
