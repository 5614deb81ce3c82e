package drivers

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// finding is what all drivers have to agree on. Columns are left out: one shows
// them in bytes, another in UTF-16 units.
type finding struct {
	File    string // relative, with slashes
	Line    int
	Check   string
	Message string
}

func relative(dir, file string) string {
	if !filepath.IsAbs(file) {
		return filepath.ToSlash(file)
	}
	rel, err := filepath.Rel(dir, file)
	if err != nil {
		return file
	}
	return filepath.ToSlash(rel)
}

// set makes the findings comparable: in order, each once, as go vet reports a
// file again in the test variant of its package.
func set(findings []finding) []finding {
	slices.SortFunc(findings, func(a, b finding) int {
		return slices.Compare(a.key(), b.key())
	})
	return slices.Compact(findings)
}

func (f finding) key() []string {
	return []string{f.File, strconv.Itoa(1e6 + f.Line), f.Check, f.Message}
}

// same compares two sets of findings and shows a few that only one has.
func same(t *testing.T, name string, got, want []finding) {
	t.Helper()
	got, want = set(got), set(want)
	for _, side := range []struct {
		text     string
		has, not []finding
	}{{"only " + name, got, want}, {name + " lacks", want, got}} {
		shown := 0
		for _, f := range side.has {
			if slices.Contains(side.not, f) {
				continue
			}
			if shown++; shown > 5 {
				t.Errorf("%s: and more", side.text)
				break
			}
			t.Errorf("%s: %s:%d: %s: %s", side.text, f.File, f.Line, f.Check, f.Message)
		}
	}
}

// -- the command --

func byCommand(t *testing.T, dir string, args ...string) []finding {
	t.Helper()
	r := in(t, dir, nil, sockvet.path(t), append([]string{"-json"}, args...)...)
	if r.code != 0 && r.code != 1 {
		t.Fatalf("exit status %d: %s", r.code, r.stderr)
	}
	var all []struct {
		File, Check, Message string
		Line                 int
	}
	if err := json.Unmarshal([]byte(r.stdout), &all); err != nil {
		t.Fatal(err)
	}
	var out []finding
	for _, f := range all {
		out = append(out, finding{relative(dir, f.File), f.Line, f.Check, f.Message})
	}
	return out
}

// -- go vet --

func byVet(t *testing.T, dir string, args ...string) []finding {
	t.Helper()
	args = append([]string{"vet", "-vettool=" + sockvet.path(t), "-json"}, args...)
	r := in(t, dir, nil, "go", args...).want(t, 0)
	// It writes one object a package, to standard output or, before Go 1.25, to
	// standard error between comment lines.
	var out []finding
	dec := json.NewDecoder(strings.NewReader(withoutComments(r.stdout + r.stderr)))
	for {
		var unit map[string]map[string]json.RawMessage
		if err := dec.Decode(&unit); err == io.EOF {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		for _, checks := range unit {
			for check, text := range checks {
				out = append(out, vetFindings(t, dir, check, text)...)
			}
		}
	}
}

func withoutComments(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			b.WriteString(line)
		}
	}
	return b.String()
}

func vetFindings(t *testing.T, dir, check string, text []byte) []finding {
	t.Helper()
	var all []struct{ Posn, Message string }
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&all); err != nil {
		t.Fatalf("%s: %v: %s", check, err, text)
	}
	var out []finding
	for _, d := range all {
		file, line := splitPosn(t, d.Posn)
		out = append(out, finding{relative(dir, file), line, check, d.Message})
	}
	return out
}

// splitPosn takes file:line:column apart.
func splitPosn(t *testing.T, posn string) (file string, line int) {
	t.Helper()
	parts := strings.Split(posn, ":")
	n := len(parts)
	if n < 3 {
		t.Fatalf("position %q", posn)
	}
	line, err := strconv.Atoi(parts[n-2])
	if err != nil {
		t.Fatalf("position %q: %v", posn, err)
	}
	return strings.Join(parts[:n-2], ":"), line
}

// -- golangci-lint --

func byGolangci(t *testing.T, dir string, args ...string) []finding {
	t.Helper()
	out, r := lint(t, dir, filepath.Join(gclModule, "sockvet.golangci.yml"), filepath.Join(scratch, "gcl-cache"), args...)
	if r.code != 0 && r.code != 1 {
		t.Fatalf("exit status %d: %s", r.code, r.stderr)
	}
	return out
}

// lint runs golangci-lint with a configuration and a cache of its own.
func lint(t *testing.T, dir, config, cache string, args ...string) ([]finding, result) {
	t.Helper()
	report := filepath.Join(t.TempDir(), "report.json")
	args = append([]string{
		"run", "-c", config, "--path-mode", "abs", "--show-stats=false",
		"--output.json.path", report, "--output.text.path", "stderr",
	}, args...)
	r := in(t, dir, []string{"GOLANGCI_LINT_CACHE=" + cache}, golangci.path(t), args...)
	if r.code != 0 && r.code != 1 {
		return nil, r
	}
	var all struct {
		Issues []struct {
			FromLinter, Text string
			Pos              struct {
				Filename string
				Line     int
			}
		}
	}
	if err := json.Unmarshal([]byte(read(t, report)), &all); err != nil {
		t.Fatal(err)
	}
	var out []finding
	for _, i := range all.Issues {
		out = append(out, finding{relative(dir, i.Pos.Filename), i.Pos.Line, i.FromLinter, i.Text})
	}
	return out, r
}
