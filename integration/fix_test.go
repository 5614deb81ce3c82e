package integration

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/integration/rig"
)

// notOffered are the servers with a bug for which no fix is suggested, and why.
var notOffered = map[string]string{
	"tak/sleeper":       "what should end its loop is for the author to say",
	"marti/acceptblock": "its Accept has to return what has shaken hands: that takes another design",
}

// TestSuggestedFixes has the command fix the servers with a bug, in a copy of this module. They must then hold in the
// scenario that is about their bug, and the command must find nothing more in them. Those for which there is no fix
// must fail as before, in the same program.
func TestSuggestedFixes(t *testing.T) {
	t.Parallel()
	dir := copyModule(t)
	fixed := fixByCommand(t, dir)
	lab, err := rig.NewLab()
	if err != nil {
		t.Fatal(err)
	}
	lab.Program = buildDemo(t, dir, fixed)
	for _, sc := range rig.Scenarios() {
		if sc.NoResets {
			continue // the same bug as in the scenario before it
		}
		files := fixed[sc.Buggy]
		why, none := notOffered[sc.Buggy]
		if none != (len(files) == 0) {
			t.Errorf("%s: a fix is offered in %v; it should be: %v %s", sc.Buggy, files, !none, why)
		}
		t.Run(sc.Name, func(t *testing.T) {
			t.Parallel()
			out := play(t, lab, sc, sc.Buggy)
			switch {
			case len(files) > 0 && !out.Held():
				t.Errorf("%s should hold after its fix and does not:\n%v", sc.Buggy, out)
			case len(files) == 0 && !out.Failed():
				t.Errorf("%s should fail without a fix and does not:\n%v", sc.Buggy, out)
			}
		})
	}
}

// buildDemo builds the demo, which can be a server process, with what was fixed in the copy in the place of the
// original. The copy itself would have to be compiled as a whole.
func buildDemo(t *testing.T, dir string, fixed map[string][]string) string {
	t.Helper()
	overlay := struct{ Replace map[string]string }{make(map[string]string)}
	for _, files := range fixed {
		for _, name := range files {
			original, err := filepath.Abs(name)
			if err != nil {
				t.Fatal(err)
			}
			overlay.Replace[original] = filepath.Join(dir, "integration", name)
		}
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	listFile, demo := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "demo")
	if err := os.WriteFile(listFile, list, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-overlay", listFile, "-o", demo, "./demo").CombinedOutput(); err != nil {
		t.Fatalf("the fixed servers do not compile: %v\n%s", err, out)
	}
	return demo
}

// copyModule copies what the servers are built from.
func copyModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(dir, "integration"), os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// fixByCommand runs sockvet -fix on the servers with a bug and tells which files of which it has changed. What it has
// changed must be clean after that.
func fixByCommand(t *testing.T, dir string) map[string][]string {
	t.Helper()
	bin, err := builtSockvet()
	if err != nil {
		t.Fatal(err)
	}
	var buggy []string
	for _, v := range rig.Variants() {
		if v.Check != "" {
			buggy = append(buggy, "./integration/"+v.Pkg)
		}
	}
	cmd := exec.Command(bin, append([]string{"-C", dir, "-fix"}, buggy...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if exit := new(exec.ExitError); err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 1) {
		t.Fatalf("sockvet -fix: %v\n%s", err, out)
	}
	fixed := make(map[string][]string)
	for _, v := range rig.Variants() {
		if v.Check == "" {
			continue
		}
		fixed[v.Pkg] = changed(t, dir, v.Pkg)
		still := strings.Contains(string(out), filepath.Join("integration", filepath.FromSlash(v.Pkg))+string(filepath.Separator))
		if still != (len(fixed[v.Pkg]) == 0) {
			t.Errorf("%s: changed in %v, then reported: %v\n%s", v.Pkg, fixed[v.Pkg], still, out)
		}
	}
	return fixed
}

// changed returns the files of a package that differ in the copy.
func changed(t *testing.T, dir, pkg string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.FromSlash(pkg), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(name string) bool {
		before, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		after, err := os.ReadFile(filepath.Join(dir, "integration", name))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Equal(before, after)
	})
}
