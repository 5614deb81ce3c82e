package irx

import "golang.org/x/tools/go/analysis"

// KeepFacts remembers the pass of an analyzer that imports facts, so that the
// same package, changed by a suggested fix, can be analyzed with the same facts
// of its dependencies. Drivers give facts to the analyzer that made them only.
func (p *Package) KeepFacts(pass *analysis.Pass) { p.passes.Store(pass.Analyzer, pass) }

// FactsOf returns the pass that imports the facts of an analyzer, or nil when
// that one has not run on this package.
func (p *Package) FactsOf(a *analysis.Analyzer) *analysis.Pass {
	pass, _ := p.passes.Load(a)
	found, _ := pass.(*analysis.Pass)
	return found
}
