package vettool

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
)

func TestRequested(t *testing.T) {
	for _, args := range [][]string{{"-V=full"}, {"-flags"}, {"x.cfg"}, {"-printer", "-json", "/tmp/vet.cfg"}} {
		if !Requested(args) {
			t.Errorf("Requested(%q) = false", args)
		}
	}
	for _, args := range [][]string{nil, {"./..."}, {"version"}, {"-V=full", "./..."}, {"x.cfg", "./..."}} {
		if Requested(args) {
			t.Errorf("Requested(%q) = true", args)
		}
	}
}

func TestAdapt(t *testing.T) {
	const (
		subject = `{"ID": "m/a", "VetxOnly": false, "ModulePath": "m", "New": [1, {"x": 2}]}`
		own     = `{"ID": "m/a", "VetxOnly": true, "ModulePath": "m", "New": [1, {"x": 2}]}`
		foreign = `{"ID": "n/a", "VetxOnly": true, "ModulePath": "n", "ModuleVersion": "v1.0.0"}`
		std     = `{"ID": "net", "VetxOnly": true}`
	)
	for _, tt := range []struct {
		cfg    string
		args   []string
		change bool
	}{
		{subject, nil, false},
		{own, nil, true},
		{foreign, nil, false},
		{std, nil, false},
		{subject, []string{"-report-deps"}, false},
		{own, []string{"-report-deps"}, true},
		{foreign, []string{"-report-deps=true"}, true},
		{std, []string{"-x=1", "-report-deps", "-json"}, true},
		{own, []string{"-fix"}, false},
		{own, []string{"-report-deps", "-fix", "-diff"}, false},
	} {
		dir := t.TempDir()
		name := filepath.Join(dir, "vet.cfg")
		if err := os.WriteFile(name, []byte(tt.cfg), 0o644); err != nil {
			t.Fatal(err)
		}
		got, only, err := adapt(name, tt.args, false)
		if err != nil {
			t.Fatal(err)
		}
		if (got != name) != tt.change {
			t.Errorf("adapt(%s, %q) = %s, changed %v", tt.cfg, tt.args, got, got != name)
		}
		if want := !tt.change && tt.cfg != subject; only != want {
			t.Errorf("adapt(%s, %q): only facts %v", tt.cfg, tt.args, only)
		}
		if filepath.Dir(got) != dir || !isConfig(got) {
			t.Errorf("name %q", got)
		}
		if !tt.change {
			continue
		}
		var before, after map[string]any
		data, err := os.ReadFile(got)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &after); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(tt.cfg), &before); err != nil {
			t.Fatal(err)
		}
		if after["VetxOnly"] != false || len(after) != len(before) || after["ID"] != before["ID"] {
			t.Errorf("%s became %s", tt.cfg, data)
		}
	}
}

func TestAdaptErrors(t *testing.T) {
	name := filepath.Join(t.TempDir(), "vet.cfg")
	if _, _, err := adapt(name, nil, false); err == nil {
		t.Error("no error for a file that does not exist")
	}
	if err := os.WriteFile(name, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := adapt(name, nil, false); err == nil {
		t.Error("no error for a file that is no JSON")
	}
}

// TestWithoutTests: test files are left out where nobody reads them, and a package
// of nothing else is not without a file.
func TestWithoutTests(t *testing.T) {
	for _, tt := range []struct {
		files string
		tests bool
		want  []string // base names; nil when nothing is to be changed
	}{
		{`["/d/a.go", "/d/a_test.go", "/d/b.go"]`, false, []string{"a.go", "b.go"}},
		{`["/d/a.go", "/d/a_test.go"]`, true, nil},
		{`["/d/a.go"]`, false, nil},
		{`["/d/a_test.go"]`, false, []string{"sockvet_test.go"}},
		{`["/d/a_test.go"]`, true, nil},
	} {
		name := filepath.Join(t.TempDir(), "vet.cfg")
		if err := os.WriteFile(name, []byte(`{"ID": "m/a", "GoFiles": `+tt.files+`}`), 0o644); err != nil {
			t.Fatal(err)
		}
		got, _, err := adapt(name, nil, tt.tests)
		if err != nil {
			t.Fatal(err)
		}
		if (got != name) != (tt.want != nil) {
			t.Errorf("%s, tests %v: %s", tt.files, tt.tests, got)
		}
		if tt.want == nil {
			continue
		}
		var after struct {
			ID      string
			GoFiles []string
		}
		data, err := os.ReadFile(got)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &after); err != nil {
			t.Fatal(err)
		}
		for i, f := range after.GoFiles {
			after.GoFiles[i] = filepath.Base(f)
		}
		if after.ID != "m/a" || !slices.Equal(after.GoFiles, tt.want) {
			t.Errorf("%s became %s", tt.files, data)
		}
	}
}

