package gclplugin_test

import (
	"os"
	"strings"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/sockvet/sockvet/analyzers"
	"github.com/sockvet/sockvet/cmd/gclplugin"
)

// TestMain keeps rows out of the developer's cache directory.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "gclplugin-")
	if err != nil {
		panic(err)
	}
	if err := os.Setenv("XDG_CACHE_HOME", dir); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(dir) // what is left is in the temporary directory
	os.Exit(code)
}

type conf = map[string]any

// TestRegistered: each check is a plugin of its name, with one analyzer of its
// name, or golangci-lint would put the name before each message.
func TestRegistered(t *testing.T) {
	for _, a := range analyzers.Suite() {
		newPlugin, err := register.GetPlugin(a.Name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := newPlugin(nil)
		if err != nil {
			t.Fatalf("%s without settings: %v", a.Name, err)
		}
		built, err := p.BuildAnalyzers()
		if err != nil || len(built) != 1 || built[0].Name != a.Name || p.GetLoadMode() != register.LoadModeTypesInfo {
			t.Errorf("%s: analyzers %v, load mode %s, error %v", a.Name, built, p.GetLoadMode(), err)
		}
		if err := analysis.Validate(built); err != nil {
			t.Error(err)
		}
	}
}

func check(t *testing.T, name string) *analysis.Analyzer {
	t.Helper()
	for _, a := range analyzers.Suite() {
		if a.Name == name {
			return a
		}
	}
	t.Fatalf("no check %s", name)
	return nil
}

func TestSettings(t *testing.T) {
	a := check(t, "listenbacklog")
	value := func(name string) string { return a.Flags.Lookup(name).Value.String() }

	if _, err := gclplugin.New(a, conf{"min-backlog": 64, "tests": true}); err != nil {
		t.Fatal(err)
	}
	if value("min-backlog") != "64" || value("tests") != "true" || value("nolint") != "false" {
		t.Errorf("min-backlog %s, tests %s, nolint %s", value("min-backlog"), value("tests"), value("nolint"))
	}
	// A later configuration does not inherit what it leaves out.
	if _, err := gclplugin.New(a, conf{}); err != nil {
		t.Fatal(err)
	}
	if value("min-backlog") != "128" || value("tests") != "false" {
		t.Errorf("left over: min-backlog %s, tests %s", value("min-backlog"), value("tests"))
	}
}

func TestWrongSettings(t *testing.T) {
	a := check(t, "listenbacklog")
	for _, tt := range []struct {
		conf any
		want string
	}{
		{conf{"min-backlogs": 64}, `unknown setting "min-backlogs"; there are min-backlog, netmodel, related, tests`},
		{conf{"report-return": true}, `unknown setting "report-return"`},
		{conf{"nolint": true}, `unknown setting "nolint"`},
		{conf{"std": true}, `unknown setting "std"`},
		{conf{"min-backlog": "many"}, `setting min-backlog: "many" is not a whole number`},
		{conf{"min-backlog": []int{1}}, `setting min-backlog: [1] is not a whole number`},
		{conf{"min-backlog": 1.5}, `setting min-backlog: 1.5 is not a whole number`},
		{conf{"tests": "perhaps"}, `setting tests: "perhaps" is not true or false`},
		{conf{"related": 1}, `setting related: 1 is not true or false`},
		{conf{"netmodel": "rows.json"}, `setting netmodel: want a list of rows, not "rows.json"`},
		{conf{"netmodel": []any{conf{"func": "nonsense"}}}, `setting netmodel: row 1 (nonsense): bad key`},
		{conf{"netmodel": []any{conf{"func": "a.F", "acquire": 1}}}, `setting netmodel: row 1 (a.F): unknown field "acquire"`},
		{[]int{1}, `settings: want names and values, not [1]`},
	} {
		_, err := gclplugin.New(a, tt.conf)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: error %v, want %s", tt.conf, err, tt.want)
		}
	}
}

// TestRows: rows of one check are those of all, so two lists are one too many.
func TestRows(t *testing.T) {
	first, second := check(t, "connclose"), check(t, "acceptblock")
	rows := []any{conf{"func": "example.com/pool.Get", "acquires": []any{conf{"result": 0, "kind": "conn"}}}}
	for _, a := range []*analysis.Analyzer{first, second} {
		if _, err := gclplugin.New(a, conf{"netmodel": rows}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := gclplugin.New(second, nil); err != nil {
		t.Fatal(err)
	}
	file := first.Flags.Lookup("netmodel").Value.String()
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "example.com/pool.Get") {
		t.Errorf("rows in %q: %s, %v", file, text, err)
	}
	other := []any{conf{"func": "example.com/pool.Put"}}
	if _, err := gclplugin.New(second, conf{"netmodel": other}); err == nil || !strings.Contains(err.Error(), "another check has other rows") {
		t.Errorf("other rows: %v", err)
	}
}

// TestRelated: the steps are dropped unless they are asked for.
func TestRelated(t *testing.T) {
	inner := &analysis.Analyzer{Name: "x", Doc: "x: does y", Run: func(pass *analysis.Pass) (any, error) {
		pass.Report(analysis.Diagnostic{Message: "m", Related: []analysis.RelatedInformation{{Message: "step"}}})
		return nil, nil
	}}
	for conf, want := range map[*conf]int{{}: 0, {"related": true}: 1} {
		p, err := gclplugin.New(inner, *conf)
		if err != nil {
			t.Fatal(err)
		}
		built, _ := p.BuildAnalyzers()
		var got []analysis.Diagnostic
		pass := &analysis.Pass{Report: func(d analysis.Diagnostic) { got = append(got, d) }}
		if _, err := built[0].Run(pass); err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || got[0].Message != "m" || len(got[0].Related) != want {
			t.Errorf("%v: %+v, want %d steps", *conf, got, want)
		}
	}
}
