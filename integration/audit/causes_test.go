package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// unseen are the lists of findings in modules that the engine was not mended by.
var unseen = []string{"unseen", "final", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"}

func TestCauses(t *testing.T) {
	labels, err := read([]string{labelFile(t, `{"repo":"a/b","verdict":"wrong","why":"x","cause":"twice"}
{"repo":"a/b","verdict":"wrong","why":"x","cause":"owner"}
{"repo":"a/b","verdict":"wrong","why":"x","cause":"owner","reported":false}
{"repo":"a/b","verdict":"wrong","why":"x","cause":"callee","reported":true}
{"repo":"a/b","verdict":"wrong","why":"an older list"}
{"repo":"a/b","verdict":"right","why":"x"}
`)}, true)
	if err != nil {
		t.Fatal(err)
	}
	want := `| cause | wrong when first read | still reported | what it means |
| --- | --- | --- | --- |
| owner | 2 | 1 | ` + causes["owner"] + ` |
| callee | 1 | 1 | ` + causes["callee"] + ` |
| not said | 1 | 1 |  |
| twice | 1 | 1 | ` + causes["twice"] + ` |
| all | 5 | 4 |  |
`
	var b strings.Builder
	if err := writeCauses(&b, labels); err != nil || b.String() != want {
		t.Errorf("%v, got:\n%s\nwant:\n%s", err, b.String(), want)
	}
}

func TestBadCause(t *testing.T) {
	for line, want := range map[string]string{
		`{"repo":"a/b","verdict":"wrong","cause":"luck"}`:                  `:1: unknown cause "luck", want one of ["accept" "callee"`,
		`{"repo":"a/b","verdict":"wrong","cause":"luck","reported":false}`: `:1: unknown cause "luck"`,
		`{"repo":"a/b","verdict":"right","cause":"owner"}`:                 `:1: cause "owner" of a finding that is right`,
	} {
		if _, err := read([]string{labelFile(t, line)}, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", line, err, want)
		}
	}
}

// TestEveryWrongOneHasACause keeps the table of docs/real-code.md complete.
func TestEveryWrongOneHasACause(t *testing.T) {
	wrong := 0
	for _, name := range unseen {
		file := filepath.Join("..", "..", "docs", "audit", name+".jsonl")
		labels, err := read([]string{file}, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range labels {
			if l.Verdict != "wrong" {
				continue
			}
			wrong++
			if l.Cause == "" {
				t.Errorf("%s: %s %s:%d (%s) is wrong and has no cause", name, l.Repo, l.File, l.Line, l.Check)
			}
		}
	}
	if wrong == 0 {
		t.Error("no wrong findings read")
	}
}

func TestCausesAreDocumented(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "real-code.md"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(doc), "\n")
	for cause, meaning := range causes {
		if !hasRow(lines, "| "+cause+" | ", " | "+meaning+" |") {
			t.Errorf("docs/real-code.md has no row of the cause %s that ends with %q", cause, meaning)
		}
	}
}

// hasRow leaves the figures between the two ends to the command.
func hasRow(lines []string, first, last string) bool {
	for _, l := range lines {
		if strings.HasPrefix(l, first) && strings.HasSuffix(l, last) {
			return true
		}
	}
	return false
}

func labelFile(t *testing.T, lines string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "labels.jsonl")
	if err := os.WriteFile(file, []byte(lines), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}
