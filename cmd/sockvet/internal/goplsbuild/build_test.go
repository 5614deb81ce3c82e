package goplsbuild

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// The program itself is built and used by the tests in integration/drivers.

func TestNewer(t *testing.T) {
	for _, tt := range []struct{ a, b, want string }{
		{"1.26.0", "1.26.0", "1.26.0"},
		{"1.26.0", "1.27", "1.27"},
		{"1.9", "1.26.0", "1.26.0"},
		{"1.26.10", "1.26.9", "1.26.10"},
		{"1.26", "1.26.1", "1.26.1"},
	} {
		if got := newer(tt.a, tt.b); got != tt.want {
			t.Errorf("newer(%s, %s) = %s, want %s", tt.a, tt.b, got, tt.want)
		}
	}
}

// TestChecks: whatever a setting holds, the file is Go and has it.
func TestChecks(t *testing.T) {
	for _, flags := range [][]Flag{nil, {{"connclose", "netmodel", `C:\a "b"`}, {"listenbacklog", "min-backlog", "64"}}} {
		text, err := Config{Flags: flags}.checks()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "checks.go", text, 0); err != nil {
			t.Error(err)
		}
		if has := strings.Contains(string(text), `{"connclose", "netmodel", "C:\\a \"b\""}`); has != (flags != nil) {
			t.Errorf("settings %v in\n%s", flags, text)
		}
	}
}

func TestSource(t *testing.T) {
	got, err := Source()
	want, absErr := filepath.Abs(filepath.Join("..", "..", "..", ".."))
	if err != nil || absErr != nil || got != want {
		t.Errorf("Source = %q, %v, want %q", got, err, want)
	}
	if _, err := Root(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is not a checkout") {
		t.Errorf("Root of an empty directory: %v", err)
	}
}

// TestPins: the modules that have to be those of gopls are replaced by them.
func TestPins(t *testing.T) {
	m := modFile{Require: []struct{ Path, Version string }{{"a", "v1"}, {"b", "v2"}}}
	if m.version("b") != "v2" || m.version("c") != "" {
		t.Errorf("versions %q, %q", m.version("b"), m.version("c"))
	}
	dir := t.TempDir()
	c := Config{Go: "go", Source: filepath.Join("..", "..", "..", "..")}
	var err error
	if c.Source, err = filepath.Abs(c.Source); err != nil {
		t.Fatal(err)
	}
	theirs := filepath.Join(c.Source, "go.mod") // requires what gopls does
	text, err := c.goMod(t.Context(), dir, downloaded{Version: "v0.1.0", GoMod: theirs})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"module golang.org/x/tools/gopls/sockvet\n", "golang.org/x/tools/gopls v0.1.0\n", "replace golang.org/x/tools => golang.org/x/tools v", "replace honnef.co/go/tools => honnef.co/go/tools v"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
