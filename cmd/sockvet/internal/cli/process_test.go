package cli_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/cli"
)

// TestRoles: whether a package was first seen as a dependency or by itself
// must not matter. The go command's cache mixes the two up.
func TestRoles(t *testing.T) {
	p := newProject(t, "project.txtar")
	p.expect(t, 1, []string{fooB, inB}, "./b")
	p.expect(t, 1, []string{inA, fooB, inB}, "./...")
	p.expect(t, 1, []string{fooB, inB}, "./b")
	p.expect(t, 1, []string{inA}, "./a")
}

// TestVetTool is the same under the go command alone, with -vettool.
func TestVetTool(t *testing.T) {
	p := newProject(t, "project.txtar")
	vet := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("go", append([]string{"vet", "-vettool=" + tool}, args...)...)
		cmd.Dir = string(p)
		out, err := cmd.CombinedOutput()
		if err == nil {
			t.Errorf("go vet %q: status 0", args)
		}
		return string(out)
	}
	if out := vet("./b"); !strings.Contains(out, "b/b.go:8:2: call of Loud, which prints") {
		t.Errorf("b:\n%s", out)
	}
	out := vet("./...")
	for _, want := range []string{"a/a.go:5:3: call of println", "b/b.go:6:6: variable named foo", "b/b.go:8:2: call of Loud"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if out := vet("-printer.depth=0", "-naming", "./..."); !strings.Contains(out, "variable named foo") || strings.Contains(out, "println") {
		t.Errorf("flags have no effect:\n%s", out)
	}
}

// TestProcess runs the program itself, as users do.
func TestProcess(t *testing.T) {
	p := newProject(t, "project.txtar")
	for args, code := range map[string]int{"./...": 1, "./clean": 0, "./nothere": 2, "-zork": 2, "help": 0, "version": 0} {
		cmd := exec.Command(tool, args)
		cmd.Dir = string(p)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, _ := cmd.Output()
		if got := cmd.ProcessState.ExitCode(); got != code {
			t.Errorf("sockvet %s: status %d, want %d\n%s%s", args, got, code, out, stderr.String())
		}
	}
}

// TestNetModel: the content of the file counts, though the go command's cache
// only knows its name, and messages name the user's file.
func TestNetModel(t *testing.T) {
	p := newProject(t, "project.txtar")
	p.write(t, "clean/clean.go", "package clean\n\nfunc one() {}\nfunc two() {}\n\nfunc F() { one(); two() }\n")
	one, two := "clean/clean.go:6:12: printer: call of println", "clean/clean.go:6:19: printer: call of println"
	p.write(t, "model", "one")
	p.expect(t, 1, []string{one}, "-netmodel", "model", "./clean")
	p.write(t, "model", "two")
	p.expect(t, 1, []string{two}, "-netmodel", "model", "./clean")
	p.expect(t, 1, []string{two}, "-printer.netmodel=model", "./clean")
	p.write(t, "clean/.keep", "")
	p.write(t, "conf/c.json", `{"netmodel": "../model"}`)
	p.expect(t, 1, []string{two}, "-config", "conf/c.json", "./clean")
	p.write(t, "model", "not a name")
	r := p.run("-netmodel", "model", "./clean")
	if want := "sockvet: check printer failed: " + p.path("model") + `: not a name: "not a name" [example.com/m/clean]` + "\n"; r.code != 2 || r.errors != want {
		t.Errorf("got  %q\nwant %q", r.errors, want)
	}
}

func TestCrash(t *testing.T) {
	p := newProject(t, "project.txtar")
	p.write(t, "crash/crash.go", "package crash\n\nfunc CrashTheTool() {}\n")
	p.write(t, "usescrash/x.go", "package usescrash\n\nimport \"example.com/m/crash\"\n\nfunc F() { crash.CrashTheTool() }\n")
	p.write(t, "failing/x.go", "package failing\n\nfunc FailTheCheck() { println() }\n")
	r := p.expect(t, 2, []string{inA, fooB, inB}, "./...")
	checkLines(t, r.errors, []string{
		"sockvet: sockvet crashed: panic: told to [example.com/m/crash]",
		"sockvet: check printer failed: told to fail [example.com/m/failing]",
		"sockvet: not analysed: it imports a package that could not be [example.com/m/usescrash]",
		"sockvet: a crash is a bug in sockvet: -debug shows the stack, please report it at https://github.com/sockvet/sockvet/issues",
		"sockvet: 3 findings: printer 2, naming 1",
	})
	if r := p.run("-debug", "./crash"); !strings.Contains(r.errors, "goroutine ") || !strings.Contains(r.errors, "go vet -vettool=") {
		t.Errorf("-debug shows\n%s", r.errors)
	}
}

func TestDebug(t *testing.T) {
	p := newProject(t, "project.txtar")
	r := p.expect(t, 1, []string{inA}, "-debug", "./a")
	if !strings.Contains(r.errors, "a/a.go:5: debug: undecided: 1 of 2\n") {
		t.Errorf("stderr\n%s", r.errors)
	}
}

