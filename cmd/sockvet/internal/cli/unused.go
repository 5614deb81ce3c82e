package cli

import (
	"context"
	"slices"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/govet"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/suppression"
)

// addUnused adds a finding for each comment that silences nothing. After errors
// there is no telling what it would have silenced.
func (a *app) addUnused(ctx context.Context, o options, cfg govet.Config, r *outcome, all []finding.Finding) error {
	if len(r.errors()) > 0 {
		r.problems = append(r.problems, govet.Problem{
			Warning: true,
			Message: "comments that silence nothing are not reported, as not all could be analysed",
		})
		return nil
	}
	files, err := cfg.Files(ctx, o.patterns, o.tests)
	if err != nil {
		return err
	}
	silenced := slices.DeleteFunc(slices.Clone(all), func(f finding.Finding) bool { return !f.Suppressed })
	unused, err := suppression.Unused(files, silenced, func(name string) bool {
		return o.checks[name] || name == suppression.Group && a.all(o)
	})
	r.findings = finding.Merge(append(r.findings, unused...))
	return err
}
