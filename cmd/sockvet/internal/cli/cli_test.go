package cli_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/cli"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/testtool/testsuite"
	"golang.org/x/tools/txtar"
)

// tool is the vet tool with the checks of the tests. The command itself runs
// in the process of the test.
var tool string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "sockvet-cli-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	tool = filepath.Join(dir, "sockvet")
	build := exec.Command("go", "build", "-o", tool, "../testtool")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v: %s", err, out)
		return 1
	}
	// What the developer has set must not change what the go command says.
	for name, value := range map[string]string{
		"GOFLAGS": "", "GOWORK": "", "GOPROXY": "off", "XDG_CACHE_HOME": filepath.Join(dir, "cache"), "GOCACHE": goCache(),
	} {
		if err := os.Setenv(name, value); err != nil {
			return 1
		}
	}
	return m.Run()
}

// goCache is asked for before the cache directory is moved away.
func goCache() string {
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		return os.Getenv("GOCACHE")
	}
	return strings.TrimSpace(string(out))
}

// project is a directory with sources in it.
type project string

func newProject(t *testing.T, archives ...string) project {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p := project(dir)
	for _, name := range archives {
		ar, err := txtar.ParseFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range ar.Files {
			p.write(t, f.Name, string(f.Data))
		}
	}
	return p
}

func (p project) path(name string) string { return filepath.Join(string(p), filepath.FromSlash(name)) }

