package analyzers_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers"
)

var update = flag.Bool("update", false, "write the generated documentation")

func TestValidate(t *testing.T) {
	if err := analysis.Validate(analyzers.Suite()); err != nil {
		t.Fatal(err)
	}
}

// TestEveryCheckIsListed demands that each package with an Analyzer is in the
// suite, in order of name, and named like its directory.
func TestEveryCheckIsListed(t *testing.T) {
	var dirs, names []string
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(e.Name(), "doc.go")); err == nil {
			dirs = append(dirs, e.Name())
		}
	}
	for _, a := range analyzers.Suite() {
		names = append(names, a.Name)
	}
	if got, want := strings.Join(names, " "), strings.Join(dirs, " "); got != want {
		t.Errorf("the suite has %s, the directories are %s", got, want)
	}
}

var docHeading = regexp.MustCompile(`(?m)^// # Analyzer (\w+)$`)

// TestDocs demands a doc.go of the common shape: heading, summary, an example
// of what is wrong, and the limits.
func TestDocs(t *testing.T) {
	for _, a := range analyzers.Suite() {
		text, err := os.ReadFile(filepath.Join(a.Name, "doc.go"))
		if err != nil {
			t.Fatal(err)
		}
		if m := docHeading.FindSubmatch(text); m == nil || string(m[1]) != a.Name {
			t.Errorf("%s/doc.go has no heading \"# Analyzer %s\"", a.Name, a.Name)
		}
		title, _, _ := strings.Cut(a.Doc, "\n")
		if !strings.HasPrefix(title, a.Name+": ") {
			t.Errorf("%s: the documentation begins with %q", a.Name, title)
		}
		if !strings.Contains(a.Doc, "\n\t") {
			t.Errorf("%s: the documentation has no example", a.Name)
		}
		if a.Flags.Lookup("tests") == nil || a.Flags.Lookup("netmodel") == nil {
			t.Errorf("%s lacks a flag that all checks have", a.Name)
		}
	}
}

// TestPages compares docs/checks and the README's table with the analyzers'
// documentation; -update writes them.
func TestPages(t *testing.T) {
	for _, a := range analyzers.Suite() {
		compare(t, filepath.Join("..", "docs", "checks", a.Name+".md"), page(a))
	}
	readme := filepath.Join("..", "README.md")
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- checks: begin -->\n", "<!-- checks: end -->"
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("README.md has no place for the table of checks")
	}
	compare(t, readme, before+begin+table()+end+after)
}

func compare(t *testing.T, file, want string) {
	t.Helper()
	got, err := os.ReadFile(file)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err != nil || string(got) != want {
		t.Errorf("%s is not up to date: go test ./analyzers -run TestPages -update", file)
	}
}

func table() string {
	var b strings.Builder
	b.WriteString("| check | reports |\n| --- | --- |\n")
	for _, a := range analyzers.Suite() {
		_, title, _ := strings.Cut(a.Doc, ": ")
		title, _, _ = strings.Cut(title, "\n")
		fmt.Fprintf(&b, "| [%s](docs/checks/%s.md) | %s |\n", a.Name, a.Name, strings.TrimPrefix(title, "report "))
	}
	return b.String()
}

// page renders the documentation of a check: code is what is indented.
func page(a *analysis.Analyzer) string {
	var b strings.Builder
	title, text, _ := strings.Cut(a.Doc, "\n")
	_, title, _ = strings.Cut(title, ": ")
	fmt.Fprintf(&b, "# %s\n\n%s.\n", a.Name, strings.ToUpper(title[:1])+title[1:])
	code := false
	for _, line := range strings.Split(text, "\n") {
		indented := strings.HasPrefix(line, "\t")
		if line != "" && indented != code {
			if code {
				b.WriteString("```\n\n")
			} else {
				b.WriteString("```go\n")
			}
			code = indented
		}
		b.WriteString(strings.TrimPrefix(line, "\t") + "\n")
	}
	if code {
		b.WriteString("```\n")
	}
	b.WriteString("\n## Flags\n\n")
	a.Flags.VisitAll(func(f *flag.Flag) {
		name, usage := flag.UnquoteUsage(f)
		fmt.Fprintf(&b, "- `%s`: %s\n", strings.TrimSpace("-"+a.Name+"."+f.Name+" "+name), usage)
	})
	b.WriteString("\nMade from the documentation of the package by `go test ./analyzers -run TestPages -update`.\n")
	return tidyBlank(b.String())
}

var blankBeforeFence = regexp.MustCompile("\n\n+```\n")

func tidyBlank(s string) string {
	s = blankBeforeFence.ReplaceAllString(s, "\n```\n")
	return regexp.MustCompile("\n{3,}").ReplaceAllString(s, "\n\n")
}
