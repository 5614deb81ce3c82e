// Package htmlreport writes findings as one HTML page that needs nothing else:
// a list with filters, and for each finding the source with the numbered path
// drawn over it. Without scripts the page shows all findings one below the
// other.
package htmlreport

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/checks"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/paths"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
)

// Options are what the page says besides the findings.
type Options struct {
	Root     string // paths are relative to this directory
	Title    string
	Version  string
	Catalog  checks.Catalog
	Problems []string // what kept packages from being analysed
	Sources  *source.Cache
}

type page struct {
	Title    string
	Version  string
	CSS      template.CSS
	JS       template.JS
	Checks   []checkView
	Packages []count
	Problems []string
	Findings []findingView
}

type checkView struct {
	Name, Title, URL string
	Doc              template.HTML
	Count            int
}

type count struct {
	Name  string
	Count int
}

type findingView struct {
	ID       string
	Check    string
	Package  string
	Func     string
	Where    string // file:line:col
	Short    string // file name:line, for the list
	Message  string
	URL      string
	Files    []fileView
	Lost     []string
	Fixes    []string
	Prev     string
	Next     string
	Ordinal  int
	Existing int
}

// Write writes the page.
func Write(w io.Writer, findings []finding.Finding, opts Options) error {
	t, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return err
	}
	return t.Execute(w, opts.page(findings))
}

func (o Options) page(findings []finding.Finding) page {
	p := page{
		Title:    o.Title,
		Version:  o.Version,
		CSS:      template.CSS(pageCSS),
		JS:       template.JS(pageJS),
		Problems: o.Problems,
	}
	perCheck, perPackage := make(map[string]int), make(map[string]int)
	for i, f := range findings {
		perCheck[f.Check]++
		perPackage[f.Package]++
		p.Findings = append(p.Findings, o.finding(f, i, len(findings)))
	}
	for _, k := range o.Catalog {
		if n := perCheck[k.Name]; n > 0 {
			// The printer of doc comments escapes everything that is not its own.
			p.Checks = append(p.Checks, checkView{k.Name, k.Title, k.URL, template.HTML(k.HTML()), n})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(perPackage)) {
		p.Packages = append(p.Packages, count{name, perPackage[name]})
	}
	return p
}

func (o Options) finding(f finding.Finding, i, n int) findingView {
	v := findingView{
		ID:       id(i),
		Check:    f.Check,
		Package:  f.Package,
		Func:     o.Sources.Get(f.File).FuncAt(f.Start.Line),
		Where:    fmt.Sprintf("%s:%d:%d", o.name(f.File), f.Start.Line, f.Start.Col),
		Message:  visible(f.Message),
		URL:      f.URL,
		Ordinal:  i + 1,
		Existing: n,
	}
	_, base, _ := cutLast(o.name(f.File), "/")
	v.Short = fmt.Sprintf("%s:%d", base, f.Start.Line)
	if i > 0 {
		v.Prev = id(i - 1)
	}
	if i+1 < n {
		v.Next = id(i + 1)
	}
	var lost []place
	v.Files, lost = files(f, o.Sources, o.name)
	for _, p := range lost {
		v.Lost = append(v.Lost, fmt.Sprintf("%d %s (%s:%d)", p.step, cmp.Or(p.text, "reported here"), o.name(p.File), p.Start.Line))
	}
	for _, fix := range f.Fixes {
		v.Fixes = append(v.Fixes, visible(fix.Message))
	}
	return v
}

func id(i int) string { return fmt.Sprintf("f%d", i+1) }

func (o Options) name(file string) string {
	if rel, ok := paths.Under(o.Root, file); ok {
		file = rel
	}
	return visible(file)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return "", s, false
}
