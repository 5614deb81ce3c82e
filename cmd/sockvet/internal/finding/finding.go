// Package finding holds what one run reports, in the form that every output
// format of the command is made from.
package finding

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
)

// Pos is a place in a file. Line and Col count from 1; Col counts bytes, as
// the go command does. Col 0 means that only the line is known.
type Pos struct {
	Line, Col int
}

// Compare orders places by line, then column.
func (p Pos) Compare(q Pos) int {
	return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// Span is a range of source in one file; End is exclusive. A span whose End is
// not after Start marks a single place.
type Span struct {
	File       string // as the go command printed it, normally absolute
	Start, End Pos
}

// Compare orders spans by file, then start.
func (s Span) Compare(t Span) int {
	return cmp.Or(strings.Compare(s.File, t.File), s.Start.Compare(t.Start))
}

// Step is one numbered step of the path that leads to a finding. A finding's
// steps are in the order in which they happen, not in source order.
type Step struct {
	Span
	Message string
}

// Edit replaces the bytes [Start, End) of File by New.
type Edit struct {
	File       string
	Start, End int
	New        string
}

// Fix is a set of edits to be applied whole or not at all.
type Fix struct {
	Message string
	Edits   []Edit
}

// Finding is one report of one check.
type Finding struct {
	Span
	Check   string // name of the check
	Package string // import path of the package it was found in
	Message string
	URL     string // page about the check
	Steps   []Step
	Fixes   []Fix
	// Suppressed findings are silenced by a comment, which is their only step.
	Suppressed bool
}

// InTest reports whether the finding stands in a _test.go file.
func (f Finding) InTest() bool {
	return strings.HasSuffix(filepath.Base(f.File), "_test.go")
}

// Compare is the order of every report: file, line, column, check, message.
// The package decides last, so that Merge keeps the same one of two equals on
// every run.
func (f Finding) Compare(g Finding) int {
	return cmp.Or(f.compareReported(g), strings.Compare(f.Package, g.Package))
}

func (f Finding) compareReported(g Finding) int {
	return cmp.Or(
		f.Span.Compare(g.Span),
		strings.Compare(f.Check, g.Check),
		strings.Compare(f.Message, g.Message),
	)
}

// Merge sorts findings and drops repetitions. The same file is analysed more
// than once when it belongs to a package and to that package's test variant.
func Merge(findings []Finding) []Finding {
	slices.SortFunc(findings, Finding.Compare)
	return slices.CompactFunc(findings, func(f, g Finding) bool {
		return f.compareReported(g) == 0
	})
}
