package report

import (
	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
)

// DebugCategory is that of what the flag "debug" asks for: no findings.
const DebugCategory = "debug"

// Debug reports whether the check is to tell what it left undecided.
func Debug(pass *analysis.Pass) bool { return isSet(pass.Analyzer, debugFlag) && !repair.IsTrial(pass) }

// Guard returns the Run function of a check. A panic in run that was not confined
// to a function ends the check for the package, and no more; the flag "debug" tells
// of all panics, those in what the check requires included.
func Guard(run func(*analysis.Pass) (any, error)) func(*analysis.Pass) (any, error) {
	run = irx.Guard(run, func(*irx.Package) any { return nil })
	return func(pass *analysis.Pass) (any, error) {
		result, err := run(pass)
		if Debug(pass) && len(pass.Files) > 0 {
			tellFailures(pass)
		}
		return result, err
	}
}

func tellFailures(pass *analysis.Pass) {
	by := map[string]bool{}
	addNames(by, pass.Analyzer)
	for _, f := range pass.ResultOf[irx.Analyzer].(*irx.Package).Failures() {
		if !f.Pos.IsValid() {
			f.Pos = pass.Files[0].Package
		}
		if by[f.Analyzer] {
			pass.Report(analysis.Diagnostic{Pos: f.Pos, Category: DebugCategory, Message: f.String()})
		}
	}
}

func addNames(to map[string]bool, a *analysis.Analyzer) {
	to[a.Name] = true
	for _, req := range a.Requires {
		addNames(to, req)
	}
}
