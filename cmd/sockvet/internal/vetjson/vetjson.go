// Package vetjson reads what "go vet -json" prints.
//
// The output is a sequence of JSON objects, one a compilation unit, each
// {package ID: {check: [diagnostic...] | {"error": text}}}. A unit without
// diagnostics is the empty object. The schema is that of
// golang.org/x/tools/internal/analysis/driverutil.
package vetjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/sockvet/sockvet/analyzers"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
)

// Unit is the result of analysing one compilation unit.
type Unit struct {
	Subject  string // import path of the package; of a test variant, the package tested
	Findings []finding.Finding
	Failures []Failure
}

// Failure says that a check could not run on a package.
type Failure struct {
	Package, Check, Message string
}

type (
	jsonTree map[string]map[string]json.RawMessage

	jsonRange struct {
		Posn    string `json:"posn"`
		End     string `json:"end"`
		Message string `json:"message"`
	}

	jsonDiagnostic struct {
		jsonRange
		Category string      `json:"category"`
		Fixes    []jsonFix   `json:"suggested_fixes"`
		Related  []jsonRange `json:"related"`
	}

	jsonFix struct {
		Message string `json:"message"`
		Edits   []struct {
			Filename string `json:"filename"`
			Start    int    `json:"start"`
			End      int    `json:"end"`
			New      string `json:"new"`
		} `json:"edits"`
	}
)

// Decode calls yield for each unit, as soon as it has been read.
func Decode(r io.Reader, yield func(Unit)) error {
	dec := json.NewDecoder(r)
	for {
		var tree jsonTree
		if err := dec.Decode(&tree); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("unexpected output of go vet: %w", err)
		}
		unit, err := convertTree(tree)
		if err != nil {
			return err
		}
		yield(unit)
	}
}

func convertTree(tree jsonTree) (Unit, error) {
	var unit Unit
	for _, id := range slices.Sorted(maps.Keys(tree)) {
		unit.Subject = subject(id)
		for _, check := range slices.Sorted(maps.Keys(tree[id])) {
			if err := unit.add(PackagePath(id), check, tree[id][check]); err != nil {
				return Unit{}, fmt.Errorf("unexpected output of go vet for %s: %w", id, err)
			}
		}
	}
	return unit, nil
}

func (u *Unit) add(pkg, check string, raw json.RawMessage) error {
	var diagnostics []jsonDiagnostic
	if err := json.Unmarshal(raw, &diagnostics); err == nil {
		for _, d := range diagnostics {
			u.Findings = append(u.Findings, convert(pkg, check, d))
		}
		return nil
	}
	var failure struct {
		Error string `json:"error"`
	}
	if err := json.Unmarshal(raw, &failure); err != nil {
		return err
	}
	u.Failures = append(u.Failures, Failure{pkg, check, failure.Error})
	return nil
}

// PackagePath strips the test variant from a package ID: "p [p.test]" is p.
func PackagePath(id string) string {
	path, _, _ := strings.Cut(id, " ")
	return path
}

// subject is the package for whose sake the unit exists: p for "p", for
// "p [p.test]" and for the external test "p_test [p.test]". It is "" for
// "q [p.test]", a dependency of p's test that imports p itself.
func subject(id string) string {
	path, variant, ok := strings.Cut(id, " ")
	if !ok {
		return path
	}
	tested := strings.TrimSuffix(strings.Trim(variant, "[]"), ".test")
	if path == tested || path == tested+"_test" {
		return tested
	}
	return ""
}

func convert(pkg, check string, d jsonDiagnostic) finding.Finding {
	f := finding.Finding{
		Span:    d.span(),
		Check:   check,
		Package: pkg,
		Message: d.Message,
	}
	switch d.Category {
	case "":
	case analyzers.SuppressedCategory:
		f.Suppressed = true
	default:
		f.Check = d.Category
	}
	for _, r := range d.Related {
		f.Steps = append(f.Steps, finding.Step{Span: r.span(), Message: r.Message})
	}
	for _, fix := range d.Fixes {
		f.Fixes = append(f.Fixes, fix.convert())
	}
	return f
}

func (fix jsonFix) convert() finding.Fix {
	out := finding.Fix{Message: fix.Message}
	for _, e := range fix.Edits {
		out.Edits = append(out.Edits, finding.Edit{File: e.Filename, Start: e.Start, End: e.End, New: e.New})
	}
	return out
}

// span drops an end that is in another file (a //line directive can do that)
// or before the start.
func (r jsonRange) span() finding.Span {
	file, start := ParsePosn(r.Posn)
	endFile, end := ParsePosn(r.End)
	if endFile != file || end.Compare(start) < 0 {
		end = start
	}
	return finding.Span{File: file, Start: start, End: end}
}

// ParsePosn splits "file:line:col", "file:line" or "file", the forms that
// token.Position.String gives. The file may hold colons itself.
func ParsePosn(s string) (file string, pos finding.Pos) {
	file, last, ok := cutNumber(s)
	if !ok {
		if s == "-" { // token.Position's word for no position at all
			s = ""
		}
		return s, finding.Pos{}
	}
	if f, line, ok := cutNumber(file); ok {
		return f, finding.Pos{Line: line, Col: last}
	}
	return file, finding.Pos{Line: last}
}

// cutNumber splits "rest:n" at the last colon.
func cutNumber(s string) (rest string, n int, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0, false
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil || n < 0 {
		return s, 0, false
	}
	return s[:i], n, true
}
