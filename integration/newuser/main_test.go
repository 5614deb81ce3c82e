package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestCommands(t *testing.T) {
	const page = "# A\n\ntext\n\n    one\n    two # and why\n\n```yaml\n# A\n    no\n```\n\n    three\n\n## B\n\n    other\n"
	if got := commands(page, "A"); !slices.Equal(got, []string{"one", "two # and why", "three"}) {
		t.Errorf("commands of A: %q", got)
	}
	if got := commands(page, "C"); got != nil {
		t.Errorf("commands of C: %q", got)
	}
}

// TestPaths: the sections are there, and each path begins with a clone and runs
// something of sockvet.
func TestPaths(t *testing.T) {
	for _, p := range paths() {
		lines, err := p.lines(filepath.Join("..", ".."))
		if err != nil {
			t.Error(err)
			continue
		}
		if lines[0] != "git clone "+upstream || !slices.ContainsFunc(lines, analysis.MatchString) {
			t.Errorf("%s runs %q", p.name, lines)
		}
	}
}

func TestShell(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	sh := &shell{dir: dir, path: os.Getenv("PATH"), state: filepath.Join(dir, "state"), env: os.Environ()}
	for _, tt := range []struct {
		line string
		ok   bool
	}{
		{"mkdir d && cd d", true},
		{`export PATH="$PWD/bin:$PATH"`, true},
		{`mkdir bin; printf 'echo "m.go:1:2: found"; exit 1' >bin/sockvet; chmod +x bin/sockvet`, true},
		{"sockvet ./...", true},
		{"false", false},
		{"sockvet2 ./...", false},
	} {
		if said, err := sh.run(context.Background(), tt.line); (err == nil) != tt.ok {
			t.Errorf("%s: %v\n%s", tt.line, err, said)
		}
	}
	if filepath.Base(sh.dir) != "d" {
		t.Errorf("in %s", sh.dir)
	}
}

func TestRow(t *testing.T) {
	steps := []step{{"cd x", time.Millisecond, 0}, {"build", 61 * time.Second, 0}, {"run", 2 * time.Second, 3}}
	if got, want := row("name", steps), "| name | 63 | `build` 61, `run` 2 | 3 |"; got != want {
		t.Errorf("row %s, want %s", got, want)
	}
}