func (p project) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(p.path(name)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p.path(name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (p project) read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(p.path(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

type result struct {
	code        int
	out, errors string
}

// findings are the first lines of the findings of a text report.
func (r result) findings() []string {
	var lines []string
	for line := range strings.Lines(r.out) {
		if place.MatchString(line) {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}

var place = regexp.MustCompile(`^\S+:\d+:\d+: `)

func (p project) env(args ...string) (cli.Env, *bytes.Buffer, *bytes.Buffer) {
	var stdout, stderr bytes.Buffer
	return cli.Env{
		Args:       args,
		Stdout:     &stdout,
		Stderr:     &stderr,
		Dir:        string(p),
		Executable: tool,
		Version:    "v0.0.0-test",
		Getenv:     func(string) string { return "" },
		Suite:      testsuite.New(),
	}, &stdout, &stderr
}

func (p project) run(args ...string) result {
	env, stdout, stderr := p.env(args...)
	code := cli.Run(context.Background(), env)
	return result{code, stdout.String(), stderr.String()}
}

// expect runs the command and compares the findings and the status.
func (p project) expect(t *testing.T, code int, findings []string, args ...string) result {
	t.Helper()
	r := p.run(args...)
	if got := r.findings(); r.code != code || !slices.Equal(got, findings) {
		t.Errorf("sockvet %s: status %d, want %d; findings\n  %s\nwant\n  %s\nstderr:\n%s", strings.Join(args, " "),
			r.code, code, strings.Join(got, "\n  "), strings.Join(findings, "\n  "), r.errors)
	}
	return r
}

const (
	inA  = "a/a.go:5:3: printer: call of println"
	inB  = "b/b.go:8:2: printer: call of Loud, which prints"
	fooB = "b/b.go:6:6: naming: variable named foo on line 6"
	tagB = "b/b_tagged.go:5:17: printer: call of println"
	fooT = "b/b_test.go:4:6: naming: variable named foo on line 4"
	inT  = "b/b_test.go:5:2: printer: call of println"
)

func TestText(t *testing.T) {
	p := newProject(t, "project.txtar")
	r := p.expect(t, 1, []string{inA, fooB, inB}, "./...")
	const want = `a/a.go:5:3: printer: call of println
   3 | func Loud(x int) {
     |      ^^^^ 1 in this function
`
	if !strings.Contains(r.out, "  fix: drop the arguments\n") || !strings.Contains(r.out, "3 | func Loud(x int) {\n     |      ^^^^ 1 in this function\n") {
		t.Errorf("the report lacks the path or the fix, as in\n%s\ngot\n%s", want, r.out)
	}
	if r.errors != "sockvet: 3 findings: printer 2, naming 1\n" {
		t.Errorf("stderr %q", r.errors)
	}
	if again := p.run("./..."); again != r {
		t.Errorf("the second run differs:\n%s%s", again.out, again.errors)
	}
}

func TestClean(t *testing.T) {
	if r := newProject(t, "project.txtar").run("./clean"); r != (result{}) {
		t.Errorf("got %+v, want silence", r)
	}
}

func TestSelection(t *testing.T) {
	p := newProject(t, "project.txtar")
	p.expect(t, 1, []string{fooB}, "-checks", "naming", "./...")
	p.expect(t, 1, []string{inA, inB}, "-checks=-naming", "./...")
	p.expect(t, 1, []string{fooB}, "-printer=false", "./...")
	p.expect(t, 1, []string{inA, fooB, inB, fooT, inT}, "-tests", "./...")
	p.expect(t, 1, []string{fooB, inB, inT}, "-printer.tests", "./b")
	p.expect(t, 1, []string{inA, fooB, inB, tagB}, "-tags", "extra,other", "./...")
	p.expect(t, 1, []string{inA, fooB}, "-printer.depth=0", "./...")
	p.expect(t, 1, []string{inA}, "./a", "-printer.depth=0", "./clean", "-checks=printer")
	p.expect(t, 1, []string{strings.TrimPrefix(inA, "a/")}, "-C", "a", ".")
	p.expect(t, 0, nil, "-checks", "naming", "--", "./a")
}

func TestSettingsFile(t *testing.T) {
	p := newProject(t, "project.txtar")
	p.write(t, ".sockvet.json", `{"checks": ["printer"], "tests": true, "tags": "extra", "settings": {"printer": {"depth": 0}}}`)
	p.expect(t, 1, []string{inA, tagB, inT}, "./...")
	p.expect(t, 1, []string{inA, inB}, "-tests=false", "-tags=", "-printer.depth=1", "./...")
	p.write(t, "other.json", `{"checks": ["naming"]}`)
	p.expect(t, 1, []string{fooB}, "-config", "other.json", "./...")
	if r := newProject(t).run("-C", string(p), "-config", "gone.json", "./..."); r.code != 2 || r.errors != "sockvet: "+p.path("gone.json")+": no such file or directory\n" {
		t.Errorf("got %+v", r)
	}
}

// TestBroken is about trees that are not in order: nothing that can be found
// is lost, and each mistake is one line.
func TestBroken(t *testing.T) {
	good := []string{
		"good/good.go:3:12: printer: call of println",
		"goodbutfortestcycle/a.go:3:12: printer: call of println",
		"goodbutfortestimport/a.go:3:12: printer: call of println",
		"goodbutfortests/a.go:3:12: printer: call of println",
		"goodbutforxtests/a.go:3:12: printer: call of println",
	}
	p := newProject(t, "broken.txtar")
	r := p.expect(t, 2, good, "./...")
	lines := []string{
		"sockvet: typeerror/a.go:4:2: undefined: undefinedOne (and 1 more error)",
		"sockvet: syntaxerror/a.go:3:9: expected ')', found '{'",
		"sockvet: goodbutfortests/a_test.go:3:17: undefined: undefinedInTest",
		"sockvet: goodbutforxtests/a_test.go:3:17: undefined: undefinedInXTest",
		"sockvet: package example.com/m/goodbutfortestcycle imports example.com/m/cycle from a_test.go imports example.com/m/goodbutfortestcycle from a.go: import cycle not allowed in test [example.com/m/goodbutfortestcycle]",
		"sockvet: not analysed: it imports a package that could not be [example.com/m/importstypeerror]",
		"sockvet: 5 findings: printer 5",
	}
	checkLines(t, r.errors, lines)
	r2 := p.run("./...")
	if r2 != r {
		t.Errorf("the second run differs:\n%s\n%s", r2.errors, r.errors)
	}

	for _, f := range txtarFiles(t, "unloadable.txtar") {
		p.write(t, f.Name, string(f.Data))
	}
	good = slices.Insert(good, 1, "goodbutformissing/a.go:3:12: printer: call of println")
	r = p.expect(t, 2, good, "./...")
	lines[len(lines)-2] = "sockvet: 2 packages not analysed: they import one that could not be: example.com/m/importsmissing, example.com/m/importstypeerror"
	lines[len(lines)-1] = "sockvet: 6 findings: printer 6"
	checkLines(t, r.errors, append(lines,
		"sockvet: missingimport/a.go:3:8: no required module provides package example.com/nowhere; to add it: go get example.com/nowhere",
		"sockvet: goodbutformissing/a_test.go:3:8: no required module provides package example.com/elsewhere; to add it: go get example.com/elsewhere",
		"sockvet: found packages one (a.go) and two (b.go) in "+p.path("twopackages"),
	))
}

func txtarFiles(t *testing.T, name string) []txtar.File {
	t.Helper()
	ar, err := txtar.ParseFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return ar.Files
}

// checkLines compares lines regardless of their order.
func checkLines(t *testing.T, text string, want []string) {
	t.Helper()
	got := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("lines\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// TestMistakes: one line on stderr, nothing on stdout, status 2.
func TestMistakes(t *testing.T) {
	p, outside := newProject(t, "project.txtar"), newProject(t)
	outside.write(t, "x.go", "package x\n")
	for _, tt := range []struct {
		p    project
		args string
		want string
	}{
		{p, "-zork ./...", "unknown flag -zork; see sockvet help"},
		{p, "-printer.zork=1 ./...", "unknown flag -printer.zork"},
		{p, "-printer.depth=x ./...", `"x" is not a whole number`},
		{p, "-checks nope ./...", `unknown check "nope"; there are naming, printer`},
		{p, "-checks -naming,-printer ./...", "no check is left"},
		{p, "-checks naming -printer=false ./...", "cannot be used together"},
		{p, "-json -sarif ./...", "cannot be used together"},
		{p, "-diff -json ./...", "-diff prints a patch"},
		{p, "-color sometimes ./...", "-color is auto, always or never"},
		{p, "-o", "flag needs an argument: -o"},
		{p, "-o no/where/x ./...", "no such directory"},
		{p, "-html no/where/x ./...", "no such directory"},
		{p, "-json", "no packages given"},
		{p, "-C nowhere ./...", "nowhere is not a directory"},
		{p, "-write-baseline ./...", "needs -baseline FILE"},
		{p, "-baseline none.json ./...", "there is no baseline"},
		{p, "-netmodel none.json ./...", "no such file"},
		{p, "-mod nonsense ./...", "nonsense"},
		{p, "./nothere", "directory not found"},
		{p, "./nothere/...", "no such file or directory"},
		{p, "example.com/nothere", "no required module provides package example.com/nothere"},
		{p, "./a/nothere.go", "a/nothere.go: directory not found"},
		{outside, "./...", "does not contain main module"},
		{outside, ".", "go.mod file not found"},
		{p, "explain", "explain takes the name of one check"},
		{p, "explain nope", `unknown check "nope"`},
		{p, "list x", "no arguments"},
		{p, "version x", "no arguments"},
	} {
		r := tt.p.run(strings.Fields(tt.args)...)
		if r.code != 2 || r.out != "" || strings.Count(r.errors, "\n") != 1 ||
			!strings.HasPrefix(r.errors, "sockvet: ") || !strings.Contains(r.errors, tt.want) {
			t.Errorf("sockvet %s: status %d, want 2; want one line with %q, got\n%s%s", tt.args, r.code, tt.want, r.out, r.errors)
		}
	}
}

func TestGoModErrors(t *testing.T) {
	p := newProject(t, "project.txtar")
	p.write(t, "go.mod", "module example.com/m\n\ngo 1.26.0\nfrobnicate\n")
	r := p.run("./...")
	if r.code != 2 || strings.Count(r.errors, "\n") != 1 || !strings.Contains(r.errors, "errors parsing go.mod: go.mod:4: unknown directive: frobnicate") {
		t.Errorf("got %+v", r)
	}
}

func TestNoGoCommand(t *testing.T) {
	p := newProject(t, "project.txtar")
	t.Setenv("PATH", "")
	if r := p.run("./..."); r.code != 2 || r.errors != "sockvet: the go command is not in PATH\n" {
		t.Errorf("got %+v", r)
	}
}

// TestUnusedSuppressions: of the comments with the name of a check those are
// reported that silence nothing, of the others none.
func TestUnusedSuppressions(t *testing.T) {
	p := newProject(t, "project.txtar")
	p.write(t, "s/s.go", `package s

func f() {
	println() //nolint:printer // wanted
	print()   //nolint:printer // of no use
	print()   //nolint:naming,printer,other // nor this
	print()   //nolint:other
	print()   //nolint
	//lint:ignore printer
	print()
	println() //nolint:printer,naming
	print()   //nolint:sockvet
}
`)
	p.write(t, "s/s_test.go", "package s\n\nfunc g() {} //nolint:printer\n")
	p.write(t, "s/gen.go", "// Code generated by hand. DO NOT EDIT.\n\npackage s\n\nfunc h() {} //nolint:printer\n")
	want := []string{
		"s/s.go:5:12: unused-suppression: nothing is silenced here for printer",
		"s/s.go:6:12: unused-suppression: nothing is silenced here for naming, printer",
		"s/s.go:9:2: unused-suppression: without a reason this comment silences nothing",
		"s/s.go:11:12: unused-suppression: nothing is silenced here for naming",
		"s/s.go:12:12: unused-suppression: nothing is silenced here for sockvet",
	}
	p.expect(t, 0, nil, "./s")
	p.expect(t, 1, want, "-unused-suppressions", "./s")
	p.expect(t, 1, append(want, "s/s_test.go:3:13: unused-suppression: nothing is silenced here for printer"), "-unused-suppressions", "-tests", "./s")
	p.expect(t, 1, []string{strings.TrimSuffix(want[1], ", printer"), want[3]}, "-unused-suppressions", "-checks=naming", "./s")
	if r := p.run("-unused-suppressions", "-printer", "./s"); r.code != 2 || !strings.Contains(r.errors, "-printer=true and -unused-suppressions cannot be used together") {
		t.Errorf("with a toggle: %+v", r)
	}

	p.write(t, "bad/bad.go", "package bad\n\nvar x int = undefined //nolint:printer\n")
	r := p.expect(t, 2, nil, "-unused-suppressions", "./s", "./bad")
	if !strings.Contains(r.errors, "comments that silence nothing are not reported") {
		t.Errorf("stderr %q", r.errors)
	}
}
