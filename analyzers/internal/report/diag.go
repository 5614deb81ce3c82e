// Package report turns what a check found into a diagnostic that every driver
// shows in the same way: complete on its own, with its steps as related
// places, silent in generated and (by default) test files, and silent where a
// comment says so.
package report

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers/internal/irx"
	"github.com/sockvet/sockvet/analyzers/internal/repair"
)

// Step is one numbered step of the path that a finding describes.
type Step struct {
	Pos, End token.Pos
	Message  string
}

// Finding is one report of a check.
type Finding struct {
	Pos, End token.Pos
	Message  string
	Steps    []Step
	// Fix is a candidate: it is offered if it turns out to be right.
	Fix *analysis.SuggestedFix
}

// Reporter filters and emits the findings of one check in one package.
type Reporter struct {
	pass     *analysis.Pass
	tests    bool
	findings []Finding
	also     []*analysis.Analyzer
	sound    func(*repair.Trial) []token.Pos
}

// New returns a reporter for the pass; tests says whether findings in _test.go
// files are wanted.
func New(pass *analysis.Pass, tests bool) *Reporter {
	return &Reporter{pass: pass, tests: tests}
}

// Add notes a finding. Nothing is emitted before [Reporter.Flush].
func (r *Reporter) Add(f Finding) { r.findings = append(r.findings, f) }

// Also names other checks that must find nothing new after a fix. What they
// require, the analyzer of the pass must require, too.
func (r *Reporter) Also(checks ...*analysis.Analyzer) { r.also = append(r.also, checks...) }

// Sound names a question about the package as it is after fixes: which findings
// have one that does harm.
func (r *Reporter) Sound(ask func(*repair.Trial) []token.Pos) { r.sound = ask }

// Flush emits the findings in order of position and message, each once.
func (r *Reporter) Flush() {
	sort.SliceStable(r.findings, func(i, j int) bool {
		a, b := r.findings[i], r.findings[j]
		if a.Pos != b.Pos {
			return a.Pos < b.Pos
		}
		return a.Message < b.Message
	})
	shown, silencers := r.filter()
	r.prove(shown, silencers)
	for i, f := range shown {
		if c := silencers[i]; c != nil {
			r.pass.Report(silenced(f, c))
		} else {
			r.pass.Report(r.diagnostic(f))
		}
	}
}

// filter drops what is not to be emitted. What a comment suppresses stays, with
// the comment, where that is wanted.
func (r *Reporter) filter() (shown []Finding, silencers []*ast.Comment) {
	files := r.files()
	for i, f := range r.findings {
		if i > 0 && f.Pos == r.findings[i-1].Pos && f.Message == r.findings[i-1].Message {
			continue
		}
		file := files[r.pass.Fset.File(f.Pos)]
		if file == nil || r.excluded(file, f.Pos) {
			continue
		}
		c := suppressing(r.pass, file, f.Pos, isSet(r.pass.Analyzer, nolintFlag))
		if c == nil || isSet(r.pass.Analyzer, suppressedFlag) {
			shown, silencers = append(shown, f), append(silencers, c)
		}
	}
	return shown, silencers
}

// prove drops the fixes that do not silence their finding, or do more.
func (r *Reporter) prove(shown []Finding, silencers []*ast.Comment) {
	all := make([]repair.Candidate, len(shown))
	for i, f := range shown {
		if silencers[i] == nil {
			all[i] = repair.Candidate{Pos: f.Pos, Fix: f.Fix}
		}
	}
	if pkg, ok := r.pass.ResultOf[irx.Analyzer].(*irx.Package); ok && !pkg.Confine(r.pass.Analyzer.Name, nil, func() { repair.Prove(r.pass, all, r.sound, r.also...) }) || !ok {
		clear(all) // a finding without a fix is one all the same
	}
	for i := range shown {
		shown[i].Fix = all[i].Fix
	}
}

// Shows reports whether a finding at pos would be emitted.
func (r *Reporter) Shows(pos token.Pos) bool {
	file := r.files()[r.pass.Fset.File(pos)]
	return file != nil && !r.excluded(file, pos) && suppressing(r.pass, file, pos, isSet(r.pass.Analyzer, nolintFlag)) == nil
}

func (r *Reporter) files() map[*token.File]*ast.File {
	files := make(map[*token.File]*ast.File, len(r.pass.Files))
	for _, f := range r.pass.Files {
		files[r.pass.Fset.File(f.FileStart)] = f
	}
	return files
}

func (r *Reporter) excluded(file *ast.File, pos token.Pos) bool {
	name := r.pass.Fset.PositionFor(file.Package, false).Filename
	return !r.tests && (strings.HasSuffix(name, "_test.go") || r.helpsTests(file, pos)) || ast.IsGenerated(file)
}

// helpsTests reports whether a declaration at pos is part of tests, whatever its
// file is called: a function that is given a [testing.T] or the like.
func (r *Reporter) helpsTests(file *ast.File, pos token.Pos) bool {
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || pos < fn.Pos() || fn.End() <= pos {
			continue
		}
		return slices.ContainsFunc(fn.Type.Params.List, func(param *ast.Field) bool { return isOfTesting(r.pass.TypesInfo.TypeOf(param.Type)) })
	}
	return false
}

func isOfTesting(t types.Type) bool {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "testing"
}

func (r *Reporter) diagnostic(f Finding) analysis.Diagnostic {
	d := analysis.Diagnostic{
		Pos:      f.Pos,
		End:      f.End,
		Category: r.pass.Analyzer.Name,
		Message:  f.Message,
		URL:      r.pass.Analyzer.URL,
	}
	if f.Fix != nil {
		d.SuggestedFixes = []analysis.SuggestedFix{*f.Fix}
	}
	for _, s := range f.Steps {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: s.Pos, End: s.End, Message: s.Message})
	}
	return d
}

// silenced tells of a finding that the comment silences: only where both are.
func silenced(f Finding, c *ast.Comment) analysis.Diagnostic {
	return analysis.Diagnostic{
		Pos:      f.Pos,
		End:      f.End,
		Category: SuppressedCategory,
		Message:  f.Message,
		Related:  []analysis.RelatedInformation{{Pos: c.Pos(), End: c.End(), Message: "silenced here"}},
	}
}

// URL is the page of a check.
func URL(check string) string {
	return "https://github.com/sockvet/sockvet/blob/main/docs/checks/" + check + ".md"
}
