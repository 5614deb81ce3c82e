package acceptblock

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/peerio"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

func (w *waiting) finding(l *acceptloop.Loop, syntax *irx.Syntax) report.Finding {
	pos, end := syntax.Span(l.Call)
	return report.Finding{Pos: pos, End: end, Message: w.message(l), Steps: w.steps(l, syntax)}
}

func (w *waiting) message(l *acceptloop.Loop) string {
	wait := w.site.Wait
	who := acceptor(l)
	verb := "waits"
	if wait.Guess {
		verb = "may wait"
	}
	chain := []string{who}
	if w.consumer != nil {
		chain = append(chain, "channel", funcName(w.consumer))
		who = "the only receiver of accepted connections"
	} else if who == "accept loop" {
		who = "the accept loop"
	}
	for _, s := range wait.Chain {
		chain = append(chain, s.Name)
	}
	last := chain[len(chain)-1]
	return fmt.Sprintf("one silent client stops all others: %s %s for it in %s (%s, %s)",
		who, verb, last, strings.Join(chain, " -> "), bound(wait))
}

// acceptor names who accepts: the Accept method of a listener, or a loop.
func acceptor(l *acceptloop.Loop) string {
	if l.Role == acceptloop.InMethod {
		return funcName(l.Fn)
	}
	return "accept loop"
}

func funcName(fn *ssa.Function) string {
	if obj, ok := fn.Object().(*types.Func); ok {
		return irx.FuncName(obj, obj.Pkg())
	}
	return "a function literal"
}

func bound(w peerio.Wait) string {
	switch b := w.Bound; {
	case b.Kind == peerio.Unknown || w.Guess:
		return "no known deadline"
	case b.Kind != peerio.Bounded:
		return "no deadline"
	case b.Limit > 0:
		return fmt.Sprintf("bounded to %v by %s: each silent client still holds the loop that long", b.Limit, b.By)
	}
	return fmt.Sprintf("bounded by %s: each silent client still holds the loop that long", w.Bound.By)
}

func (w *waiting) steps(l *acceptloop.Loop, syntax *irx.Syntax) []report.Step {
	var steps []report.Step
	add := func(at token.Pos, text string) {
		if e := syntax.Calls[at]; e != nil {
			steps = append(steps, report.Step{Pos: e.Pos(), End: e.End(), Message: text})
		} else if at.IsValid() {
			steps = append(steps, report.Step{Pos: at, End: at, Message: text})
		}
	}
	add(l.Call.Pos(), "accepted here")
	if w.consumer != nil {
		add(w.via.Instr.Pos(), "sent to "+funcName(w.consumer)+", the only receiver")
	}
	chain := w.site.Wait.Chain
	for i, s := range chain {
		if !s.Pos.IsValid() {
			break
		}
		text := "calls " + s.Name
		if i == len(chain)-1 || !chain[i+1].Pos.IsValid() {
			text = "waits for the client in " + names(chain[i:])
		}
		add(s.Pos, text)
	}
	return steps
}

func names(chain []peerio.Step) string {
	var out []string
	for _, s := range chain {
		out = append(out, s.Name)
	}
	return strings.Join(out, " -> ")
}
