// Package codequality writes findings in the form that GitLab shows in merge
// requests: the part of the Code Climate format that its documentation of "Code
// Quality" names, https://docs.gitlab.com/ci/testing/code_quality/.
package codequality

import (
	"io"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/baseline"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/jsonline"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/paths"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
)

// Issue is one element of the array.
type Issue struct {
	Description string   `json:"description"`
	CheckName   string   `json:"check_name"`
	Fingerprint string   `json:"fingerprint"`
	Severity    string   `json:"severity"`
	Location    Location `json:"location"`
}

// Location is a line of a file of the repository.
type Location struct {
	Path  string `json:"path"`
	Lines struct {
		Begin int `json:"begin"`
	} `json:"lines"`
}

// severity is the middle of info, minor, major, critical and blocker.
const severity = "major"

// Write writes the findings with paths as seen from root, the repository's.
func Write(w io.Writer, findings []finding.Finding, root string, sources *source.Cache) error {
	var prints baseline.Fingerprints
	issues := make([]Issue, len(findings))
	for i, f := range findings {
		issues[i] = Issue{
			Description: f.Message,
			CheckName:   f.Check,
			Fingerprint: prints.Of(f, sources),
			Severity:    severity,
			Location:    Location{Path: f.File},
		}
		if path, ok := paths.Under(root, f.File); ok {
			issues[i].Location.Path = path
		}
		// A finding without a place is one about the file.
		issues[i].Location.Lines.Begin = max(f.Start.Line, 1)
	}
	return jsonline.WriteArray(w, issues)
}
