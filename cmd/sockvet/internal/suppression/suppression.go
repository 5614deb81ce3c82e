// Package suppression finds the comments that silence nothing: the finding has
// been mended, the code has moved, or the name was never right.
package suppression

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"github.com/sockvet/sockvet/analyzers"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
)

// Check is the name under which the comments are reported.
const Check = "unused-suppression"

// Group is the name that stands for all checks of sockvet.
const Group = "sockvet"

// use is a comment that silenced a check.
type use struct {
	file  string
	line  int
	check string
}

type judge struct {
	used map[use]bool
	on   func(check string) bool
}

// Unused returns a finding for each name in a comment of the files that silenced
// nothing. Silenced are the findings that comments silenced; on says of a name
// whether it is a check that was run, and of [Group] whether all were. Comments that name nothing of ours, or
// all linters, are not judged, nor are those in generated files.
func Unused(files []string, silenced []finding.Finding, on func(string) bool) ([]finding.Finding, error) {
	j := judge{make(map[use]bool), on}
	for _, f := range silenced {
		for _, s := range f.Steps {
			j.used[use{s.File, s.Start.Line, f.Check}] = true
			j.used[use{s.File, s.Start.Line, Group}] = true
		}
	}
	var out []finding.Finding
	for _, name := range files {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if !ast.IsGenerated(file) {
			out = append(out, j.file(fset, file)...)
		}
	}
	return out, nil
}

func (j judge) file(fset *token.FileSet, file *ast.File) []finding.Finding {
	var out []finding.Finding
	for _, g := range file.Comments {
		for _, c := range g.List {
			if f, ok := j.comment(fset, c); ok {
				out = append(out, f)
			}
		}
	}
	return out
}

func (j judge) comment(fset *token.FileSet, c *ast.Comment) (finding.Finding, bool) {
	names, ok := analyzers.Directive(c.Text)
	start, end := fset.PositionFor(c.Pos(), false), fset.PositionFor(c.End(), false)
	ours := slices.DeleteFunc(names, func(name string) bool {
		return !j.on(name) || ok && j.used[use{start.Filename, start.Line, name}]
	})
	if len(ours) == 0 {
		return finding.Finding{}, false
	}
	f := finding.Finding{Check: Check, Message: "nothing is silenced here for " + strings.Join(ours, ", ")}
	if !ok {
		f.Message = "without a reason this comment silences nothing"
	}
	f.Span = finding.Span{
		File:  start.Filename,
		Start: finding.Pos{Line: start.Line, Col: start.Column},
		End:   finding.Pos{Line: end.Line, Col: end.Column},
	}
	return f, true
}
