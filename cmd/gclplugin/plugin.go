// Package gclplugin makes the checks of sockvet linters of golangci-lint v2, by
// its module plugin system. Each check is a linter of its own name, so that it
// is enabled, excluded and silenced (//nolint:connclose) alone:
//
//	linters:
//	  enable: [connclose]
//	  settings:
//	    custom:
//	      connclose:
//	        type: module
//	        settings:
//	          tests: true
//
// The settings are the flags of the check, and "related", which keeps the steps
// of a finding: golangci-lint would make issues of their own of them.
//
// A binary that has the plugin in is built by golangci-lint custom, see
// .custom-gcl.yml in integration/golangci, or from the module there.
package gclplugin

import (
	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers"
)

// The plugin system knows a plugin only by what it registers when the program
// starts.
func init() {
	for _, a := range analyzers.Suite() {
		register.Plugin(a.Name, func(conf any) (register.LinterPlugin, error) { return New(a, conf) })
	}
}

// Plugin is one check as a linter.
type Plugin struct{ analyzer *analysis.Analyzer }

// New makes a linter of the check. The settings are those of the configuration
// file, as the plugin system decodes them. They become flags of the check,
// which belong to the process.
func New(a *analysis.Analyzer, conf any) (*Plugin, error) {
	s, err := decode(a, conf)
	if err != nil {
		return nil, err
	}
	if err := s.apply(a); err != nil {
		return nil, err
	}
	if s.related {
		return &Plugin{a}, nil
	}
	return &Plugin{withoutRelated(a)}, nil
}

// BuildAnalyzers returns the check.
func (p *Plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	return []*analysis.Analyzer{p.analyzer}, nil
}

// GetLoadMode asks for types, which all checks need.
func (p *Plugin) GetLoadMode() string { return register.LoadModeTypesInfo }

// withoutRelated is the check without the steps of its findings. Other drivers
// show them with the finding, golangci-lint as further issues.
func withoutRelated(a *analysis.Analyzer) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:             a.Name,
		Doc:              a.Doc,
		URL:              a.URL,
		Flags:            a.Flags,
		RunDespiteErrors: a.RunDespiteErrors,
		Requires:         a.Requires,
		ResultType:       a.ResultType,
		FactTypes:        a.FactTypes,
		Run: func(pass *analysis.Pass) (any, error) {
			stripped := *pass
			stripped.Report = func(d analysis.Diagnostic) {
				d.Related = nil
				pass.Report(d)
			}
			return a.Run(&stripped)
		},
	}
}
