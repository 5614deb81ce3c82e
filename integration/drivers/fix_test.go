package drivers

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fixed is the sample with both of its fixes applied.
var fixed = strings.NewReplacer(
	"hello\")); err != nil {\n", "hello\")); err != nil {\n\t\tconn.Close()\n",
	"fd, 5", "fd, syscall.SOMAXCONN",
).Replace(sample)

// TestFix applies the fixes of the sample by every driver that can: the text is
// the same, and nothing is left to report.
func TestFix(t *testing.T) {
	config := filepath.Join(gclModule, "sockvet.golangci.yml")
	for _, driver := range []struct {
		name string
		run  func(t *testing.T, dir string)
	}{
		{"command", func(t *testing.T, dir string) {
			in(t, dir, nil, sockvet.path(t), "-fix", "./...").want(t, 0)
		}},
		{"go vet", func(t *testing.T, dir string) {
			in(t, dir, nil, "go", "vet", "-fix", "-vettool="+sockvet.path(t), "./...").want(t, 0)
		}},
		{"go fix", func(t *testing.T, dir string) {
			in(t, dir, nil, "go", "fix", "-fixtool="+sockvet.path(t), "./...").want(t, 0)
		}},
		{"golangci-lint", func(t *testing.T, dir string) {
			if left, r := lint(t, dir, config, t.TempDir(), "--fix", "./..."); r.code != 0 || len(left) > 0 {
				t.Errorf("exit status %d, %v left: %s", r.code, left, r.stderr)
			}
		}},
		{"gopls", fixByGopls},
	} {
		t.Run(driver.name, func(t *testing.T) {
			dir := module(t, "m.go", sample)
			driver.run(t, dir)
			if got := read(t, filepath.Join(dir, "m.go")); got != fixed {
				t.Errorf("got\n%s\nwant\n%s", got, fixed)
			}
			same(t, "after the fix", byCommand(t, dir, "./..."), nil)
		})
	}
}

// TestDiff: what -diff prints, the fixes do.
func TestDiff(t *testing.T) {
	dir := module(t, "m.go", sample)
	for _, args := range [][]string{
		{sockvet.path(t), "-diff", "./..."},
		{"go", "vet", "-fix", "-diff", "-vettool=" + sockvet.path(t), "./..."},
	} {
		r := in(t, dir, nil, args[0], args[1:]...).want(t, 1)
		if !strings.Contains(r.stdout, "\n+\t\tconn.Close()\n") || !strings.Contains(r.stdout, "\n+\treturn syscall.Listen(fd, syscall.SOMAXCONN)\n") {
			t.Errorf("%v prints\n%s%s", args, r.stdout, r.stderr)
		}
	}
	if read(t, filepath.Join(dir, "m.go")) != sample {
		t.Error("-diff changed the file")
	}
}

// edit is what an editor is told to change.
type edit struct {
	Range   span
	NewText string
}

type action struct {
	Title string
	Kind  string
	Edit  struct {
		DocumentChanges []struct {
			TextDocument struct{ URI string }
			Edits        []edit
		}
	}
}

// fixByGopls applies the quick fix of each finding, as an editor does: it waits
// for what gopls publishes. Diagnostics that were pulled have no quick fix before
// gopls has published them too: it looks a diagnostic without bundled fixes up
// among the published ones (findMatchingDiagnostics in its server).
func fixByGopls(t *testing.T, dir string) {
	e := startGopls(t, gopls.path(t), dir, nil)
	e.open("m.go")
	var edits []edit
	for _, d := range e.shown("m.go", "connclose") {
		if slices.Contains(checkNames(t), d.Source) {
			edits = append(edits, e.quickFix("m.go", d)...)
		}
	}
	file := filepath.Join(dir, "m.go")
	write(t, file, apply(read(t, file), edits))
}

// quickFix returns the edits of the one quick fix of a diagnostic.
func (e *editor) quickFix(name string, d diagnostic) []edit {
	e.t.Helper()
	file := uri(filepath.Join(e.dir, name))
	var actions []action
	e.call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": file},
		"range":        d.Range,
		"context":      map[string]any{"diagnostics": []diagnostic{d}, "only": []string{"quickfix"}},
	}, &actions)
	if len(actions) != 1 || actions[0].Kind != "quickfix" || actions[0].Title == "" || len(actions[0].Edit.DocumentChanges) != 1 {
		e.t.Fatalf("quick fixes of %s: %+v", d.Source, actions)
	}
	change := actions[0].Edit.DocumentChanges[0]
	if change.TextDocument.URI != file {
		e.t.Errorf("%s: the fix is in %s", d.Source, change.TextDocument.URI)
	}
	return change.Edits
}

// apply applies edits to a text of ASCII characters, the last one first.
func apply(text string, edits []edit) string {
	slices.SortFunc(edits, func(a, b edit) int {
		return cmp.Or(b.Range.Start.Line-a.Range.Start.Line, b.Range.Start.Character-a.Range.Start.Character)
	})
	starts := []int{0}
	for i, c := range text {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	offset := func(p position) int { return starts[p.Line] + p.Character }
	for _, e := range edits {
		text = text[:offset(e.Range.Start)] + e.NewText + text[offset(e.Range.End):]
	}
	return text
}
