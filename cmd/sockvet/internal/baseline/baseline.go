// Package baseline keeps the findings that a code base had when it adopted
// sockvet, so that only new ones are reported.
//
// A finding is known by what does not change when code around it is edited:
// the check, the package, the function (or, outside of functions, the file's
// name), and the message without line numbers. Equal findings are counted.
package baseline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/jsonline"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
)

// Key is what a finding is known by.
type Key struct {
	Check   string `json:"check"`
	Package string `json:"package"`
	In      string `json:"in"` // "func NAME" or "file NAME"
	Message string `json:"message"`
}

// entry is one line of the file.
type entry struct {
	Key
	Count int `json:"count"`
}

type document struct {
	Version  int     `json:"version"`
	Findings []entry `json:"findings"`
}

const version = 1

// Baseline is the number of known findings for each key.
type Baseline map[Key]int

var (
	lineNumbers = regexp.MustCompile(`\b(lines?) \d+(?:(?:, | and |-)\d+)*`)
	filePlaces  = regexp.MustCompile(`(\.\w+):\d+(?::\d+)?`)
)

// KeyOf returns the key of a finding.
func KeyOf(f finding.Finding, sources *source.Cache) Key {
	in := "file " + filepath.Base(f.File)
	if fn := sources.Get(f.File).FuncAt(f.Start.Line); fn != "" {
		in = "func " + fn
	}
	message := lineNumbers.ReplaceAllString(f.Message, "$1 N")
	message = filePlaces.ReplaceAllString(message, "$1:N")
	return Key{Check: f.Check, Package: f.Package, In: in, Message: message}
}

// Of returns a baseline that knows all the findings.
func Of(findings []finding.Finding, sources *source.Cache) Baseline {
	b := make(Baseline)
	for _, f := range findings {
		b[KeyOf(f, sources)]++
	}
	return b
}

// Split divides findings into new and known ones. Of several with one key, the
// first in order are the known ones. Gone is what the baseline has and what
// was not found.
func (b Baseline) Split(findings []finding.Finding, sources *source.Cache) (fresh, known []finding.Finding, gone Baseline) {
	gone = maps.Clone(b)
	for _, f := range findings {
		k := KeyOf(f, sources)
		if gone[k] == 0 {
			fresh = append(fresh, f)
			continue
		}
		known = append(known, f)
		if gone[k]--; gone[k] == 0 {
			delete(gone, k)
		}
	}
	return fresh, known, gone
}

// Read reads what Write wrote.
func Read(data []byte) (Baseline, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var doc document
	if err := dec.Decode(&doc); err != nil {
		return nil, fmt.Errorf("not a baseline: %w", err)
	}
	if doc.Version != version {
		return nil, fmt.Errorf("baseline of version %d, this sockvet reads version %d", doc.Version, version)
	}
	b := make(Baseline)
	for _, e := range doc.Findings {
		if e.Count < 1 || e.Check == "" {
			return nil, errors.New("not a baseline: an entry without a check or a count")
		}
		b[e.Key] += e.Count
	}
	return b, nil
}

// Write writes the baseline, sorted, one finding a line, so that changes to it
// are easy to review and to merge.
func (b Baseline) Write(w io.Writer) error {
	var out strings.Builder
	fmt.Fprintf(&out, "{\n\"version\": %d,\n\"findings\": [", version)
	for i, e := range b.entries() {
		line, err := jsonline.Marshal(e)
		if err != nil {
			return err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		out.Write(line)
	}
	out.WriteString("\n]\n}\n")
	_, err := io.WriteString(w, out.String())
	return err
}

func (b Baseline) entries() []entry {
	var entries []entry
	for k, n := range b {
		entries = append(entries, entry{k, n})
	}
	slices.SortFunc(entries, func(x, y entry) int {
		return cmp.Or(
			strings.Compare(x.Package, y.Package),
			strings.Compare(x.Check, y.Check),
			strings.Compare(x.In, y.In),
			strings.Compare(x.Message, y.Message),
		)
	})
	return entries
}
