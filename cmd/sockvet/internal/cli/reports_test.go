package cli_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/cli"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/codequality"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/jsonreport"
)

func TestJSON(t *testing.T) {
	p := newProject(t, "project.txtar")
	r := p.run("-json", "./...")
	var got []jsonreport.Finding
	if err := json.Unmarshal([]byte(r.out), &got); err != nil || r.code != 1 || len(got) != 3 {
		t.Fatalf("status %d, %v: %s", r.code, err, r.out)
	}
	loud := got[2]
	if loud.Check != "printer" || loud.Package != "example.com/m/b" || loud.File != "b/b.go" || loud.Line != 8 || loud.Col != 2 ||
		loud.URL != "https://example.com/checks/printer.md" || len(loud.Related) != 3 || loud.Related[2].File != "a/a.go" {
		t.Errorf("finding %+v", loud)
	}
	if fix := got[0].Fixes[0].Edits[0]; fix.File != "a/a.go" || fix.New != "" || fix.End <= fix.Start {
		t.Errorf("edit %+v", fix)
	}
	if r := p.run("-json", "./clean"); r.out != "[]\n" || r.code != 0 {
		t.Errorf("nothing found: %+v", r)
	}
}

func TestSARIF(t *testing.T) {
	p := newProject(t, "broken.txtar")
	r := p.run("-sarif", "-o", "out.sarif", "./...")
	var log struct {
		Runs []struct {
			Results     []struct{ RuleID string }
			Invocations []struct {
				ExecutionSuccessful        bool
				ExitCode                   int
				ToolExecutionNotifications []struct{ Message struct{ Text string } }
			}
			OriginalURIBaseIDs map[string]struct{ URI string }
		}
	}
	if err := json.Unmarshal([]byte(p.read(t, "out.sarif")), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	in := run.Invocations[0]
	if r.out != "" || r.code != 2 || len(run.Results) != 5 || in.ExecutionSuccessful || in.ExitCode != 2 || len(in.ToolExecutionNotifications) != 6 {
		t.Errorf("status %d, stdout %q, run %+v", r.code, r.out, run)
	}
	if uri := run.OriginalURIBaseIDs["%SRCROOT%"].URI; uri != "file://"+string(p)+"/" {
		t.Errorf("root %q", uri)
	}
}

func TestCodeQuality(t *testing.T) {
	p := newProject(t, "project.txtar")
	r := p.run("-codequality", "./...")
	var issues []codequality.Issue
	if err := json.Unmarshal([]byte(r.out), &issues); err != nil || r.code != 1 || len(issues) != 3 {
		t.Fatalf("status %d, %v: %s", r.code, err, r.out)
	}
	if last := issues[2]; last.CheckName != "printer" || last.Location.Path != "b/b.go" || last.Location.Lines.Begin != 8 {
		t.Errorf("issue %+v", last)
	}
}

func TestHTML(t *testing.T) {
	p := newProject(t, "project.txtar")
	r := p.run("-html", "report.html", "-o", "report.txt", "./...")
	page := p.read(t, "report.html")
	if r.code != 1 || r.out != "" || !strings.Contains(page, "call of Loud, which prints") || strings.Count(page, `<section class="finding"`) != 3 {
		t.Errorf("status %d, stdout %q", r.code, r.out)
	}
	if text := p.read(t, "report.txt"); !strings.Contains(text, inB) {
		t.Errorf("-o has\n%s", text)
	}
	if !strings.Contains(r.errors, "sockvet: report in report.html\n") {
		t.Errorf("stderr %q", r.errors)
	}
}

func TestColor(t *testing.T) {
	p := newProject(t, "project.txtar")
	for _, tt := range []struct {
		args     string
		env      string
		terminal bool
		want     bool
	}{
		{"", "", true, true},
		{"", "", false, false},
		{"-color=always", "", false, true},
		{"-color=never", "", true, false},
		{"", "NO_COLOR=1", true, false},
		{"-color=always", "NO_COLOR=1", true, true},
		{"", "TERM=dumb", true, false},
		{"-json", "", true, false},
		{"-o=out", "", true, false},
	} {
		env, stdout, _ := p.env(append(strings.Fields(tt.args), "./...")...)
		env.StdoutTerm = tt.terminal
		env.Getenv = func(name string) string {
			value, _ := strings.CutPrefix(tt.env, name+"=")
			if value == tt.env {
				return ""
			}
			return value
		}
		cli.Run(context.Background(), env)
		text := stdout.String()
		if tt.args == "-o=out" {
			text = p.read(t, "out")
		}
		if got := strings.Contains(text, "\x1b["); got != tt.want {
			t.Errorf("%q, %q, terminal %v: colour %v, want %v", tt.args, tt.env, tt.terminal, got, tt.want)
		}
	}
}

func TestBaseline(t *testing.T) {
	p := newProject(t, "project.txtar")
	r := p.run("-baseline", "base.json", "-write-baseline", "./...")
	if r.code != 0 || r.out != "" || r.errors != "sockvet: wrote 3 findings to base.json\n" {
		t.Fatalf("writing: %+v", r)
	}
	written := p.read(t, "base.json")
	r = p.expect(t, 0, nil, "-baseline", "base.json", "./...")
	if r.errors != "sockvet: 3 findings in the baseline not shown\n" {
		t.Errorf("stderr %q", r.errors)
	}

	// Everything moves down and one finding comes.
	moved := strings.Replace(p.read(t, "b/b.go"), "func B() {", "// B is\n// moved.\nfunc B() {\n\tprintln()", 1)
	p.write(t, "b/b.go", moved)
	p.expect(t, 1, []string{"b/b.go:8:2: printer: call of println"}, "-baseline", "base.json", "./...")

	// One is mended, another of the same kind comes in another function.
	p.write(t, "a/a.go", "package a\n\nfunc Loud(x int) {}\n\nfunc other() { println() }\n\nfunc Quiet() {}\n")
	r = p.expect(t, 1, []string{"a/a.go:5:16: printer: call of println"}, "-baseline", "base.json", "./a")
	if !strings.Contains(r.errors, "sockvet: 1 finding of the baseline not found any more\n") {
		t.Errorf("stderr %q", r.errors)
	}
	p.write(t, "a/a.go", "package a\n\nfunc Loud(x int) {}\n\nfunc Quiet() {}\n")
	p.write(t, "b/b.go", "package b\n")
	for args, want := range map[string]string{
		"./...":                 "sockvet: 3 findings of the baseline not found any more\n",
		"-checks=naming ./...":  "sockvet: 1 finding of the baseline not found any more\n",
		"./clean":               "",
		"-checks=printer ./a/.": "sockvet: 1 finding of the baseline not found any more\n",
	} {
		r := p.run(append([]string{"-baseline", "base.json"}, strings.Fields(args)...)...)
		if r.code != 0 || r.errors != want {
			t.Errorf("all mended, %s: %+v", args, r)
		}
	}
	if p.read(t, "base.json") != written {
		t.Error("the baseline was written without being asked for")
	}
}

func TestFix(t *testing.T) {
	p := newProject(t, "project.txtar")
	before := p.read(t, "a/a.go")
	diff := p.run("-diff", "./...")
	if diff.code != 1 || !strings.Contains(diff.out, "-\t\tprintln(\"loud\", x)\n+\t\tprintln()\n") || p.read(t, "a/a.go") != before {
		t.Errorf("diff: %+v", diff)
	}
	if again := p.run("-diff", "-fix", "./..."); again != diff {
		t.Errorf("-diff and -diff -fix differ:\n%+v\n%+v", diff, again)
	}
	if r := p.run("-diff", "./clean"); r != (result{}) {
		t.Errorf("nothing to fix: %+v", r)
	}
	if r := p.run("-diff", "-checks=naming", "./..."); r.code != 0 || r.out != "" {
		t.Errorf("a check that has no fixes: %+v", r)
	}
	// What is fixed has no fix any more, but is still found.
	r := p.expect(t, 1, []string{inA, fooB, inB}, "-fix", "./...")
	if got := p.read(t, "a/a.go"); !strings.Contains(got, "\t\tprintln()\n") || strings.Contains(r.out, "fix:") {
		t.Errorf("fixed:\n%s\n%s", got, r.out)
	}
	if r := p.run("-diff", "./..."); r.code != 0 || r.out != "" {
		t.Errorf("after fixing: %+v", r)
	}
}

// TestDiffOfDependency: a package seen first as a dependency has its diff.
func TestDiffOfDependency(t *testing.T) {
	p := newProject(t, "project.txtar")
	if r := p.run("-diff", "./b"); r.code != 0 || r.out != "" {
		t.Errorf("b: %+v", r)
	}
	if r := p.run("-diff", "./..."); r.code != 1 || !strings.Contains(r.out, "a/a.go") {
		t.Errorf("all: %+v", r)
	}
}

func TestFixInBrokenTree(t *testing.T) {
	p := newProject(t, "broken.txtar", "unloadable.txtar")
	p.write(t, "goodbutforxload/a.go", "package goodbutforxload\n\nfunc F() { println(7) }\n")
	p.write(t, "goodbutforxload/a_test.go", "package goodbutforxload_test\n\nimport _ \"example.com/elsewhere\"\n")
	diff := p.run("-diff", "./...")
	for n := 1; n <= 7; n++ {
		if removed := fmt.Sprintf("-func F() { println(%d) }\n", n); diff.code != 2 || strings.Count(diff.out, removed) != 1 {
			t.Errorf("status %d, %q occurs %d times in\n%s", diff.code, removed, strings.Count(diff.out, removed), diff.out)
		}
	}
	r := p.run("-fix", "./...")
	if r.code != 2 || len(r.findings()) != 7 || strings.Contains(r.out, "fix:") {
		t.Errorf("got %+v", r)
	}
	for _, name := range []string{"good/good.go", "goodbutfortests/a.go", "goodbutformissing/a.go", "goodbutfortestcycle/a.go"} {
		if got := p.read(t, name); !strings.Contains(got, "println()") {
			t.Errorf("%s is not fixed:\n%s", name, got)
		}
	}
}

// TestProgress: on a terminal a line appears, and goes away before the report.
func TestProgress(t *testing.T) {
	p := newProject(t, "project.txtar")
	env, stdout, stderr := p.env("./...")
	env.StderrTerm = true
	if code := cli.Run(context.Background(), env); code != 1 || !strings.Contains(stdout.String(), inA) {
		t.Errorf("status %d", code)
	}
	if text := stderr.String(); !strings.HasSuffix(text, "sockvet: 3 findings: printer 2, naming 1\n") {
		t.Errorf("stderr %q", text)
	}
	env, _, stderr = p.env("./clean")
	env.StderrTerm = true
	cli.Run(context.Background(), env)
	if text := stderr.String(); !strings.HasSuffix(text, "sockvet: nothing found\n") {
		t.Errorf("stderr %q", text)
	}
}

func TestHelp(t *testing.T) {
	p := newProject(t)
	r := p.run("explain", "printer")
	for _, want := range []string{
		"printer: report calls that end in println\n\nThe printer check",
		"# Bad\n\n\tfunc f()",
		"# Settings\n\n",
		"  -printer.depth int\n    \treport up to this depth of calls (default 9)\n",
		"\nhttps://example.com/checks/printer.md\n",
	} {
		if r.code != 0 || !strings.Contains(r.out, want) {
			t.Errorf("explain lacks %q:\n%s", want, r.out)
		}
	}
	if r2 := p.run("help", "printer"); r2 != r {
		t.Error("help CHECK is not explain CHECK")
	}
	if r := p.run("list"); r.out != "naming   report variables named foo\nprinter  report calls that end in println\n" {
		t.Errorf("list: %q", r.out)
	}
	if r := p.run("version"); r.out != "sockvet v0.0.0-test\n" {
		t.Errorf("version: %q", r.out)
	}
	help := p.run("help")
	for _, args := range [][]string{{"-h"}, {"-help"}, {"--help"}, {"./...", "-h"}} {
		if r := p.run(args...); r != help || r.code != 0 || r.errors != "" {
			t.Errorf("%q is not help: %+v", args, r)
		}
	}
	if r := p.run(); r.code != 2 || r.out != "" || !strings.HasPrefix(help.out, r.errors) {
		t.Errorf("without arguments: %+v", r)
	}
}

// TestHelpIsComplete: every flag is in the help.
func TestHelpIsComplete(t *testing.T) {
	p := newProject(t)
	help := p.run("help").out
	for _, name := range []string{
		"C", "tags", "mod", "modfile", "p", "tests", "checks", "baseline", "write-baseline", "unused-suppressions", "netmodel",
		"config", "json", "sarif", "codequality", "html", "o", "color", "fix", "diff", "debug",
	} {
		if !strings.Contains(help, "-"+name+" ") && !strings.Contains(help, "-"+name+"\n") {
			t.Errorf("-%s is not in the help", name)
		}
	}
}

func TestUnwritableOutput(t *testing.T) {
	p := newProject(t, "project.txtar")
	if err := os.Mkdir(p.path("dir"), 0o755); err != nil {
		t.Fatal(err)
	}
	r := p.run("-o", "dir", "./...")
	if r.code != 2 || !strings.Contains(r.errors, "is a directory") {
		t.Errorf("got %+v", r)
	}
}
