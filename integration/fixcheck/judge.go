package main

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// verdict is what became of one finding.
type verdict string

const (
	notOffered  verdict = "no fix"
	conflicting verdict = "left for the next run"
	clean       verdict = "clean"
	doesNotTurn verdict = "does not compile"
	stays       verdict = "finding stays"
	makesNew    verdict = "makes a new finding"
	unformatted verdict = "not formatted"
)

type result struct {
	findings []finding
	verdicts []verdict
	extra    []finding // new ones
}

type spot struct {
	check, file string
	line, col   int
}

// judge compares what is found before and after.
func judge(before, after []finding, t *tree, broken map[string]bool) result {
	res := result{findings: before, verdicts: make([]verdict, len(before))}
	known, left := map[spot]bool{}, map[spot]bool{}
	for _, f := range before {
		line, col := t.moved(f.file, f.line, f.col)
		known[spot{f.Check, f.file, line, col}] = true
	}
	fresh := map[string]bool{} // files with new findings
	for _, f := range after {
		s := spot{f.Check, f.file, f.line, f.col}
		left[s] = true
		if !known[s] {
			res.extra = append(res.extra, f)
			fresh[f.file] = true
		}
	}
	for i, f := range before {
		line, col := t.moved(f.file, f.line, f.col)
		res.verdicts[i] = verdictOf(f, t, i, broken, fresh, left[spot{f.Check, f.file, line, col}])
	}
	return res
}

func verdictOf(f finding, t *tree, i int, broken, fresh map[string]bool, left bool) verdict {
	switch {
	case len(f.Fixes) == 0:
		return notOffered
	case t.conflicts[i]:
		return conflicting
	case left:
		return stays
	}
	for _, e := range f.Fixes[0].Edits {
		switch {
		case broken[filepath.Dir(e.Filename)]:
			return doesNotTurn
		case fresh[e.Filename]:
			return makesNew
		case !t.files[e.Filename].formatted(e.Filename, f.Fixes[0]):
			return unformatted
		}
	}
	return clean
}

// tally counts the findings of one kind.
type tally struct{ found, offered, compiled, silenced, clean, next int }

type summary struct {
	kinds         map[string]*tally
	wrong, notRun int
}

func newSummary() *summary { return &summary{kinds: map[string]*tally{}} }

var errorPath = regexp.MustCompile(`is not closed when .* fails`)

// kindsOf are the rows of the table that count a finding.
func kindsOf(f finding) []string {
	kinds := []string{f.Check}
	if f.Check == "connclose" && errorPath.MatchString(f.Message) {
		kinds = append(kinds, "connclose, error paths")
	}
	if f.Check == "acceptblock" && strings.Count(f.Message, " -> ") == 1 && strings.Contains(f.Message, "(accept loop -> ") {
		kinds = append(kinds, "acceptblock, direct")
	}
	return kinds
}

func (s *summary) add(res result, verbose bool, w io.Writer) {
	for i, f := range res.findings {
		v := res.verdicts[i]
		bad := v != clean && v != notOffered && v != conflicting
		if verbose || bad {
			fmt.Fprintf(w, "%s: %s:%d: %s: %s\n", v, f.file, f.line, f.Check, f.Message)
		}
		if bad {
			s.wrong++
		}
		for _, k := range kindsOf(f) {
			if s.kinds[k] == nil {
				s.kinds[k] = new(tally)
			}
			s.kinds[k].count(v)
		}
	}
	for _, f := range res.extra {
		fmt.Fprintf(w, "new: %s:%d: %s: %s\n", f.file, f.line, f.Check, f.Message)
	}
}

func (t *tally) count(v verdict) {
	t.found++
	switch v {
	case notOffered:
		return
	case conflicting:
		t.offered++
		t.next++
		return
	}
	t.offered++
	if v != doesNotTurn {
		t.compiled++
	}
	if v != doesNotTurn && v != stays {
		t.silenced++
	}
	if v == clean {
		t.clean++
	}
}

func (s *summary) write(w io.Writer) {
	fmt.Fprintln(w, "| findings of | found | fix offered | compiles | silences it | nothing new | left for a second run |")
	fmt.Fprintln(w, "| --- | --- | --- | --- | --- | --- | --- |")
	for _, k := range slices.Sorted(maps.Keys(s.kinds)) {
		t := s.kinds[k]
		fmt.Fprintf(w, "| %s | %d | %s | %d | %d | %d | %d |\n", k, t.found, share(t.offered, t.found), t.compiled, t.silenced, t.clean, t.next)
	}
	if s.notRun > 0 {
		fmt.Fprintf(w, "\n%d not run\n", s.notRun)
	}
}

func share(part, of int) string {
	if of == 0 {
		return "0"
	}
	return fmt.Sprintf("%d (%d %%)", part, part*100/of)
}
