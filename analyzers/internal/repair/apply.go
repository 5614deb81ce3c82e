package repair

import (
	"bytes"
	"fmt"
	"go/token"
	"os"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// readFile returns the text of a file as it was parsed.
func readFile(pass *analysis.Pass, tok *token.File) ([]byte, error) {
	read := pass.ReadFile
	if read == nil {
		read = os.ReadFile
	}
	src, err := read(tok.Name())
	if err != nil {
		return nil, err
	}
	if len(src) != tok.Size() {
		return nil, fmt.Errorf("%s is not what was parsed", tok.Name())
	}
	return src, nil
}

// change is an edit by offsets.
type change struct {
	start, end int
	text       string
}

// changes are the edits of one file, in order; no two overlap, and equal ones
// are one, as drivers have it too.
type changes []change

// changesOf orders edits by file. It fails when two of them overlap.
func changesOf(fset *token.FileSet, edits []analysis.TextEdit) (map[*token.File]changes, bool) {
	out := map[*token.File]changes{}
	for _, e := range edits {
		tok := fset.File(e.Pos)
		if tok == nil {
			return nil, false
		}
		end := e.End
		if !end.IsValid() {
			end = e.Pos
		}
		c := change{tok.Offset(e.Pos), tok.Offset(end), string(e.NewText)}
		if !slices.Contains(out[tok], c) {
			out[tok] = append(out[tok], c)
		}
	}
	for _, cs := range out {
		slices.SortStableFunc(cs, func(a, b change) int {
			if a.start != b.start {
				return a.start - b.start
			}
			return a.end - b.end
		})
		for i := 1; i < len(cs); i++ {
			if cs[i].start < cs[i-1].end {
				return nil, false
			}
		}
	}
	return out, true
}

func (cs changes) apply(src []byte) []byte {
	var buf bytes.Buffer
	at := 0
	for _, c := range cs {
		buf.Write(src[at:c.start])
		buf.WriteString(c.text)
		at = c.end
	}
	buf.Write(src[at:])
	return buf.Bytes()
}

// moved returns where an offset of the old text is in the new one.
func (cs changes) moved(offset int) int {
	to := offset
	for _, c := range cs {
		if c.end <= offset && (c.start < offset || c.start == c.end) {
			to += len(c.text) - (c.end - c.start)
		}
	}
	return to
}