func TestVendor(t *testing.T) {
	p := newProject(t, "project.txtar")
	p.write(t, "go.mod", "module example.com/m\n\ngo 1.26.0\n\nrequire example.com/dep v1.0.0\n")
	p.write(t, "vendor/modules.txt", "# example.com/dep v1.0.0\n## explicit; go 1.26.0\nexample.com/dep\n")
	p.write(t, "vendor/example.com/dep/dep.go", "package dep\n\nfunc Print() { println(1) }\n")
	p.write(t, "c/c.go", "package c\n\nimport \"example.com/dep\"\n\nfunc F() { dep.Print() }\n")
	want := []string{"c/c.go:5:12: printer: call of Print, which prints"}
	p.expect(t, 1, want, "./c")
	p.expect(t, 1, want, "-mod=vendor", "./c")
	t.Setenv("GOFLAGS", "-mod=vendor")
	p.expect(t, 1, want, "./c")
	inDep := []string{"vendor/example.com/dep/dep.go:3:16: printer: call of println"}
	p.expect(t, 1, inDep, "example.com/dep")
	p.expect(t, 1, inDep, "./vendor/example.com/dep")
}

func TestWorkspace(t *testing.T) {
	p := newProject(t)
	p.write(t, "go.work", "go 1.26.0\n\nuse (\n\t./one\n\t./two\n)\n")
	p.write(t, "one/go.mod", "module example.com/one\n\ngo 1.26.0\n")
	p.write(t, "one/one.go", "package one\n\nfunc Print() { println(1) }\n")
	p.write(t, "two/go.mod", "module example.com/two\n\ngo 1.26.0\n")
	p.write(t, "two/two.go", "package two\n\nimport \"example.com/one\"\n\nfunc F() { one.Print() }\n")
	inOne, inTwo := "one/one.go:3:16: printer: call of println", "two/two.go:5:12: printer: call of Print, which prints"
	p.expect(t, 1, []string{inTwo}, "./two")
	p.expect(t, 1, []string{inOne, inTwo}, "./one", "./two")
	p.expect(t, 1, []string{inOne, inTwo}, "work")
	p.expect(t, 1, []string{strings.TrimPrefix(inTwo, "two/")}, "-C", "two", "./...")
	p.write(t, ".sockvet.json", `{"settings": {"printer": {"depth": 0}}}`)
	p.expect(t, 0, nil, "-C", "two", "./...")
	if r := p.run("."); r.code != 2 || strings.Count(r.errors, "\n") != 1 {
		t.Errorf("the root of the workspace: %+v", r)
	}
}

// TestReplaced: a module that another directory stands for is a dependency, and is
// reported on when it is named, also after it was seen as one.
func TestReplaced(t *testing.T) {
	p := newProject(t)
	p.write(t, "go.mod", "module example.com/m\n\ngo 1.26.0\n\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => ./lib\n")
	p.write(t, "m.go", "package m\n\nimport \"example.com/lib\"\n\nfunc F() { lib.Print() }\n")
	p.write(t, "lib/go.mod", "module example.com/lib\n\ngo 1.26.0\n")
	p.write(t, "lib/lib.go", "package lib\n\nfunc Print() { println(1) }\n")
	inM, inLib := "m.go:5:12: printer: call of Print, which prints", "lib/lib.go:3:16: printer: call of println"
	p.expect(t, 1, []string{inM}, "./...")
	p.expect(t, 1, []string{inLib}, "example.com/lib")
	p.expect(t, 1, []string{inLib, inM}, ".", "example.com/lib")
	p.expect(t, 1, []string{inM}, ".")
}

// TestCgo: positions in files that cgo rewrites are those of the sources.
func TestCgo(t *testing.T) {
	p := newProject(t, "project.txtar")
	p.write(t, "cg/cg.go", "package cg\n\n// int one(void) { return 1; }\nimport \"C\"\n\nfunc F() {\n\tprintln(C.one())\n}\n")
	t.Setenv("CGO_ENABLED", "1")
	r := p.expect(t, 1, []string{"cg/cg.go:7:2: printer: call of println"}, "./cg")
	if !strings.Contains(r.out, "7 |     println(C.one())\n") {
		t.Errorf("the source is not shown:\n%s", r.out)
	}
	// The edits are in terms of the file that cgo made.
	if strings.Contains(r.out, "fix:") {
		t.Errorf("a fix is offered:\n%s", r.out)
	}
}

func TestInterrupt(t *testing.T) {
	p := newProject(t, "project.txtar")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	env, stdout, stderr := p.env("./...")
	if code := cli.Run(ctx, env); code != 2 || stdout.Len() > 0 || stderr.String() != "sockvet: interrupted\n" {
		t.Errorf("status %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// TestSignal interrupts the program while the go command works.
func TestSignal(t *testing.T) {
	p := newProject(t, "project.txtar")
	// A go command that does not end by itself.
	p.write(t, "bin/go", "#!/bin/sh\necho started >"+p.path("started")+"\nexec sleep 60\n")
	if err := os.Chmod(p.path("bin/go"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", p.path("bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	cmd := exec.Command(tool, "./...")
	cmd.Dir = string(p)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(p.path("started")); err == nil {
			break
		}
		if time.Now().After(deadline) {
			_ = cmd.Process.Kill()
			t.Fatal("the go command was not started")
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if cmd.ProcessState.ExitCode() != 2 || stderr.String() != "sockvet: interrupted\n" {
		t.Errorf("%v, stderr %q", cmd.ProcessState, stderr.String())
	}
}
