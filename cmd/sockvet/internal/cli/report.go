package cli

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/baseline"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/codequality"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/htmlreport"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/jsonreport"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/paths"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/sarif"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/textreport"
)

// report is what is to be written.
type report struct {
	options
	outcome
	findings []finding.Finding // the new ones
	sources  *source.Cache
}

func (a *app) write(r report) error {
	if r.html != "" {
		err := a.writeTo(r.html, func(w io.Writer) error { return a.writeHTML(w, r) })
		if err != nil {
			return err
		}
	}
	return a.writeTo(r.output, func(w io.Writer) error {
		switch {
		case r.json:
			return jsonreport.Write(w, r.findings, r.dir)
		case r.sarif:
			return a.writeSARIF(w, r)
		case r.codequality:
			return codequality.Write(w, r.findings, paths.Root(r.dir), r.sources)
		}
		return textreport.Write(w, r.findings, textreport.Options{
			Dir:     r.dir,
			Color:   a.color(r.options),
			Sources: r.sources,
		})
	})
}

// color decides as https://no-color.org asks.
func (a *app) color(o options) bool {
	switch o.color {
	case "always":
		return true
	case "never":
		return false
	}
	return a.StdoutTerm && o.output == "" && a.Getenv("NO_COLOR") == "" && a.Getenv("TERM") != "dumb"
}

func (a *app) writeSARIF(w io.Writer, r report) error {
	return sarif.Write(w, r.findings, sarif.Options{
		Root:     paths.Root(r.dir),
		Catalog:  a.catalog,
		Version:  a.Version,
		ExitCode: r.status(len(r.findings)),
		Errors:   r.errors(),
		Warnings: r.warnings(),
		Sources:  r.sources,
	})
}

func (a *app) writeHTML(w io.Writer, r report) error {
	return htmlreport.Write(w, r.findings, htmlreport.Options{
		Root:     paths.Root(r.dir),
		Title:    strings.Join(r.patterns, " "),
		Version:  a.Version,
		Catalog:  a.catalog,
		Problems: r.errors(),
		Sources:  r.sources,
	})
}

// printSummary says, to people, how much there was. Machines that read the
// report itself have no use for it.
func (a *app) printSummary(r report, known, gone int) {
	if r.html != "" {
		fmt.Fprintf(a.Stderr, "sockvet: report in %s\n", paths.Short(r.dir, r.html))
	}
	if n := len(r.findings); n > 0 {
		fmt.Fprintf(a.Stderr, "sockvet: %s: %s\n", plural(n, "finding"), perCheck(r.findings))
	} else if a.StderrTerm && r.units > 0 {
		fmt.Fprintln(a.Stderr, "sockvet: nothing found")
	}
	if known > 0 {
		fmt.Fprintf(a.Stderr, "sockvet: %s in the baseline not shown\n", plural(known, "finding"))
	}
	if gone > 0 {
		fmt.Fprintf(a.Stderr, "sockvet: %s of the baseline not found any more\n", plural(gone, "finding"))
	}
}

// gone counts what is left of the baseline in what was analysed: not in other
// packages, nor by checks that are off. After errors there is no telling.
func (a *app) gone(r report, left baseline.Baseline) int {
	if len(r.errors()) > 0 {
		return 0
	}
	n := 0
	for k, count := range left {
		if r.checks[k.Check] && (r.packages[k.Package] || r.packages[strings.TrimSuffix(k.Package, "_test")]) {
			n += count
		}
	}
	return n
}

// all reports whether every check is on.
func (a *app) all(o options) bool {
	return !slices.ContainsFunc(a.catalog.Names(), func(name string) bool { return !o.checks[name] })
}

// perCheck is "connclose 3, acceptblock 1": the most frequent first.
func perCheck(findings []finding.Finding) string {
	counts := make(map[string]int)
	for _, f := range findings {
		counts[f.Check]++
	}
	names := slices.SortedFunc(maps.Keys(counts), func(x, y string) int {
		return cmp.Or(counts[y]-counts[x], strings.Compare(x, y))
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %d", name, counts[name])
	}
	return strings.Join(names, ", ")
}
