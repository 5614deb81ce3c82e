package accepterror

import (
	"fmt"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/sockvet/sockvet/analyzers/internal/acceptloop"
	"github.com/sockvet/sockvet/analyzers/internal/errpath"
	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

// judge decides what is wrong with the accept loops of a package.
type judge struct {
	*checker
	pass  *analysis.Pass
	paths *errpath.Result
	// accepts are the accept contexts, loops the same by their call.
	accepts *acceptloop.Result
	loops   map[ssa.Instruction]*acceptloop.Loop
	syntax  *irx.Syntax
	src     *repair.Source
}

const (
	remedy     = "; leave the loop on errors.Is(err, net.ErrClosed) and back off otherwise, 5 ms growing to 1 s"
	backOff    = "; back off and try again, 5 ms growing to 1 s"
	leave      = "; leave the loop then"
	leaveClose = "; leave the loop on errors.Is(err, net.ErrClosed)"
)

// verdict is a message about a call and what shows it.
type verdict struct {
	text string // with %s for the call
	at   ssa.Instruction
	step string
}

// loop judges one accept call: at most one report, the worst.
func (j *judge) loop(l *acceptloop.Loop) (report.Finding, bool) {
	if newEachTime(l) {
		return report.Finding{}, false
	}
	v := j.worst(l)
	if v == nil {
		return report.Finding{}, false
	}
	return j.finding(l, *v), true
}

// worst is the verdict on a loop, or nil. A listener whose connections have no
// descriptors of their own fails only once it is closed.
func (j *judge) worst(l *acceptloop.Loop) *verdict {
	if j.session(l) {
		return j.ended(l, j.outcomes(l, errpath.Ended))
	}
	if !j.paths.Shares(j.accepts, l) {
		if v := j.emfile(l, j.outcomes(l, errpath.EMFILE)); v != nil {
			return v
		}
	}
	if v := j.closed(l, j.outcomes(l, errpath.Closed)); v != nil && j.paths.Closable(l) {
		return v
	}
	return nil
}

// newEachTime reports whether the loop makes what it accepts from anew, as when
// the first stream of each accepted session is accepted: the next call is not
// made on what has failed.
func newEachTime(l *acceptloop.Loop) bool {
	v := l.Listener
	for v != nil {
		switch w := v.(type) {
		case *ssa.MakeInterface:
			v = w.X
		case *ssa.ChangeInterface:
			v = w.X
		case *ssa.TypeAssert:
			v = w.X
		case *ssa.Extract:
			v = w.Tuple
		case *ssa.Call:
			return l.Role != acceptloop.InCallee && l.Contains(w)
		default:
			return false
		}
	}
	return false
}

// session reports whether the loop accepts sessions or streams of one; a
// function that accepts is looked into.
func (j *judge) session(l *acceptloop.Loop) bool {
	if l.Via == nil {
		return j.paths.Session(l.Call)
	}
	for _, inner := range j.loops {
		if inner.Fn == l.Via && inner.Via == nil {
			return j.paths.Session(inner.Call)
		}
	}
	return false
}

// outcomes plays an error through the function that accepts and, when that one
// is called in a loop elsewhere, through this loop.
func (j *judge) outcomes(l *acceptloop.Loop, kind errpath.Error) errpath.Outcomes {
	o := j.paths.Play(l, kind)
	decided := o.Has(errpath.Retry) || o.Has(errpath.Exit) || o.Has(errpath.NilUsed)
	if l.Role != acceptloop.InCallee || decided || !o.Has(errpath.Leaves) {
		return o
	}
	if j.loops[l.Outer.Call] != nil {
		return errpath.Outcomes{} // judged by itself
	}
	return j.paths.PlayOuter(l, kind)
}

func (j *judge) emfile(l *acceptloop.Loop, o errpath.Outcomes) *verdict {
	switch {
	case o.Has(errpath.NilUsed):
		return &verdict{"after an error of %s the code goes on with the connection, which is nil then" + j.remedy(l), o.At(errpath.NilUsed), "uses the connection that was not accepted"}
	case o.Has(errpath.Exit):
		return &verdict{"an error of %s ends the process, also when descriptors run out for a moment (EMFILE)" + j.remedy(l), o.At(errpath.Exit), "ends the process"}
	case o.Has(errpath.Retry) && !o.Has(errpath.DelayedRetry):
		return &verdict{"an error of %s is retried at once: when descriptors run out (EMFILE) the loop spins, about a million errors a second" + j.remedy(l), o.At(errpath.Retry), "goes back to Accept without a delay"}
	case o.Has(errpath.GivesUp):
		return &verdict{"the loop gives up on %s when descriptors run out (EMFILE), though the listener is sound" + remedy, o.At(errpath.GivesUp), "leaves the loop"}
	case o.Has(errpath.Silent) && l.Role != acceptloop.InMethod && !l.Counted() && !j.paths.Polls(l.Fn) && !j.paths.Resumed(around(l)) && !j.paths.Followed(around(l)):
		return j.silent(l, o)
	case o.Has(errpath.Returned) && j.returns:
		return &verdict{"any error of %s is returned, also when descriptors run out for a moment (EMFILE): unless the caller serves the listener again the server is down" + remedy, o.At(errpath.Returned), "returns the error"}
	}
	return nil
}

// remedy is what to do about an error; a loop that leaves when the listener is closed
// is not told to.
func (j *judge) remedy(l *acceptloop.Loop) string {
	if o := j.outcomes(l, errpath.Closed); o.Has(errpath.Leaves) && !o.Has(errpath.Retry) && !o.Has(errpath.DelayedRetry) && !o.Has(errpath.Exit) && !o.Has(errpath.NilUsed) {
		return backOff
	}
	return remedy
}

// netListener reports whether what is accepted from tells its end by
// net.ErrClosed.
func netListener(v ssa.Value) bool { return irx.TypePackage(irx.Unboxed(v).Type()) == "net" }

// around is the function that holds the loop.
func around(l *acceptloop.Loop) *ssa.Function {
	if l.Outer != nil {
		return l.Outer.Fn
	}
	return l.Fn
}

func (j *judge) silent(l *acceptloop.Loop, o errpath.Outcomes) *verdict {
	const when = ", also when descriptors run out for a moment (EMFILE)" + remedy
	v := &verdict{"an error of %s ends the accept loop and nobody is told: the process stays up without its listener" + when, o.At(errpath.Silent), "leaves the loop"}
	if _, returns := v.at.(*ssa.Return); !returns {
		v.step = "has left the loop"
	}
	switch fn := v.at.Parent(); {
	case j.isMain(fn) || j.paths.LastOfMain(around(l)):
		v.text = "an error of %s ends the program" + when
	case !j.paths.Besides(around(l)):
		v.text = "an error of %s ends the accept loop and nobody is told: the function returns as if nothing had happened" + when
	}
	return v
}

// isMain reports whether fn is the program's main.
func (j *judge) isMain(fn *ssa.Function) bool {
	return fn.Name() == "main" && j.pass.Pkg.Name() == "main" && fn.Parent() == nil
}

func (j *judge) closed(l *acceptloop.Loop, o errpath.Outcomes) *verdict {
	retried := o.Has(errpath.Retry) || o.Has(errpath.DelayedRetry)
	switch {
	case o.Has(errpath.NilUsed):
		return &verdict{"once the listener is closed the code goes on with the connection of %s, which is nil then" + leaveClose, o.At(errpath.NilUsed), "uses the connection that was not accepted"}
	case o.Has(errpath.Leaves) || o.Has(errpath.Exit):
		return nil
	case o.Has(errpath.Retry) && !o.Has(errpath.DelayedRetry):
		return &verdict{"once the listener is closed the loop retries %s for ever without a delay" + leaveClose, o.At(errpath.Retry), "goes back to Accept without a delay"}
	case retried && endless(l):
		return &verdict{"the loop has no exit: once the listener is closed %s fails for ever" + leaveClose, l.Call, "fails again each time"}
	}
	return nil
}

// ended judges a loop over a session's streams, or over a listener of sessions:
// its error stays, and out of descriptors it never is.
func (j *judge) ended(l *acceptloop.Loop, o errpath.Outcomes) *verdict {
	switch {
	case o.Has(errpath.NilUsed):
		return &verdict{"after an error of %s the code goes on with what it accepted, which is nil then" + leave, o.At(errpath.NilUsed), "uses what was not accepted"}
	case o.Has(errpath.Exit):
		if j.isMain(o.At(errpath.Exit).Parent()) || j.paths.Queued(l.Call) {
			return nil // what the program served is over, and so is the program
		}
		return &verdict{"an error of %s ends the process, though it is only the end of a session or of a listener" + leave, o.At(errpath.Exit), "ends the process"}
	case o.Has(errpath.Decides):
		return nil
	case o.Has(errpath.Retry) && !o.Has(errpath.DelayedRetry):
		return &verdict{"once the session or listener has ended the loop retries %s for ever without a delay" + leave, o.At(errpath.Retry), "goes back to Accept without a delay"}
	case o.Has(errpath.DelayedRetry) && endless(l):
		return &verdict{"the loop has no exit: once the session or listener has ended %s fails for ever" + leave, l.Call, "fails again each time"}
	}
	return nil
}

// endless reports whether nothing leaves the loop around the call.
func endless(l *acceptloop.Loop) bool {
	fn, region := l.Fn, l.Region
	if l.Role == acceptloop.InCallee {
		fn, region = l.Outer.Fn, l.Outer.Region
	}
	for _, b := range fn.Blocks {
		if !region[b.Index] {
			continue
		}
		for _, succ := range b.Succs {
			if !region[succ.Index] {
				return false
			}
		}
	}
	return true
}

// wrapper judges an Accept method.
func (j *judge) wrapper(l *acceptloop.Loop) (report.Finding, bool) {
	returns := j.paths.OwnErrors(l)
	if len(returns) == 0 || j.callersGoOn(l.Fn) || j.paths.Served(l.Fn.Params[0].Type()) {
		return report.Finding{}, false
	}
	f := j.finding(l, verdict{text: "after %s succeeded, an error of that one connection is returned as the listener's: the accept loop of the caller ends; close the connection and accept the next one"})
	for _, ret := range returns {
		f.Steps = append(f.Steps, j.step(ret, "returns the connection's error"))
	}
	return f, true
}

// callersGoOn reports whether each accept through fn is in a loop of this package
// that goes on after an error.
func (j *judge) callersGoOn(fn *ssa.Function) bool {
	if fn.Object() == nil || fn.Object().Exported() {
		return false
	}
	found := false
	for _, l := range j.loops {
		if l.Via != fn && irx.CalleeOf(l.Call.Common()).Body != fn {
			continue
		}
		if o := j.outcomes(l, errpath.EMFILE); !o.Has(errpath.Retry) && !o.Has(errpath.DelayedRetry) || o.Has(errpath.Leaves) || o.Has(errpath.Exit) || o.Has(errpath.NilUsed) {
			return false
		}
		found = true
	}
	return found
}

func (j *judge) step(at ssa.Instruction, text string) report.Step {
	pos, end := j.syntax.Span(at)
	return report.Step{Pos: pos, End: end, Message: text}
}

func (j *judge) finding(l *acceptloop.Loop, v verdict) report.Finding {
	name := irx.CallName(l.Call.Common(), j.pass.Pkg)
	pos, end := j.syntax.Span(l.Call)
	f := report.Finding{Pos: pos, End: end, Message: fmt.Sprintf(v.text, name)}
	if v.at != nil && v.at.Pos().IsValid() && v.at != ssa.Instruction(l.Call) {
		f.Steps = append(f.Steps, report.Step{Pos: pos, End: end, Message: name + " fails"}, j.step(v.at, v.step))
	}
	return f
}
