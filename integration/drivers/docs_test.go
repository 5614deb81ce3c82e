package drivers

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documents are the pages for users.
func documents(t *testing.T) []string {
	t.Helper()
	files := []string{"README.md", "CONTRIBUTING.md"}
	for _, pattern := range []string{"docs/*.md", "docs/ci/*.md", "docs/checks/*.md"} {
		found, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range found {
			files = append(files, relative(repository, file))
		}
	}
	if len(files) < 12 {
		t.Fatalf("only %v", files)
	}
	return files
}

var (
	mdLink  = regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)`)
	command = regexp.MustCompile("(?:^|[ `])(?:sockvet|go vet) (-[^`\n]*|gopls[^`\n]*)")
	option  = regexp.MustCompile(`(?:^| )-([a-z][\w.-]*)`)
	flagged = regexp.MustCompile("`-((?:acceptblock|accepterror|clientgrowth|connclose|handshakedeadline|listenbacklog)\\.[\\w-]+)")
)

// TestDocLinks: what a page links to is there.
func TestDocLinks(t *testing.T) {
	for _, name := range documents(t) {
		for _, m := range mdLink.FindAllStringSubmatch(read(t, filepath.Join(repository, name)), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(repository, filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestDocFlags: a flag that a page gives to a command is one.
func TestDocFlags(t *testing.T) {
	known := knownFlags(t)
	for _, name := range documents(t) {
		text := read(t, filepath.Join(repository, name))
		for _, m := range command.FindAllStringSubmatch(text, -1) {
			for _, o := range option.FindAllStringSubmatch(m[1], -1) {
				if !known[o[1]] {
					t.Errorf("%s: %q has the unknown flag -%s", name, m[0], o[1])
				}
			}
		}
		for _, m := range flagged.FindAllStringSubmatch(text, -1) {
			if !known[m[1]] {
				t.Errorf("%s: unknown flag -%s", name, m[1])
			}
		}
	}
}

var helpFlag = regexp.MustCompile(`(?m)^ +-([\w.-]+)`)

func knownFlags(t *testing.T) map[string]bool {
	t.Helper()
	known := map[string]bool{"vettool": true, "fixtool": true, "mod": true, "work": true}
	add := func(args ...string) {
		for _, m := range helpFlag.FindAllStringSubmatch(in(t, scratch, nil, sockvet.path(t), args...).want(t, 0).stdout, -1) {
			known[m[1]] = true
		}
	}
	add("help")
	add("gopls", "-h")
	for _, check := range checkNames(t) {
		known[check] = true
		add("explain", check)
	}
	return known
}

// TestEditorsPage: names in the settings of editors are those of checks, JSON is
// JSON, and the version is the one that is built.
func TestEditorsPage(t *testing.T) {
	text := read(t, filepath.Join(repository, "docs", "editors.md"))
	help := in(t, scratch, nil, sockvet.path(t), "gopls", "-h").want(t, 0).stdout
	_, version, _ := strings.Cut(help, "of gopls, default ")
	version, _, _ = strings.Cut(version, "\n")
	if !strings.Contains(text, "gopls "+version+",") {
		t.Errorf("the page does not say gopls %s", version)
	}
	_, block, _ := strings.Cut(text, "```json\n")
	block, _, _ = strings.Cut(block, "```")
	var vscode struct {
		Gopls map[string]map[string]bool
	}
	if err := json.Unmarshal([]byte(block), &vscode); err != nil {
		t.Fatal(err)
	}
	names := checkNames(t)
	for name := range vscode.Gopls["ui.diagnostic.analyses"] {
		if !slices.Contains(names, name) {
			t.Errorf("no check %s", name)
		}
	}
	// The setting of VS Code's form is understood.
	dir := module(t, "m.go", sample)
	e := startGopls(t, gopls.path(t), dir, map[string]any{
		"pullDiagnostics": true, "ui.diagnostic.analyses": map[string]bool{"connclose": false},
	})
	if got := sources(e, "m.go"); got["connclose"] != 0 || got["listenbacklog"] != 1 {
		t.Errorf("with connclose switched off: %v", got)
	}
}
