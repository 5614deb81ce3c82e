package drivers

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// config is a configuration with the linters enabled: ours, and perhaps
// nolintlint.
func config(t *testing.T, settings, enable string) string {
	t.Helper()
	text := "version: \"2\"\nissues: {uniq-by-line: false}\nlinters:\n  default: none\n  enable: [" + enable + "]\n  settings:\n    custom:\n"
	for _, name := range strings.Split(enable, ", ") {
		if name != "nolintlint" {
			text += "      " + name + ": {type: module, settings: {" + settings + "}}\n"
		}
	}
	file := filepath.Join(t.TempDir(), ".golangci.yml")
	write(t, file, text)
	return file
}

func TestGolangciNolint(t *testing.T) {
	dir := module(t, "m.go", sample)
	cfg, cache := config(t, "", "connclose, listenbacklog, nolintlint"), t.TempDir()
	for _, tt := range []struct {
		name, source string
		want         []finding
	}{
		{"none", sample, []finding{leak, backlog}},
		{"nolint", commented("//nolint:connclose // the peer closes it", "//nolint:listenbacklog // a test"), nil},
		{"lint:ignore", commented("//lint:ignore connclose the peer closes it", ""), []finding{backlog}},
		{"another name", commented("//nolint:listenbacklog // wrong", ""), []finding{
			leak, backlog,
			// What hides nothing is told of, so what hides something must not be.
			{"m.go", 9, "nolintlint", "directive `//nolint:listenbacklog // wrong` is unused for linter \"listenbacklog\""},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			write(t, filepath.Join(dir, "m.go"), tt.source)
			got, r := lint(t, dir, cfg, cache, "./...")
			if len(got) == 0 && r.code != 0 {
				t.Fatalf("exit status %d: %s", r.code, r.stderr)
			}
			same(t, "golangci-lint", got, tt.want)
		})
	}
}

func TestGolangciSettings(t *testing.T) {
	dir := module(t, "m.go", "package m\n", "m_test.go", sample)
	tested := func(f finding) finding { f.File = "m_test.go"; return f }
	for _, tt := range []struct {
		settings, linter string
		want             []finding
	}{
		{"", "connclose", nil},
		{"tests: true", "connclose", []finding{tested(leak)}},
		{"tests: true", "listenbacklog", []finding{tested(backlog)}},
		{"tests: true, min-backlog: 5", "listenbacklog", nil},
	} {
		got, r := lint(t, dir, config(t, tt.settings, tt.linter), filepath.Join(scratch, "gcl-cache"), "./...")
		if r.code != 0 && r.code != 1 {
			t.Fatalf("%s: exit status %d: %s", tt.settings, r.code, r.stderr)
		}
		same(t, tt.linter+" with "+tt.settings, got, tt.want)
	}
}

// TestGolangciRelated: the steps are issues of their own when they are kept.
func TestGolangciRelated(t *testing.T) {
	dir := module(t, "m.go", sample)
	got, _ := lint(t, dir, config(t, "related: true", "connclose"), t.TempDir(), "./...")
	step := finding{"m.go", 13, "connclose", "connclose(related information): (net.Conn).Write fails"}
	if !slices.Contains(got, leak) || !slices.Contains(got, step) {
		t.Errorf("got %v, want %v and %v among them", got, leak, step)
	}
}

func TestGolangciWrongSettings(t *testing.T) {
	dir := module(t, "m.go", sample)
	for settings, want := range map[string]string{
		"min-backlog: 5":     `plugin(connclose): newPlugin unknown setting "min-backlog"; there are`,
		"tests: maybe":       `setting tests: "maybe" is not true or false`,
		"netmodel: rows.yml": `setting netmodel: want a list of rows`,
	} {
		_, r := lint(t, dir, config(t, settings, "connclose"), t.TempDir(), "./...")
		if r.code != 3 || !strings.Contains(r.stderr, want) {
			t.Errorf("%s: exit status %d, want 3 and %s in\n%s", settings, r.code, want, r.stderr)
		}
	}
}

