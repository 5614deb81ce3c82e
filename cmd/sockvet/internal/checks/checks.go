// Package checks is the command's view of the analyzers: names, documentation,
// flags, and which of them are switched on.
package checks

import (
	"flag"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Check is one analyzer.
type Check struct {
	Name  string
	Title string // first line of the documentation, without "NAME: "
	Text  string // the rest of it
	URL   string
	Flags []*flag.Flag // the analyzer's own, without the "NAME." prefix
}

// Catalog is all checks, sorted by name.
type Catalog []Check

// New describes the analyzers.
func New(suite []*analysis.Analyzer) Catalog {
	var c Catalog
	for _, a := range suite {
		title, text := splitDoc(a)
		check := Check{Name: a.Name, Title: title, Text: text, URL: a.URL}
		a.Flags.VisitAll(func(f *flag.Flag) { check.Flags = append(check.Flags, f) })
		c = append(c, check)
	}
	slices.SortFunc(c, func(a, b Check) int { return strings.Compare(a.Name, b.Name) })
	return c
}

func splitDoc(a *analysis.Analyzer) (title, text string) {
	title, text, _ = strings.Cut(strings.TrimSpace(a.Doc), "\n")
	return strings.TrimPrefix(title, a.Name+": "), strings.TrimSpace(text)
}

// Get returns the check of that name.
func (c Catalog) Get(name string) (Check, bool) {
	i := slices.IndexFunc(c, func(k Check) bool { return k.Name == name })
	if i < 0 {
		return Check{}, false
	}
	return c[i], true
}

// Flag returns the check's own flag of that name, or nil.
func (k Check) Flag(name string) *flag.Flag {
	i := slices.IndexFunc(k.Flags, func(f *flag.Flag) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return k.Flags[i]
}

// Names lists the checks.
func (c Catalog) Names() []string {
	var names []string
	for _, k := range c {
		names = append(names, k.Name)
	}
	return names
}

// Select switches checks on and off in the order of the specification: "a"
// switches a on, "-a" off, "all" all on, "-all" all off. A specification that
// begins by switching a single check on starts from none, any other from all.
func (c Catalog) Select(spec []string) (map[string]bool, error) {
	on := make(map[string]bool)
	for i, word := range spec {
		name, off := strings.CutPrefix(strings.TrimSpace(word), "-")
		if i == 0 && (off || name == "all") {
			c.set(on, "all", true)
		}
		if _, known := c.Get(name); !known && name != "all" {
			return nil, fmt.Errorf("unknown check %q; there are %s", name, strings.Join(c.Names(), ", "))
		}
		c.set(on, name, !off)
	}
	if len(spec) == 0 {
		c.set(on, "all", true)
	}
	if !slices.ContainsFunc(c, func(k Check) bool { return on[k.Name] }) {
		return nil, fmt.Errorf("no check is left switched on by %q", strings.Join(spec, ","))
	}
	return on, nil
}

func (c Catalog) set(on map[string]bool, name string, value bool) {
	for _, k := range c {
		if name == "all" || name == k.Name {
			on[k.Name] = value
		}
	}
}
