package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const sample = `package p

type T[K any] struct{}

func (t *T[K]) Serve() {
	go func() {
		_ = t
	}()
}

func Serve() {}

type L struct{}

func (L) Accept() {
}
`

func TestFuncLines(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.go")
	if err := os.WriteFile(file, []byte(sample), 0o666); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		want []lines
	}{
		{"T.Serve", []lines{{5, 9}}},
		{"(*T).Serve", []lines{{5, 9}}},
		{"Serve", []lines{{11, 11}}},
		{"(L).Accept", []lines{{15, 16}}},
		{"L.Close", nil},
		{"-", []lines{{1, 16}}},
	}
	for _, test := range tests {
		got, err := funcLines(file, test.name)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("funcLines(%q) = %v, %v; want %v", test.name, got, err, test.want)
		}
	}
}

const output = `# example.test/p
{
	"example.test/p": {
		"connclose": [
			{"posn": "/src/p.go:7:2", "message": "leaks", "related": [{"posn": "/src/p.go:9:2", "message": "here"}]},
			{"posn": "q.go:3:1", "message": "leaks too"}
		],
		"acceptblock": [{"posn": "/src/p.go:1:1", "message": "not asked for"}]
	}
}
# example.test/p [example.test/p.test]
{
	"example.test/p [example.test/p.test]": {
		"connclose": [{"posn": "/src/p.go:7:2", "message": "leaks"}]
	}
}
`

func TestParseVet(t *testing.T) {
	got, err := parseVet(strings.NewReader(output), "connclose", "/src")
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 {
		t.Fatalf("%d diagnostics, want 2 with the test variant's merged: %v", len(got), got)
	}
	if d := got[0]; d.File != "/src/p.go" || d.Line != 7 || d.Message != "leaks" {
		t.Errorf("first diagnostic %+v", d)
	}
	if d := got[1]; d.File != "/src/q.go" || d.Line != 3 {
		t.Errorf("a relative position gave %s:%d, want /src/q.go:3", d.File, d.Line)
	}
}

func TestParseVetOfOlderGo(t *testing.T) {
	var stdout bytes.Buffer
	stderr := bytes.NewBufferString("go: downloading a v1.0.0\n" + output)
	got, err := parseVet(jsonOf(&stdout, stderr), "connclose", "/src")
	if err != nil || len(got) != 2 {
		t.Errorf("%d diagnostics, %v; want 2 from standard error", len(got), err)
	}
	stdout.WriteString("{}\n")
	if got, err := parseVet(jsonOf(&stdout, stderr), "connclose", "/src"); err != nil || len(got) != 0 {
		t.Errorf("%d diagnostics, %v; want none from standard output", len(got), err)
	}
}

func TestParseVetAnalyzerError(t *testing.T) {
	in := `{"p": {"connclose": {"error": "internal: no luck"}}}`
	if _, err := parseVet(strings.NewReader(in), "connclose", "/src"); err == nil || err.Error() != "internal: no luck" {
		t.Errorf("err = %v, want the analyzer's own", err)
	}
}

func TestVetError(t *testing.T) {
	tests := []struct{ stderr, want string }{
		{"go: downloading a v1.0.0\n# p\n# [p]\np/p.go:3:1: undefined: x\np/p.go:4:1: undefined: y\n", "p/p.go:3:1: undefined: x"},
		{"go: finding module for package a\ngo: found a in a v1.0.0\np.go:2:2: module b: 403 Forbidden\n", "p.go:2:2: module b: 403 Forbidden"},
		{"package p\n\timports q\n\timports r: build constraints exclude all Go files\n", "imports r: build constraints exclude all Go files"},
		{"# p\n", "exit status 1"},
	}
	for _, test := range tests {
		if got := vetError(t.Context(), errors.New("exit status 1"), test.stderr); got.Error() != test.want {
			t.Errorf("vetError(%q) = %q, want %q", test.stderr, got, test.want)
		}
	}
}

func TestSplitPosn(t *testing.T) {
	tests := []struct {
		posn, file string
		line       int
	}{
		{"/a/b.go:3:4", "/a/b.go", 3},
		{"/a/b.go:3", "/a/b.go", 3},
		{`C:\a.go:3:4`, `C:\a.go`, 3},
		{"-", "-", 0},
	}
	for _, test := range tests {
		if file, line := splitPosn(test.posn); file != test.file || line != test.line {
			t.Errorf("splitPosn(%q) = %q, %d", test.posn, file, line)
		}
	}
}

func TestJudgeCountsInsideOnly(t *testing.T) {
	r := row{Kind: "fix", Dir: "/src", File: "p.go"}
	found := []diagnostic{{File: "/src/p.go", Line: 20}, {File: "/src/q.go", Line: 6}}
	judge := func(found []diagnostic) (res result) {
		res.sort(r.path(r.File), []lines{{5, 9}}, found, place{}, true)
		res.decide(r)
		return res
	}
	if res := judge(found); res.Verdict != silent || !res.AsWanted || len(res.Others) != 2 {
		t.Errorf("reports outside the function: %+v", res)
	}
	if res := judge(append(found, diagnostic{File: "/src/p.go", Line: 9})); res.Verdict != reported || res.AsWanted {
		t.Errorf("a report on the function's last line at a fix: %+v", res)
	}
}

func TestJudgeCountsPlacesThatStandForIt(t *testing.T) {
	r := row{Kind: "parent", Dir: "/src", File: "p.go", Also: []place{{File: "q.go", Why: "the insertion"}}}
	found := []diagnostic{{File: "/src/q.go", Line: 6}}
	var res result
	res.sort(r.path("p.go"), []lines{{5, 9}}, found, r.places()[0], true)
	res.sort(r.path("q.go"), []lines{{5, 9}}, found, r.places()[1], false)
	res.decide(r)
	if res.Verdict != reported || !res.AsWanted || len(res.Inside) != 0 || len(res.Elsewhere) != 1 || len(res.Others) != 0 {
		t.Errorf("a report in a place that stands for the function: %+v", res)
	}
	if res.Why != "the insertion" {
		t.Errorf("why = %q", res.Why)
	}
}

func TestTally(t *testing.T) {
	results := []result{
		{ID: "a", Kind: "parent", Analyzer: "x", Verdict: reported, AsWanted: true},
		{ID: "a", Kind: "fix", Analyzer: "x", Verdict: silent, AsWanted: true},
		{ID: "b", Kind: "parent", Analyzer: "x", Verdict: silent},
		{ID: "b", Kind: "fix", Analyzer: "x", Verdict: silent, AsWanted: true},
		{ID: "c", Kind: "head", Analyzer: "x", Verdict: notScored},
		{ID: "d", Kind: "right", Analyzer: "x", Verdict: reported},
		{ID: "e", Kind: "parent", Analyzer: "x", Verdict: runFailed},
		{ID: "f", Kind: "parent", Analyzer: "y", Verdict: reported, AsWanted: true},
	}
	got := newReport(results).Tallies
	want := []tally{
		{Analyzer: "x", Recall: ratio{1, 2}, FixSilent: ratio{1, 1}, Right: ratio{0, 1}, NotScored: 1, Failed: 1},
		{Analyzer: "y", Recall: ratio{1, 1}},
	}
	if !slices.Equal(got, want) {
		t.Errorf("tallies\n%+v\nwant\n%+v", got, want)
	}
}