// TestGolangciRows: rows of the configuration reach the analysis, and a change
// of them is noticed in spite of the cache.
func TestGolangciRows(t *testing.T) {
	dir := module(t, "m.go", sample+`
func borrow() error {
	c := take()
	return c.Close()
}

func take() net.Conn { return pool[0] }

var pool []net.Conn

func lose() { take() }
`)
	cache := t.TempDir()
	rows := `netmodel: [{func: example.com/m.take, acquires: [{result: 0, kind: conn}]}]`
	without, _ := lint(t, dir, config(t, "", "connclose"), cache, "./...")
	same(t, "without rows", without, []finding{leak})
	with, r := lint(t, dir, config(t, rows, "connclose"), cache, "./...")
	if len(with) != 2 || !slices.Contains(with, leak) {
		t.Errorf("with a row: %v, want one finding more\n%s", with, r.stderr)
	}
}

// TestGolangciEdits: a cached result does not outlive the source.
func TestGolangciEdits(t *testing.T) {
	dir := module(t, "m.go", sample)
	cfg, cache := config(t, "", "connclose, listenbacklog"), t.TempDir()
	for _, edit := range []struct {
		source string
		want   []finding
	}{
		{sample, []finding{leak, backlog}},
		{strings.Replace(sample, "fd, 5", "fd, 4096", 1), []finding{leak}},
		{sample, []finding{leak, backlog}},
	} {
		write(t, filepath.Join(dir, "m.go"), edit.source)
		got, _ := lint(t, dir, cfg, cache, "./...")
		same(t, "golangci-lint", got, edit.want)
	}
}

// TestGolangciCustom builds what .custom-gcl.yml describes as its users do,
// with "golangci-lint custom", but clones golangci-lint from the module cache.
func TestGolangciCustom(t *testing.T) {
	work := t.TempDir()
	upstream := localClone(t, work)
	text := read(t, filepath.Join(gclModule, ".custom-gcl.yml"))
	text = strings.Replace(text, "path: ../..", "path: "+checkout(t, work), 1)
	write(t, filepath.Join(work, ".custom-gcl.yml"), text)
	in(t, work, []string{
		"GIT_CONFIG_COUNT=2",
		"GIT_CONFIG_KEY_0=url." + upstream + ".insteadOf",
		"GIT_CONFIG_VALUE_0=https://github.com/golangci/golangci-lint.git",
		"GIT_CONFIG_KEY_1=safe.directory", "GIT_CONFIG_VALUE_1=*",
	}, golangci.path(t), "custom", "-v").want(t, 0)

	built := filepath.Join(work, "golangci-lint-sockvet")
	dir := module(t, "m.go", sample)
	r := in(t, dir, []string{"GOLANGCI_LINT_CACHE=" + t.TempDir()}, built,
		"run", "-c", filepath.Join(gclModule, "sockvet.golangci.yml"), "--path-mode", "abs").want(t, 1)
	for _, f := range []finding{leak, backlog} {
		if !strings.Contains(r.stdout, f.Message+" ("+f.Check+")") {
			t.Errorf("%s is not in\n%s", f.Message, r.stdout)
		}
	}
}

// localClone makes a git repository of golangci-lint's module, tagged with its
// version, and returns its path.
func localClone(t *testing.T, work string) string {
	t.Helper()
	r := in(t, gclModule, nil, "go", "list", "-m", "-f", "{{.Dir}} {{.Version}}", "github.com/golangci/golangci-lint/v2").want(t, 0)
	dir, version, _ := strings.Cut(strings.TrimSpace(r.stdout), " ")
	clone := filepath.Join(work, "upstream")
	if err := os.CopyFS(clone, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"init", "-q"},
		{"add", "-A", "-f"},
		{"-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", version},
		{"tag", version},
	} {
		in(t, clone, nil, "git", args...).want(t, 0)
	}
	return clone
}

// checkout copies what is committed or about to be, so that the builder hashes
// the sources and not what else may lie in the repository.
func checkout(t *testing.T, work string) string {
	t.Helper()
	dir := filepath.Join(work, "sockvet")
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "go.mod", "go.sum", "analyzers", "cmd")
	cmd.Dir = repository
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }) {
		if _, err := os.Stat(filepath.Join(repository, name)); err == nil {
			write(t, filepath.Join(dir, name), read(t, filepath.Join(repository, name)))
		}
	}
	return dir
}
