package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
)

// causes is the vocabulary of the field "cause" of a wrong finding, with what a
// word means. It is closed: counts are worth something only if the same thing
// has the same word in every list.
var causes = map[string]string{
	"accept":    "an Accept that takes no descriptor or cannot fail so: sessions from a channel, a listener that nobody closes",
	"callee":    "the body, the arguments or the results of what is called exclude it: it cannot fail so, never returns, is no handshake",
	"callers":   "only callers tell: they close it, go on, never lead there, or end the process (in other packages, or after an exported function)",
	"condition": "conditions exclude the path: a setting asked for twice, a counter, a loop that is never empty",
	"done":      "it is done on that very path, but not seen: a Close by another name or of what it belongs to, a delay, somebody who is told",
	"nothing":   "nothing is open there: its own acquisition failed, or it was closed or ended before",
	"owner":     "somebody else has it and closes it or goes on with it: an object, a list, a goroutine, a session",
	"process":   "the process ends there, and the package itself tells: its main, a command, its only caller, a signal, a panic",
	"registry":  "clientgrowth: the entry is removed, elsewhere or by a key that was taken for another",
	"twice":     "one missing Close, reported twice",
}

// notSaid stands for the cause of a wrong finding of a list that has none yet.
const notSaid = "not said"

// check says what of a label cannot stand.
func (l label) check() error {
	_, known := causes[l.Cause]
	switch {
	case l.Verdict != "right" && l.Verdict != "wrong":
		return fmt.Errorf("verdict %q", l.Verdict)
	case l.Cause != "" && !known:
		return fmt.Errorf("unknown cause %q, want one of %q", l.Cause, slices.Sorted(maps.Keys(causes)))
	case l.Cause != "" && l.Verdict == "right":
		return fmt.Errorf("cause %q of a finding that is right", l.Cause)
	}
	return nil
}

type causeCount struct {
	cause           string
	first, reported int
}

// countCauses counts the wrong findings by cause, the most frequent first.
func countCauses(labels []label) []causeCount {
	byCause := map[string]causeCount{}
	for _, l := range labels {
		if l.Verdict != "wrong" {
			continue
		}
		name := cmp.Or(l.Cause, notSaid)
		c := byCause[name]
		c.cause = name
		c.first++
		if l.reported() {
			c.reported++
		}
		byCause[name] = c
	}
	return slices.SortedFunc(maps.Values(byCause), func(a, b causeCount) int {
		return cmp.Or(cmp.Compare(b.first, a.first), cmp.Compare(a.cause, b.cause))
	})
}

// writeCauses makes the table of the causes of the wrong findings.
func writeCauses(w io.Writer, labels []label) error {
	all := causeCount{cause: "all"}
	fmt.Fprintln(w, "| cause | wrong when first read | still reported | what it means |\n| --- | --- | --- | --- |")
	for _, c := range countCauses(labels) {
		fmt.Fprintln(w, c.row())
		all.first += c.first
		all.reported += c.reported
	}
	_, err := fmt.Fprintln(w, all.row())
	return err
}

func (c causeCount) row() string {
	return fmt.Sprintf("| %s | %d | %d | %s |", c.cause, c.first, c.reported, causes[c.cause])
}
