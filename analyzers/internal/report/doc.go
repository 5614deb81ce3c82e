package report

import "strings"

// Doc makes the documentation of an analyzer from the text of its doc.go, the
// only place where it is written: "NAME: summary", a blank line, the rest.
func Doc(docGo string) string {
	var lines []string
	for _, l := range strings.Split(docGo, "\n") {
		if text, ok := strings.CutPrefix(l, "//"); ok {
			lines = append(lines, strings.TrimPrefix(text, " "))
		}
	}
	text := strings.Join(lines, "\n")
	if _, after, ok := strings.Cut(text, "# Analyzer "); ok {
		if _, body, ok := strings.Cut(after, "\n"); ok {
			text = body
		}
	}
	return strings.TrimSpace(text)
}
