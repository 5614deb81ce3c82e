package htmlreport

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
)

const (
	context      = 5  // lines shown around a place
	wholeFuncMax = 60 // functions up to this many lines are shown whole
)

// fileView is the part of one file that the path runs through.
type fileView struct {
	Name string
	Rows []rowView
}

// rowView is a line of source, or a gap between two.
type rowView struct {
	Gap    int // lines left out; the other fields are then empty
	Line   int
	Code   template.HTML
	Labels []labelView
}

// labelView stands under the line whose code it explains.
type labelView struct {
	Step    int // 0 for the place of the finding when it is no step
	Text    string
	Indent  int // columns before it
	Primary bool
}

// place is one thing to show in the source.
type place struct {
	finding.Span
	step    int
	text    string
	primary bool
}

// places are the steps, after the place of the finding unless it is a step
// itself.
func places(f finding.Finding) []place {
	var out []place
	seen := false
	for i, s := range f.Steps {
		primary := s.File == f.File && s.Start == f.Start
		seen = seen || primary
		out = append(out, place{s.Span, i + 1, visible(s.Message), primary})
	}
	if !seen {
		out = append([]place{{Span: f.Span, primary: true}}, out...)
	}
	return out
}

// files lays out the sources of a finding, in the order in which the path
// reaches them. Places whose source cannot be read are returned apart.
func files(f finding.Finding, sources *source.Cache, name func(string) string) (views []fileView, lost []place) {
	var order []string
	byFile := make(map[string][]place)
	for _, p := range places(f) {
		span, ok := sources.Get(p.File).Clamp(p.Span)
		if !ok {
			lost = append(lost, p)
			continue
		}
		p.Span = span
		if byFile[p.File] == nil {
			order = append(order, p.File)
		}
		byFile[p.File] = append(byFile[p.File], p)
	}
	for _, file := range order {
		views = append(views, fileView{name(file), rows(sources.Get(file), byFile[file])})
	}
	return views, lost
}

// rows are the lines to show, with gaps between them.
func rows(f *source.File, ps []place) []rowView {
	var out []rowView
	last := 0
	for _, r := range ranges(f, ps) {
		if r[0] > last+1 {
			out = append(out, rowView{Gap: r[0] - last - 1})
		}
		for n := r[0]; n <= r[1]; n++ {
			out = append(out, row(f, n, ps))
		}
		last = r[1]
	}
	if left := f.Len() - last; left > 0 {
		out = append(out, rowView{Gap: left})
	}
	return out
}

// ranges merges, for all places, the function around them or some lines.
func ranges(f *source.File, ps []place) [][2]int {
	var rs [][2]int
	for _, p := range ps {
		line := p.Start.Line
		r := [2]int{max(1, line-context), min(f.Len(), line+context)}
		if first, last, ok := f.FuncLines(line); ok && last-first < wholeFuncMax {
			r = [2]int{first, last}
		}
		rs = append(rs, r)
	}
	slices.SortFunc(rs, func(a, b [2]int) int { return a[0] - b[0] })
	merged := rs[:1]
	for _, r := range rs[1:] {
		// A gap must be worth its line.
		if prev := &merged[len(merged)-1]; r[0] <= prev[1]+3 {
			prev[1] = max(prev[1], r[1])
		} else {
			merged = append(merged, r)
		}
	}
	return merged
}

func row(f *source.File, n int, ps []place) rowView {
	text, _ := f.Line(n)
	r := rowView{Line: n, Code: code(text, f.Classes(n), marked(n, text, ps))}
	for _, p := range ps {
		if p.Start.Line != n {
			continue
		}
		if p.step == 0 && p.text == "" {
			p.text = "reported here"
		}
		r.Labels = append(r.Labels, labelView{p.step, p.text, columns(text, p.Start.Col), p.primary})
	}
	return r
}

// mark is what covers a byte of a line; a higher one hides a lower one.
type mark byte

const (
	unmarked mark = iota
	onPath
	primary
)

func marked(n int, text string, ps []place) []mark {
	marks := make([]mark, len(text))
	for _, p := range ps {
		m := onPath
		if p.primary {
			m = primary
		}
		from, to := covered(p.Span, n, text)
		for i := from; i < to; i++ {
			marks[i] = max(marks[i], m)
		}
	}
	return marks
}

// covered is the byte range of line n that the span covers, without the
// indentation of lines after its first.
func covered(s finding.Span, n int, text string) (from, to int) {
	if n < s.Start.Line || n > s.End.Line {
		return 0, 0
	}
	from, to = len(text)-len(strings.TrimLeft(text, " \t")), len(text)
	if n == s.Start.Line {
		from = min(s.Start.Col-1, len(text))
	}
	if n == s.End.Line {
		to = min(s.End.Col-1, len(text))
	}
	if n == s.Start.Line && s.End == s.Start {
		to = min(from+1, len(text)) // a single place
	}
	return from, to
}

var (
	classNames = map[source.Class]string{
		source.Keyword: "k", source.Literal: "s", source.Number: "n", source.Comment: "c",
	}
	markNames = map[mark]string{onPath: "m", primary: "m p"}
)

// code is the line as HTML: a span for each run of bytes that look the same.
func code(text string, classes []source.Class, marks []mark) template.HTML {
	var b strings.Builder
	for i := 0; i < len(text); {
		j := i + 1
		for j < len(text) && classes[j] == classes[i] && marks[j] == marks[i] {
			j++
		}
		names := strings.TrimSpace(classNames[classes[i]] + " " + markNames[marks[i]])
		part := template.HTMLEscapeString(visible(text[i:j]))
		if names != "" {
			part = fmt.Sprintf("<span class=%q>%s</span>", names, part)
		}
		b.WriteString(part)
		i = j
	}
	return template.HTML(b.String())
}

// visible replaces characters that would change how the text around them is
// shown.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			return '·'
		}
		return r
	}, text)
}

const tabWidth = 4 // as in the style sheet

// columns is the width of the text before a byte column.
func columns(text string, col int) int {
	n := 0
	for i, r := range text {
		if i >= col-1 {
			break
		}
		if r == '\t' {
			n += tabWidth - n%tabWidth
		} else {
			n++
		}
	}
	return n
}
