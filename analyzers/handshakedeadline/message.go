package handshakedeadline

import (
	"fmt"
	"go/token"
	"strings"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/peerio"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

func (o *open) finding(syntax *irx.Syntax) report.Finding {
	pos, end := span(o.wait.At, syntax)
	return report.Finding{Pos: pos, End: end, Message: o.message(), Steps: o.steps(syntax)}
}

func span(at token.Pos, syntax *irx.Syntax) (pos, end token.Pos) {
	if e := syntax.Calls[at]; e != nil {
		return e.Pos(), e.End()
	}
	return at, at
}

func (o *open) message() string {
	why := "nothing bounds"
	if o.wait.Bound.Kind == peerio.Cleared {
		why = "the deadline is removed before"
	}
	return fmt.Sprintf("%s %s on an accepted connection: a client that goes silent keeps its goroutine and descriptor for ever (%s)",
		why, o.wait.What, strings.Join(o.path(), " -> "))
}

// path lists the calls from the accept on.
func (o *open) path() []string {
	names := []string{"accepted"}
	if o.sent != nil {
		names = append(names, "channel")
	}
	for _, s := range o.wait.Chain {
		names = append(names, s.Name)
	}
	return names
}

func (o *open) steps(syntax *irx.Syntax) []report.Step {
	var steps []report.Step
	add := func(at token.Pos, text string) {
		pos, end := span(at, syntax)
		steps = append(steps, report.Step{Pos: pos, End: end, Message: text})
	}
	add(o.loop.Call.Pos(), "accepted here")
	if o.sent != nil {
		add(o.sent.Pos(), "sent on a channel")
	}
	for _, s := range o.wait.Chain {
		switch {
		case !s.Pos.IsValid():
		case s.Pos == o.wait.At:
			add(s.Pos, s.Name+" waits for the client, without a deadline")
		default:
			add(s.Pos, "calls "+s.Name)
		}
	}
	return steps
}
