// Command audit makes the table of labelled findings: how many of what sockvet
// reports on real code is right, by check and by repository.
//
// Its input are the label files, one JSON object a line:
//
//	{"repo", "commit", "package", "function", "file", "line", "check", "finding", "verdict", "why"}
//
// The verdict is "right" or "wrong"; a check left out is connclose. The labels
// are made by reading the code, callees included. "reported": false marks a
// finding that a later version does not report any more: it is kept as a case
// to watch, and not counted. A wrong finding may have a "cause", a word of a
// fixed vocabulary that says in what way it is wrong.
//
// Usage:
//
//	go run ./integration/audit docs/audit/*-servers.jsonl
//
// -rows prints each finding with its verdict too, check by check. -first counts
// what is not reported any more as well: how a list was when it was first run.
// -causes makes the table of the causes of the wrong findings instead, of when
// they were first read and of what is left.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
)

type label struct {
	Repo, Commit, Check, Finding, File, Verdict, Why, Cause string
	Line                                                    int
	Reported                                                *bool
}

// reported says whether the last version that was run still reports it.
func (l label) reported() bool { return l.Reported == nil || *l.Reported }

type score struct{ right, wrong int }

func main() {
	rows := flag.Bool("rows", false, "print each finding with its verdict")
	first := flag.Bool("first", false, "count what is not reported any more, too")
	byCause := flag.Bool("causes", false, "print the causes of the wrong findings instead")
	flag.Parse()
	labels, err := read(flag.Args(), *first || *byCause)
	switch {
	case err != nil:
	case *byCause:
		err = writeCauses(os.Stdout, labels)
	default:
		err = write(os.Stdout, labels)
	}
	if err == nil && *rows {
		err = writeRows(os.Stdout, labels)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "audit:", err)
		os.Exit(2)
	}
}

// read returns the labels of the files; first says whether those that are not
// reported any more are among them.
func read(files []string, first bool) ([]label, error) {
	var out []label
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			l := label{Check: "connclose"}
			if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, n, err)
			}
			if err := l.check(); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, n, err)
			}
			if first || l.reported() {
				out = append(out, l)
			}
		}
		f.Close()
		if err := lines.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func write(w io.Writer, labels []label) error {
	byCheck, byRepo := map[string]score{}, map[string]score{}
	for _, l := range labels {
		byCheck[l.Check] = byCheck[l.Check].add(l)
		byRepo[l.Repo] = byRepo[l.Repo].add(l)
	}
	for _, t := range []struct {
		title string
		rows  map[string]score
	}{{"check", byCheck}, {"repository", byRepo}} {
		fmt.Fprintf(w, "| %s | findings | right | wrong | precision | 95 %% interval |\n| --- | --- | --- | --- | --- | --- |\n", t.title)
		for _, name := range slices.Sorted(maps.Keys(t.rows)) {
			fmt.Fprintln(w, t.rows[name].row(name))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, "Wrong:")
	fmt.Fprintln(w)
	for _, l := range labels {
		if l.Verdict == "wrong" {
			fmt.Fprintf(w, "- %s %s:%d (%s): %s\n", l.Repo, l.File, l.Line, l.Check, l.Why)
		}
	}
	return nil
}

// writeRows lists every finding, check by check.
func writeRows(w io.Writer, labels []label) error {
	sorted := slices.Clone(labels)
	slices.SortStableFunc(sorted, func(a, b label) int {
		return cmp.Or(cmp.Compare(a.Check, b.Check), cmp.Compare(a.Repo, b.Repo), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	check := ""
	for _, l := range sorted {
		if l.Check != check {
			check = l.Check
			fmt.Fprintf(w, "\n%s:\n\n", check)
		}
		if _, err := fmt.Fprintf(w, "- %s: %s %s:%d: %s\n", l.Verdict, l.Repo, l.File, l.Line, l.Why); err != nil {
			return err
		}
	}
	return nil
}

func (s score) add(l label) score {
	if l.Verdict == "right" {
		s.right++
	} else {
		s.wrong++
	}
	return s
}

func (s score) row(name string) string {
	n := s.right + s.wrong
	low, high := wilson(s.right, n)
	return fmt.Sprintf("| %s | %d | %d | %d | %.0f %% | %.0f to %.0f %% |", name, n, s.right, s.wrong, 100*float64(s.right)/float64(n), 100*low, 100*high)
}

// wilson is the 95 % score interval of a proportion.
func wilson(k, n int) (low, high float64) {
	const z = 1.96
	p, m := float64(k)/float64(n), float64(n)
	centre := p + z*z/(2*m)
	spread := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, (centre-spread)/(1+z*z/m)), min(1, (centre+spread)/(1+z*z/m))
}
