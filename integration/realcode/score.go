package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

type verdict string

const (
	reported  verdict = "reported"
	silent    verdict = "silent"
	notScored verdict = "not scored"
	runFailed verdict = "run failed"
)

type result struct {
	ID       string       `json:"id"`
	Kind     string       `json:"kind"`
	Repo     string       `json:"repo"`
	Analyzer string       `json:"analyzer"`
	Func     string       `json:"func"`
	Verdict  verdict      `json:"verdict"`
	AsWanted bool         `json:"as_wanted"`
	Cause    string       `json:"cause,omitempty"`
	Inside   []diagnostic `json:"inside,omitempty"` // in the row's function
	// Elsewhere are reports in the places that stand for it, and Why they do.
	Elsewhere []diagnostic `json:"elsewhere,omitempty"`
	Why       string       `json:"why,omitempty"`
	Others    []diagnostic `json:"others,omitempty"` // elsewhere in its package
}

func score(ctx context.Context, tool string, r row) result {
	res := result{ID: r.ID, Kind: r.Kind, Repo: r.Repo, Analyzer: r.Analyzer, Func: r.Func}
	if !r.Scored {
		res.Verdict, res.Cause = notScored, r.Cause
		return res
	}
	for i, p := range r.places() {
		if err := res.scoreAt(ctx, tool, r, p, i == 0); err != nil {
			res.Verdict, res.Cause = runFailed, err.Error()
			return res
		}
	}
	res.decide(r)
	return res
}

// scoreAt vets the package of one place and takes its reports apart. Only the
// row's own function may be missing in this version of its file.
func (res *result) scoreAt(ctx context.Context, tool string, r row, p place, own bool) error {
	where, err := funcLines(r.path(p.File), p.Func)
	if err != nil {
		return err
	}
	if len(where) == 0 {
		if !own {
			return fmt.Errorf("%s has no %s", p.File, p.Func)
		}
		res.Cause = "the function is not in this version of the file"
	}
	found, err := vet(ctx, tool, r, p)
	if err != nil {
		return err
	}
	res.sort(r.path(p.File), where, found, p, own)
	return nil
}

// sort tells the reports in a place from the others of its package.
func (res *result) sort(file string, where []lines, found []diagnostic, p place, own bool) {
	for _, d := range found {
		switch in := sameFile(d.File, file) && slices.ContainsFunc(where, func(l lines) bool { return l.contains(d.Line) }); {
		case !in:
			res.Others = append(res.Others, d)
		case own:
			res.Inside = append(res.Inside, d)
		default:
			res.Elsewhere = append(res.Elsewhere, d)
			res.Why = p.Why
		}
	}
}

func (res *result) decide(r row) {
	inside := slices.Concat(res.Inside, res.Elsewhere)
	res.Others = slices.DeleteFunc(sortedUnique(res.Others), func(d diagnostic) bool {
		return slices.ContainsFunc(inside, func(in diagnostic) bool { return in.File == d.File && in.Line == d.Line })
	})
	res.Verdict = silent
	if len(inside) > 0 {
		res.Verdict = reported
	}
	res.AsWanted = (res.Verdict == reported) == r.wantsReport()
}

// sameFile follows links, for vet names a file by the path the go command found.
func sameFile(a, b string) bool {
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	ra, errA := filepath.EvalSymlinks(a)
	rb, errB := filepath.EvalSymlinks(b)
	return errA == nil && errB == nil && ra == rb
}

// A tally holds one analyzer's figures, each as a pair of counts.
type tally struct {
	Analyzer  string `json:"analyzer"`
	Recall    ratio  `json:"recall"`      // parents and heads: reported of scored
	FixSilent ratio  `json:"fix_silence"` // silent at the fix, of those reported at the parent
	Right     ratio  `json:"right"`       // right rows: silent of scored
	NotScored int    `json:"not_scored"`
	Failed    int    `json:"run_failed"`
}

type ratio struct {
	Part int `json:"part"`
	Of   int `json:"of"`
}

func (r *ratio) add(hit bool) {
	r.Of++
	if hit {
		r.Part++
	}
}

func (r ratio) String() string {
	if r.Of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d (%d%%)", r.Part, r.Of, r.Part*100/r.Of)
}

type report struct {
	Results []result `json:"results"`
	Tallies []tally  `json:"tallies"`
}

func newReport(results []result) report {
	rep := report{Results: results}
	for _, name := range analyzersOf(results) {
		rep.Tallies = append(rep.Tallies, tallyOf(name, results))
	}
	return rep
}

func analyzersOf(results []result) []string {
	var names []string
	for _, r := range results {
		names = append(names, r.Analyzer)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func tallyOf(analyzer string, results []result) tally {
	t := tally{Analyzer: analyzer}
	caught := make(map[string]bool) // ids reported at their parent
	for _, r := range results {
		if r.Analyzer == analyzer && r.Kind == "parent" && r.Verdict == reported {
			caught[r.ID] = true
		}
	}
	for _, r := range results {
		if r.Analyzer == analyzer {
			t.count(r, caught)
		}
	}
	return t
}

func (t *tally) count(r result, caught map[string]bool) {
	switch {
	case r.Verdict == notScored:
		t.NotScored++
	case r.Verdict == runFailed:
		t.Failed++
	case r.Kind == "right":
		t.Right.add(r.AsWanted)
	case r.Kind != "fix":
		t.Recall.add(r.AsWanted)
	case caught[r.ID]:
		t.FixSilent.add(r.AsWanted)
	}
}

func writeTable(w io.Writer, rep report, others bool) error {
	var b strings.Builder
	for _, r := range rep.Results {
		writeResult(&b, r, others)
	}
	for _, t := range rep.Tallies {
		fmt.Fprintf(&b, "\n%s: recall %v, silent at the fix %v, right rows silent %v, not scored %d, run failed %d",
			t.Analyzer, t.Recall, t.FixSilent, t.Right, t.NotScored, t.Failed)
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func writeResult(b *strings.Builder, r result, others bool) {
	fmt.Fprintf(b, "%s %-44s %-6s %-17s %-10s", r.mark(), r.ID, r.Kind, r.Analyzer, r.Verdict)
	if r.Cause != "" {
		fmt.Fprintf(b, "  %s", r.Cause)
	}
	if n := len(r.Others); n > 0 {
		fmt.Fprintf(b, "  (+%d elsewhere in the package)", n)
	}
	b.WriteString("\n")
	writeDiagnostics(b, "", r.Inside)
	writeDiagnostics(b, r.Why+": ", r.Elsewhere)
	if others {
		writeDiagnostics(b, "not the row's: ", r.Others)
	}
}

// mark makes the rows to look at stand out: ! for a wrong verdict, ? for none.
func (r result) mark() string {
	switch {
	case r.Verdict == notScored || r.Verdict == runFailed:
		return "?"
	case !r.AsWanted:
		return "!"
	}
	return " "
}

func writeDiagnostics(b *strings.Builder, label string, found []diagnostic) {
	for _, d := range found {
		fmt.Fprintf(b, "      %s%s:%d: %s\n", label, filepath.Base(d.File), d.Line, d.Message)
	}
}
