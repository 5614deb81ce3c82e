package irx

import (
	"cmp"
	"fmt"
	"go/token"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// -- panics --
//
// A panic in an analysis is a bug of the analysis, and no reason to lose what the
// other functions and checks have to say, or to take the driver down. It is
// confined to the function that was looked at, or to one analyzer in one package,
// and noted: the flag "debug" of each check tells, and the tests fail.

// Failure is a panic that was confined.
type Failure struct {
	// Analyzer is the name of the one that panicked.
	Analyzer string
	// Func is the function that it looked at, "" for all of the package, and Pos
	// where that is.
	Func string
	Pos  token.Pos
	// Panic is the value of the panic, and the line that it came from.
	Panic string
}

func (f Failure) String() string {
	on := ""
	if f.Func != "" {
		on = " on " + f.Func
	}
	return f.Analyzer + " failed" + on + ": " + f.Panic
}

// Confine calls look, by which the analyzer of that name looks at fn, or at the
// whole package when fn is nil. A panic in it is noted, and ok is false then.
func (p *Package) Confine(analyzer string, fn *ssa.Function, look func()) (ok bool) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		f := Failure{Analyzer: analyzer, Panic: fmt.Sprintf("%v (%s)", v, panickedAt())}
		if fn != nil {
			f.Func, f.Pos = fn.String(), fn.Pos()
		} else if len(p.Pass.Files) > 0 {
			f.Pos = p.Pass.Files[0].Package
		}
		p.NoteFailure(f)
	}()
	look()
	return true
}

// panickedAt returns the line that panicked. It has to be called by the deferred
// function that recovers.
func panickedAt() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for panicking := false; ; {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "runtime.") {
			panicking = true
		} else if panicking || !more {
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
	}
}

// NoteFailure adds a failure to those of the package.
func (p *Package) NoteFailure(f Failure) {
	p.failing.Lock()
	defer p.failing.Unlock()
	p.failures = append(p.failures, f)
}

// Failures returns what has failed so far, in order of position.
func (p *Package) Failures() []Failure {
	p.failing.Lock()
	defer p.failing.Unlock()
	out := slices.Clone(p.failures)
	slices.SortStableFunc(out, func(a, b Failure) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Analyzer, b.Analyzer), cmp.Compare(a.Panic, b.Panic))
	})
	return slices.Compact(out)
}

// Guard returns the Run function of an analyzer that requires [Analyzer]: run, but
// a panic that was not confined before ends in the result that none makes.
func Guard(run func(*analysis.Pass) (any, error), none func(*Package) any) func(*analysis.Pass) (any, error) {
	return func(pass *analysis.Pass) (result any, err error) {
		pkg := pass.ResultOf[Analyzer].(*Package)
		if !pkg.Confine(pass.Analyzer.Name, nil, func() { result, err = run(pass) }) {
			return none(pkg), nil
		}
		return result, err
	}
}
