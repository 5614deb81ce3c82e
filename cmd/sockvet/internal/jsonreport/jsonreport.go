// Package jsonreport writes findings as JSON for other programs.
//
// The output is one array, one finding a line. Members are only ever added;
// those documented on the types here stay.
package jsonreport

import (
	"io"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/jsonline"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/paths"
)

// Pos is a place; both count from 1, the column in bytes.
type Pos struct {
	Line int `json:"line"`
	Col  int `json:"col"`
}

// Related is one step of the path, in the order in which they happen.
type Related struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	End     Pos    `json:"end"`
	Message string `json:"message"`
}

// Edit replaces the bytes [start, end) of the file as it was analysed.
type Edit struct {
	File  string `json:"file"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	New   string `json:"new"`
}

// Fix is a set of edits that belong together.
type Fix struct {
	Message string `json:"message"`
	Edits   []Edit `json:"edits"`
}

// Finding is one element of the array. Files are relative to the working
// directory when that is shorter, as in the text report. The end is exclusive.
type Finding struct {
	Check   string    `json:"check"`
	Package string    `json:"package"`
	File    string    `json:"file"`
	Line    int       `json:"line"`
	Col     int       `json:"col"`
	End     Pos       `json:"end"`
	Message string    `json:"message"`
	URL     string    `json:"url"`
	Related []Related `json:"related"`
	Fixes   []Fix     `json:"fixes"`
}

// Write writes the findings in the order given, with paths as seen from dir.
func Write(w io.Writer, findings []finding.Finding, dir string) error {
	out := make([]Finding, len(findings))
	for i, f := range findings {
		out[i] = convert(f, dir)
	}
	return jsonline.WriteArray(w, out)
}

func convert(f finding.Finding, dir string) Finding {
	out := Finding{
		Check:   f.Check,
		Package: f.Package,
		File:    paths.Short(dir, f.File),
		Line:    f.Start.Line,
		Col:     f.Start.Col,
		End:     Pos(f.End),
		Message: f.Message,
		URL:     f.URL,
		Related: []Related{}, // never null
		Fixes:   []Fix{},
	}
	for _, s := range f.Steps {
		out.Related = append(out.Related, Related{
			File:    paths.Short(dir, s.File),
			Line:    s.Start.Line,
			Col:     s.Start.Col,
			End:     Pos(s.End),
			Message: s.Message,
		})
	}
	for _, fix := range f.Fixes {
		out.Fixes = append(out.Fixes, convertFix(fix, dir))
	}
	return out
}

func convertFix(fix finding.Fix, dir string) Fix {
	out := Fix{Message: fix.Message, Edits: []Edit{}}
	for _, e := range fix.Edits {
		out.Edits = append(out.Edits, Edit{File: paths.Short(dir, e.File), Start: e.Start, End: e.End, New: e.New})
	}
	return out
}
