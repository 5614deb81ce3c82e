// Package textreport renders findings for people: the message, the source
// lines of the path with its steps numbered under them, and the fix.
package textreport

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/paths"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
)

// Options say how the report looks.
type Options struct {
	Dir     string // paths are shown as seen from here
	Color   bool
	Sources *source.Cache
}

// maxWidth is how much of a source line is shown. It is not the terminal's
// width, so that a report in a log is the same everywhere.
const maxWidth = 120

// Write renders the findings in the order given.
func Write(w io.Writer, findings []finding.Finding, opts Options) error {
	for i, f := range findings {
		p := printer{Options: opts, ink: plain}
		if opts.Color {
			p.ink = colored
		}
		if i > 0 {
			p.text("\n")
		}
		p.finding(f)
		if _, err := io.WriteString(w, p.out.String()); err != nil {
			return err
		}
	}
	return nil
}

// mark is a place to be shown with a label under it.
type mark struct {
	finding.Span
	label   string
	primary bool
	cells   []cell // of its first line; nil when the source is not there
}

// marks are the steps in their order, after the place of the finding unless it
// is among them.
func (p *printer) marks(f finding.Finding) []mark {
	var steps []mark
	seen := false
	for i, s := range f.Steps {
		m := mark{Span: s.Span, label: strconv.Itoa(i+1) + " " + clean(s.Message)}
		m.primary = s.File == f.File && s.Start == f.Start
		seen = seen || m.primary
		steps = append(steps, m)
	}
	if !seen {
		steps = append([]mark{{Span: f.Span, primary: true}}, steps...)
	}
	for i := range steps {
		steps[i].locate(p.Sources)
	}
	return steps
}

func (m *mark) locate(sources *source.Cache) {
	f := sources.Get(m.File)
	span, ok := f.Clamp(m.Span)
	if !ok {
		return
	}
	line, _ := f.Line(span.Start.Line)
	m.Span, m.cells = span, layout(line)
	if m.cells == nil {
		m.cells = []cell{} // an empty line is there too
	}
}

// columns is the range of columns that the mark underlines.
func (m mark) columns() (from, to int) {
	from, to = columnOf(m.cells, m.Start.Col), totalWidth(m.cells)
	if m.End.Line == m.Start.Line {
		to = columnOf(m.cells, m.End.Col)
	}
	return from, max(to, from+1)
}

type printer struct {
	Options
	ink
	out    strings.Builder
	gutter int // width of the line numbers
	dedent int // columns of indentation left out

	// What stands right above.
	file  string
	line  int
	shown int // first column shown of that line
}

func (p *printer) text(parts ...string) {
	for _, s := range parts {
		p.out.WriteString(s)
	}
}

func (p *printer) finding(f finding.Finding) {
	p.text(p.bold, p.where(f.Span), ":", p.reset, " ", p.check, f.Check, p.reset, ": ", p.bold, clean(f.Message), p.reset, "\n")
	marks := p.marks(f)
	p.measure(marks)
	p.file = f.File
	for _, m := range marks {
		p.mark(m)
	}
	for _, fix := range f.Fixes {
		p.text("  ", p.fix, "fix:", p.reset, " ", clean(fix.Message), "\n")
	}
}

func (p *printer) where(s finding.Span) string {
	out := clean(paths.Short(p.Dir, s.File))
	for _, n := range []int{s.Start.Line, s.Start.Col} {
		if n > 0 {
			out += ":" + strconv.Itoa(n)
		}
	}
	return out
}

// measure fixes what all lines of a finding share: the width of the numbers,
// and how far the source moves to the left, no closer than one tab.
func (p *printer) measure(marks []mark) {
	p.gutter, p.dedent = 2, -1
	for _, m := range marks {
		if m.cells == nil {
			continue
		}
		p.gutter = max(p.gutter, len(strconv.Itoa(m.Start.Line)))
		if n := indent(m.cells); p.dedent < 0 || n < p.dedent {
			p.dedent = n
		}
	}
	p.dedent = max(p.dedent-tabWidth, 0)
}

func (p *printer) mark(m mark) {
	if m.cells == nil {
		if m.label != "" {
			p.text("  ", p.blank(), p.step, m.label, p.reset, " (", p.where(m.Span), ")\n")
		}
		return
	}
	if m.File != p.file {
		p.text("  ", p.blank(), p.dim, "--> ", clean(paths.Short(p.Dir, m.File)), p.reset, "\n")
		p.file, p.line = m.File, 0
	}
	from, to := m.columns()
	if start := p.windowStart(m.cells, from); p.line != m.Start.Line || p.shown != start {
		p.line, p.shown = m.Start.Line, start
		p.text("  ", p.dim, fmt.Sprintf("%*d", p.gutter, m.Start.Line), " |", p.reset, " ")
		p.source(m.cells)
	}
	from, to = from-p.shown, min(to-p.shown, maxWidth)
	color := p.step
	if m.primary {
		color = p.primary
	}
	label := strings.Repeat("^", max(to-from, 1))
	if m.label != "" {
		label += " " + m.label
	}
	p.text("  ", p.blank(), p.dim, "|", p.reset, " ", strings.Repeat(" ", from), color, label, p.reset, "\n")
}

func (p *printer) blank() string { return strings.Repeat(" ", p.gutter+1) }

// windowStart is the first column to show of a line. A line that fits is shown
// whole; of a longer one, the part around the mark.
func (p *printer) windowStart(cells []cell, column int) int {
	if totalWidth(cells)-p.dedent <= maxWidth || column-p.dedent < maxWidth*3/4 {
		return p.dedent
	}
	return column - maxWidth/4
}

func (p *printer) source(cells []cell) {
	text := window(cells, p.shown, maxWidth)
	if p.shown > p.dedent {
		// One column wide, as what it replaces, so that the marks fit.
		_, rest, _ := cutRune(text)
		text = "…" + rest
	}
	if totalWidth(cells) > p.shown+maxWidth {
		text += "…"
	}
	p.text(text, "\n")
}

func cutRune(s string) (first, rest string, ok bool) {
	for i := range s {
		if i > 0 {
			return s[:i], s[i:], true
		}
	}
	return s, "", s != ""
}

// ink is the escape sequences of the parts of a report.
type ink struct {
	bold, check, dim, primary, step, fix, reset string
}

var (
	plain   = ink{}
	colored = ink{
		bold:    "\x1b[1m",
		check:   "\x1b[1;33m",
		dim:     "\x1b[2m",
		primary: "\x1b[1;31m",
		step:    "\x1b[36m",
		fix:     "\x1b[1;32m",
		reset:   "\x1b[0m",
	}
)