// TestReadsTests: they are read for a check that is told to report in them, for one
// that has no flag for it, and to try a fix that is to be applied.
func TestReadsTests(t *testing.T) {
	check := func(name string, flag bool) *analysis.Analyzer {
		a := &analysis.Analyzer{Name: name}
		if flag {
			a.Flags.Bool("tests", false, "")
		}
		return a
	}
	both := []*analysis.Analyzer{check("one", true), check("two", true)}
	for _, tt := range []struct {
		suite []*analysis.Analyzer
		args  []string
		want  bool
	}{
		{both, nil, false},
		{both, []string{"-json", "-one", "-two.tests=false"}, false},
		{both, []string{"-two.tests"}, true},
		{both, []string{"-one.tests=1", "-json"}, true},
		{both, []string{"-fix"}, true},
		{append(both, check("three", false)), nil, true},
	} {
		if got := readsTests(tt.suite, tt.args); got != tt.want {
			t.Errorf("readsTests(%d checks, %q) = %v", len(tt.suite), tt.args, got)
		}
	}
}

// TestGCPercent: time is saved on small heaps, memory on large ones.
func TestGCPercent(t *testing.T) {
	for live, want := range map[uint64]int{0: gcOfSmall, headroom / 4: gcOfSmall, headroom: 100, 4 * headroom: gcOfLarge} {
		if got := gcPercent(live); got != want {
			t.Errorf("%d bytes: %d, want %d", live, got, want)
		}
	}
	runtime.GC()
	if liveHeap() == 0 {
		t.Error("this release of Go does not tell how much is in use")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.go"), make([]byte, 7), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := sourceSize(dir, []string{"a.go", filepath.Join(dir, "a.go"), "none.go"}); got != 14 {
		t.Errorf("size %d, want 14", got)
	}
}

// TestSpare has a check that is in need of the facts of two analyzers, of one
// through another one that makes none.
func TestSpare(t *testing.T) {
	nothing := func(*analysis.Pass) (any, error) { return nil, nil }
	near := &analysis.Analyzer{Name: "near", Doc: "near", Run: nothing, FactTypes: []analysis.Fact{new(nearFact)}}
	far := &analysis.Analyzer{Name: "far", Doc: "far", Run: nothing, FactTypes: []analysis.Fact{new(farFact)}, Requires: []*analysis.Analyzer{near}}
	through := &analysis.Analyzer{Name: "through", Doc: "through", Run: nothing, Requires: []*analysis.Analyzer{far}}
	ran := false
	check := &analysis.Analyzer{Name: "check", Doc: "check", Requires: []*analysis.Analyzer{near, through},
		Run: func(*analysis.Pass) (any, error) { ran = true; return nil, nil }}
	spare([]*analysis.Analyzer{check, far})
	if got := check.Requires; !slices.Equal(got, []*analysis.Analyzer{near, far}) || len(far.Requires) != 1 {
		t.Errorf("required are %v and by far %v", got, far.Requires)
	}
	if _, err := check.Run(nil); err != nil || ran {
		t.Errorf("the check ran: %v, %v", ran, err)
	}
	if err := analysis.Validate([]*analysis.Analyzer{check, far}); err != nil {
		t.Error(err)
	}
}

type (
	nearFact struct{}
	farFact  struct{}
)

func (*nearFact) AFact() {}
func (*farFact) AFact()  {}
