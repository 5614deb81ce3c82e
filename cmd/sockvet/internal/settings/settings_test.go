package settings

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/checks"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/testtool/testsuite"
)

func catalog() checks.Catalog { return checks.New(testsuite.New()) }

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	file := write(t, dir, FileName, `{
		"checks": ["all", "-naming"],
		"tests": true,
		"tags": "a,b",
		"netmodel": "m.json",
		"baseline": "/abs/b.json",
		"settings": {"printer": {"tests": true, "depth": 3, "netmodel": "n.json"}}
	}`)
	got, err := Load(file, catalog())
	if err != nil {
		t.Fatal(err)
	}
	want := Settings{
		Checks:   []string{"all", "-naming"},
		Tests:    true,
		Tags:     "a,b",
		NetModel: filepath.Join(dir, "m.json"),
		Baseline: "/abs/b.json",
		Flags: []Flag{
			{"printer", "depth", "3"},
			{"printer", "netmodel", filepath.Join(dir, "n.json")},
			{"printer", "tests", "true"},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got := want.Flags[0].String(); got != "-printer.depth=3" {
		t.Errorf("flag %q", got)
	}
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	for in, want := range map[string]string{
		"{\n\"chekcs\": []}":                     `line 2: unknown setting "chekcs"`,
		`{"checks": ["nope"]}`:                   `checks: unknown check "nope"; there are naming, printer`,
		"{\n\"tests\": 3}":                       "line 2: tests must be a boolean, not a number",
		"{\n\n\"tests\": tru}":                   "line 3: invalid character",
		`{"checks": "a"}`:                        "checks must be a list, not a string",
		"{}\n{}":                                 "more than one JSON value",
		``:                                       "EOF",
		`{"settings": {"nope": {}}}`:             `settings: unknown check "nope"`,
		`{"settings": {"printer": {"dpth": 1}}}`: `settings: printer: unknown setting "dpth"; there are debug, depth, netmodel, suppressed, tests`,
		`{"settings": {"printer": {"depth": "x"}}}`:     `settings: printer: depth: "x" is not a whole number`,
		`{"settings": {"printer": {"depth": {}}}}`:      `depth: {} is not a string`,
		`{"settings": {"printer": {"depth": null}}}`:    `depth: null is not a string`,
		`{"settings": {"printer": {"depth": [1, {}]}}}`: "depth: {} is not a string",
	} {
		file := write(t, dir, "c.json", in)
		_, err := Load(file, catalog())
		if err == nil || !strings.HasPrefix(err.Error(), file+": ") || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line with the file and %q", in, err, want)
		}
	}
	if _, err := Load(filepath.Join(dir, "gone"), catalog()); err == nil || strings.Count(err.Error(), "gone") != 1 {
		t.Errorf("a file that does not exist: %v", err)
	}
}

func TestValues(t *testing.T) {
	for in, want := range map[string]string{
		`"a b"`: "a b", `""`: "", `3`: "3", `1.5`: "1.5", `true`: "true", `["a", 2]`: "a,2", `[]`: "",
	} {
		if got, err := valueOf([]byte(in)); err != nil || got != want {
			t.Errorf("valueOf(%s) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.work", "")
	write(t, dir, "one/go.mod", "")
	write(t, dir, "two/go.mod", "")
	write(t, dir, "one/pkg/x.go", "")
	one, work := write(t, dir, "one/"+FileName, "{}"), write(t, dir, FileName, "{}")
	write(t, dir, "one/pkg/"+FileName, "{}") // not a root
	for from, want := range map[string]string{"one/pkg": one, "one": one, "two": work, ".": work} {
		if got := Find(filepath.Join(dir, from)); got != want {
			t.Errorf("Find(%s) = %q, want %q", from, got, want)
		}
	}
}
