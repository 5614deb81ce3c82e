// Package source reads the files that findings stand in.
//
// A report may be rendered long after the analysis, from a file that has
// changed or gone: every accessor says so instead of failing.
package source

import (
	"os"
	"sort"
	"strings"
	"unicode/utf16"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
)

// Cache keeps the files of one report. The zero value reads from disk.
type Cache struct {
	files map[string]*File
	read  func(string) ([]byte, error)
}

// NewCache returns a cache that reads files by the function given.
func NewCache(read func(string) ([]byte, error)) *Cache {
	return &Cache{read: read}
}

// Get returns the file, or nil when it cannot be read.
func (c *Cache) Get(path string) *File {
	if f, ok := c.files[path]; ok {
		return f
	}
	if c.files == nil {
		c.files = make(map[string]*File)
	}
	f := c.load(path)
	c.files[path] = f
	return f
}

func (c *Cache) load(path string) *File {
	read := c.read
	if read == nil {
		read = os.ReadFile
	}
	data, err := read(path)
	if err != nil {
		return nil
	}
	return newFile(path, string(data))
}

// File is the text of one source file.
type File struct {
	Path    string
	text    string
	starts  []int // offset of the first byte of each line
	funcs   []funcRange
	ends    map[finding.Pos]finding.Pos // of the simple nodes that begin at a place
	parsed  bool
	classes []Class
}

func newFile(path, text string) *File {
	f := &File{Path: path, text: text, starts: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			f.starts = append(f.starts, i+1)
		}
	}
	return f
}

// Len is the number of lines.
func (f *File) Len() int {
	if f == nil {
		return 0
	}
	if n := len(f.starts); f.starts[n-1] == len(f.text) {
		return n - 1 // the text ends in a newline
	}
	return len(f.starts)
}

// Line returns line n, counted from 1, without its line end.
func (f *File) Line(n int) (string, bool) {
	if f == nil || n < 1 || n > f.Len() {
		return "", false
	}
	end := len(f.text)
	if n < len(f.starts) {
		end = f.starts[n] - 1
	}
	return strings.TrimSuffix(f.text[f.starts[n-1]:end], "\r"), true
}

// PosOf turns a byte offset into a place.
func (f *File) PosOf(offset int) (finding.Pos, bool) {
	if f == nil || offset < 0 || offset > len(f.text) {
		return finding.Pos{}, false
	}
	line := sort.SearchInts(f.starts, offset+1)
	return finding.Pos{Line: line, Col: offset - f.starts[line-1] + 1}, true
}

// Clamp keeps a span inside the text of its lines, so that a file that changed
// since the analysis cannot make a renderer slice out of range. It reports
// false when the first line does not exist. An unknown column, or the column 1
// that positions from export data carry, becomes the first column that is not
// blank; without an end, the span is then the whole line. Any other span
// without an end is that of the statement or expression that begins there.
func (f *File) Clamp(s finding.Span) (finding.Span, bool) {
	text, ok := f.Line(s.Start.Line)
	if !ok {
		return s, false
	}
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	if s.Start.Col <= max(indent, 1) {
		if s.End.Compare(s.Start) <= 0 {
			s.End = finding.Pos{Line: s.Start.Line, Col: len(text) + 1}
		}
		s.Start.Col = indent + 1
	}
	s.Start.Col = min(s.Start.Col, len(text)+1)
	if s.End.Compare(s.Start) <= 0 {
		s.End = f.extent(s.Start)
	}
	if last, ok := f.Line(s.End.Line); ok {
		s.End.Col = min(s.End.Col, len(last)+1)
	} else {
		s.End = finding.Pos{Line: s.Start.Line, Col: len(text) + 1}
	}
	return s, true
}

// UTF16Col turns a byte column of line n into a column counted in UTF-16 code
// units, as SARIF viewers and editors count.
func (f *File) UTF16Col(p finding.Pos) int {
	text, ok := f.Line(p.Line)
	if !ok || p.Col < 1 {
		return p.Col
	}
	prefix := text[:min(p.Col-1, len(text))]
	return len(utf16.Encode([]rune(prefix))) + 1
}
