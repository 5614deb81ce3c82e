package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// lines returns what a path's sections say to type.
func (p path) lines(docs string) ([]string, error) {
	data, err := os.ReadFile(filepath.Join(docs, p.page))
	if err != nil {
		return nil, err
	}
	var all []string
	for _, s := range p.sections {
		found := commands(string(data), s)
		if len(found) == 0 {
			return nil, fmt.Errorf("%s: no commands under %q", p.page, s)
		}
		all = append(all, found...)
	}
	return all, nil
}

// commands returns the lines of the indented code blocks of one section, up to
// the next heading of any level. Such blocks are for what a reader types; all
// other code is fenced.
func commands(page, section string) []string {
	var found []string
	inside, fenced := false, false
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if fenced {
			continue
		}
		if heading, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			inside = heading == section
		}
		if code, ok := strings.CutPrefix(line, "    "); ok && inside {
			found = append(found, code)
		}
	}
	return found
}
