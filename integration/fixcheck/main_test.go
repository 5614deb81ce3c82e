package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestOnTestdata tries every fix that is offered for the test data of the
// checks, all of them at once. What is offered must be right, and enough must be
// offered.
func TestOnTestdata(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "sockvet")
	if out, err := exec.Command("go", "build", "-o", bin, "github.com/sockvet/sockvet/cmd/sockvet").CombinedOutput(); err != nil {
		t.Fatalf("build sockvet: %v\n%s", err, out)
	}
	dir, err := filepath.Abs(filepath.FromSlash("../../testdata"))
	if err != nil {
		t.Fatal(err)
	}
	var patterns []string
	for _, check := range []string{"acceptblock", "accepterror", "clientgrowth", "connclose", "handshakedeadline", "listenbacklog", "fixes"} {
		patterns = append(patterns, "./"+check+"/...")
	}
	opts := options{sockvet: bin, timeout: 1 << 40}
	res, err := check(opts, target{Dir: dir, Patterns: patterns})
	if err != nil {
		t.Fatal(err)
	}
	var report bytes.Buffer
	sum := newSummary()
	sum.add(res, false, &report)
	sum.write(&report)
	t.Logf("\n%s", &report)
	if sum.wrong > 0 {
		t.Errorf("%d fixes are not right", sum.wrong)
	}
	for kind, percent := range map[string]int{"connclose, error paths": 70, "acceptblock, direct": 50} {
		if k := sum.kinds[kind]; k == nil || k.offered*100 < k.found*percent {
			t.Errorf("%s: a fix is offered for %+v, less than %d %%", kind, k, percent)
		}
	}
}

func TestJudge(t *testing.T) {
	old := []byte("package p\n\nfunc f() {\n\treturn\n}\n")
	fixed := finding{Check: "connclose", Message: "m", file: "/p.go", line: 4, col: 2,
		Fixes: []fix{{Edits: []edit{{Filename: "/p.go", Start: 23, End: 23, New: "g()\n\t"}}}}}
	known := finding{Check: "connclose", file: "/p.go", line: 5, col: 1}
	tree := &tree{
		files:   map[string]*file{"/p.go": {old: old, edits: fixed.Fixes[0].Edits}},
		applied: map[int]bool{0: true},
	}
	at := func(line, col int) finding { return finding{Check: "connclose", file: "/p.go", line: line, col: col} }
	for _, tt := range []struct {
		name   string
		after  []finding
		broken map[string]bool
		want   verdict
	}{
		{"gone", []finding{at(6, 1)}, nil, clean},
		{"stays, moved by the edit", []finding{at(5, 2)}, nil, stays},
		{"another", []finding{at(6, 1), at(1, 1)}, nil, makesNew},
		{"broken", nil, map[string]bool{"/": true}, doesNotTurn},
	} {
		if got := judge([]finding{fixed, known}, tt.after, tree, tt.broken).verdicts[0]; got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestFormatted(t *testing.T) {
	f := &file{old: []byte("package p\n\nfunc f() {\n\treturn\n}\n")}
	for text, want := range map[string]bool{"g()\n\t": true, "g()\n": false, "g() ;": false} {
		fx := fix{Edits: []edit{{Filename: "p.go", Start: 23, End: 23, New: text}}}
		if got := f.formatted("p.go", fx); got != want {
			t.Errorf("formatted with %q: %v, want %v", text, got, want)
		}
	}
}

func TestParse(t *testing.T) {
	const out = `# a
{
	"a": {
		"connclose": [
			{"posn": "x.go:3:2", "message": "leaks", "suggested_fixes": [{"message": "close", "edits": [{"filename": "/a/x.go", "start": 1, "end": 1, "new": "y"}]}]}
		],
		"acceptblock": {"error": "no luck"}
	}
}
# a [a.test]
{
	"a [a.test]": {
		"connclose": [
			{"posn": "x.go:3:2", "message": "leaks"}
		]
	}
}
vet: b/b.go:7:1: undefined: z
`
	got, err := parse(out, "/a")
	if err != nil || len(got) != 1 || got[0].file != "/a/x.go" || got[0].line != 3 || len(got[0].Fixes) != 1 {
		t.Errorf("parse gives %+v, %v", got, err)
	}
	if broken := brokenFiles(out, "/a"); len(broken) != 1 || !broken[filepath.FromSlash("/a/b/b.go")] {
		t.Errorf("broken files %v", broken)
	}
	if strings.Contains(objects(out), "undefined") {
		t.Error("an error is taken for JSON")
	}
}
