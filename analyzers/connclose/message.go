package connclose

import (
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/netmodel"
	"github.com/sockvet/sockvet/analyzers/internal/own"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

// finding words a report: what, where acquired, which step fails, which return
// leaks, for how long.
func (c *checker) finding(fn *ssa.Function, o *own.Outcome, leaks []own.Leak) report.Finding {
	f := report.Finding{Message: c.subject(fn, o) + " " + c.predicate(o, leaks)}
	if o.Call == nil {
		p := fn.Params[o.Param]
		f.Pos, f.End = p.Pos(), p.Pos()
		f.Steps = append(f.Steps, report.Step{Pos: f.Pos, End: f.End, Message: "given here"})
	} else {
		f.Pos, f.End = c.syntax.Span(o.Call)
		if g := c.lentAbroad(leaks); g != nil {
			f.Pos, f.End = g.Pos(), g.Pos()
		}
		f.Steps = append(f.Steps, report.Step{Pos: f.Pos, End: f.End, Message: "acquired here"})
	}
	if allInGoroutine(o, leaks) {
		f.Steps = append(f.Steps, lentSteps(o, leaks)...)
		return f
	}
	for i, l := range leaks {
		last := i+1 == len(leaks) || leaks[i+1].At != l.At || leaks[i+1].Kind != l.Kind
		f.Steps = append(f.Steps, c.steps(o, l, last)...)
	}
	return f
}

// lentAbroad returns the go statement to blame when each leak is of a goroutine
// whose function is declared in another package.
func (c *checker) lentAbroad(leaks []own.Leak) ssa.CallInstruction {
	for _, l := range leaks {
		if l.Lent == nil || l.Lent.Operand < 0 {
			return nil
		}
		callee := irx.CalleeOf(l.Lent.Go.Common())
		if callee.Body != nil || callee.Func == nil || callee.Dynamic || c.res.Pkg.Standard(callee.Func.Pkg()) {
			return nil
		}
	}
	return leaks[0].Lent.Go
}

// subject names the resource: "conn from net.Dial" or "parameter conn".
func (c *checker) subject(fn *ssa.Function, o *own.Outcome) string {
	if o.Call == nil {
		return "parameter " + fn.Params[o.Param].Name()
	}
	name := c.syntax.ResultName(o.Call, o.Result)
	if name == "" {
		name = kindName(o.Kind)
	}
	return name + " from " + irx.CallName(o.Call.Common(), c.pass.Pkg)
}

func kindName(k netmodel.Kind) string {
	switch k {
	case netmodel.Listener:
		return "listener"
	case netmodel.PacketConn:
		return "packet conn"
	case netmodel.FD:
		return "file descriptor"
	case netmodel.File:
		return "file"
	case netmodel.Session:
		return "session"
	case netmodel.Stream:
		return "stream"
	}
	return "conn"
}

func (c *checker) predicate(o *own.Outcome, leaks []own.Leak) string {
	lasting := "until a GC"
	switch {
	case lasts(o):
		lasting = "for ever"
	case o.Kind == netmodel.Stream:
		lasting = "as long as its session"
	case o.Kind == netmodel.Session:
		lasting = "until the peer ends it" // goroutines of its own have it
	}
	switch l := leaks[0]; {
	case slices.ContainsFunc(leaks, func(l own.Leak) bool { return l.Kind == own.Never }):
		return fmt.Sprintf("stays open for ever, its deferred Close never runs: the loop at line %d has no exit and never touches it", c.line(l))
	case l.Kind == own.Overwritten:
		return fmt.Sprintf("is overwritten at line %d without being closed (leaks %s)", c.line(l), lasting)
	case o.Call != nil && c.lentAbroad(leaks) != nil:
		return fmt.Sprintf("is never closed: the goroutine started here only uses it (leaks %s)", lasting)
	case allInGoroutine(o, leaks):
		return fmt.Sprintf("is not closed when its goroutine returns (leaks at %s %s)", c.linesOf(lentEnds(o)), lasting)
	case l.Kind == own.AtLoop && len(leaks) == 1:
		return fmt.Sprintf("is not closed before the next iteration%s (lost at line %d %s)", c.whenFails(o, leaks), c.line(l), lasting)
	case leaks[0].Lent != nil:
		lasting = "for ever if the goroutine stays, else " + lasting
	}
	text := fmt.Sprintf("%s (leaks at %s %s)", c.verdict(o, leaks), c.lines(leaks), lasting)
	switch {
	case o.Call != nil || !o.Released:
	case (o.OK|o.Fail)&own.Closed != 0:
		text += ", as it is on other paths"
	default:
		text += "; other paths hand it over"
	}
	return text
}

// verdict tells apart what is closed on some paths and what is never closed.
func (c *checker) verdict(o *own.Outcome, leaks []own.Leak) string {
	if !o.Released {
		return "is never closed"
	}
	if when := c.whenFails(o, leaks); when != "" {
		return "is not closed" + when
	}
	return "is not closed on every path"
}

// whenFails names the calls whose failure leads to the leaks: " when f or g
// fails", or "" when there is none. A call of what acquired it is told apart from
// that one.
func (c *checker) whenFails(o *own.Outcome, leaks []own.Leak) string {
	var names []string
	for _, l := range leaks {
		if l.Cause == nil || l.Cause.Soft {
			continue
		}
		n := irx.CallName(l.Cause.Call.Common(), c.pass.Pkg)
		switch {
		case l.Cause.Call == o.Call:
			n += " itself"
		case o.Call != nil && n == irx.CallName(o.Call.Common(), c.pass.Pkg):
			n = "a later " + n
		}
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	if len(names) == 0 {
		return ""
	}
	if len(names) > 3 {
		names = append(names[:3], "another step")
	}
	last := len(names) - 1
	list := names[last]
	if last > 0 {
		list = strings.Join(names[:last], ", ") + " or " + list
	}
	return " when " + list + " fails"
}

func (c *checker) line(l own.Leak) int {
	return c.pass.Fset.Position(c.place(l)).Line
}

func (c *checker) lines(leaks []own.Leak) string {
	var places []token.Pos
	for _, l := range leaks {
		places = append(places, c.place(l))
	}
	return c.linesOf(places)
}

// linesOf lists the lines of some places in order: "line 7", "lines 7, 9".
func (c *checker) linesOf(places []token.Pos) string {
	var numbers []int
	for _, pos := range places {
		numbers = append(numbers, c.pass.Fset.Position(pos).Line)
	}
	slices.Sort(numbers)
	var lines []string
	for _, n := range slices.Compact(numbers) {
		lines = append(lines, strconv.Itoa(n))
	}
	if len(lines) == 1 {
		return "line " + lines[0]
	}
	return "lines " + strings.Join(lines, ", ")
}
