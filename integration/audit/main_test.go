package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "labels.jsonl")
	lines := `{"repo":"a/b","file":"x.go","line":3,"verdict":"right","why":"open"}
{"repo":"a/b","file":"y.go","line":4,"verdict":"wrong","why":"closed by the callee"}
{"repo":"a/b","file":"w.go","line":9,"verdict":"wrong","why":"mended","reported":false}
{"repo":"c/d","check":"acceptblock","file":"z.go","line":5,"verdict":"right","why":"waits"}
`
	if err := os.WriteFile(file, []byte(lines), 0o666); err != nil {
		t.Fatal(err)
	}
	labels, err := read([]string{file}, false)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := write(&b, labels); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| connclose | 2 | 1 | 1 | 50 % |",
		"| acceptblock | 1 | 1 | 0 | 100 % |",
		"- a/b y.go:4 (connclose): closed by the callee",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, b.String())
		}
	}
}

func TestRows(t *testing.T) {
	var b strings.Builder
	err := writeRows(&b, []label{
		{Repo: "c/d", Check: "connclose", File: "z.go", Line: 5, Verdict: "right", Why: "open"},
		{Repo: "a/b", Check: "connclose", File: "y.go", Line: 40, Verdict: "wrong", Why: "closed by the callee"},
		{Repo: "a/b", Check: "connclose", File: "y.go", Line: 4, Verdict: "right", Why: "open"},
		{Repo: "e/f", Check: "acceptblock", File: "x.go", Line: 1, Verdict: "right", Why: "waits"},
	})
	const want = `
acceptblock:

- right: e/f x.go:1: waits

connclose:

- right: a/b y.go:4: open
- wrong: a/b y.go:40: closed by the callee
- right: c/d z.go:5: open
`
	if err != nil || b.String() != want {
		t.Errorf("%v, got:\n%s\nwant:\n%s", err, b.String(), want)
	}
}

func TestBadVerdict(t *testing.T) {
	file := filepath.Join(t.TempDir(), "labels.jsonl")
	if err := os.WriteFile(file, []byte(`{"repo":"a/b","verdict":"perhaps"}`+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := read([]string{file}, false); err == nil || !strings.Contains(err.Error(), `:1: verdict "perhaps"`) {
		t.Errorf("error %v", err)
	}
}

// TestWilson compares with values of the published formula: 81 of 263 is the
// textbook's example, 0.255 to 0.366.
func TestWilson(t *testing.T) {
	low, high := wilson(81, 263)
	if low < 0.2545 || low > 0.2565 || high < 0.3650 || high > 0.3670 {
		t.Errorf("wilson(81, 263) = %.4f, %.4f", low, high)
	}
}
