package integration

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
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
// scenario that is about their bug, and the command must find nothing more in them.
func TestSuggestedFixes(t *testing.T) {
	dir := copyModule(t)
	fixed := fixByCommand(t, dir)
	demo := filepath.Join(t.TempDir(), "demo")
	build := exec.Command("go", "build", "-o", demo, "./integration/demo")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the fixed servers do not compile: %v\n%s", err, out)
	}
	for _, sc := range rig.Scenarios() {
		if sc.NoResets {
			continue // the same bug as in the scenario before it
		}
		why, none := notOffered[sc.Buggy]
		if none == fixed[sc.Buggy] {
			t.Errorf("%s: a fix is offered: %v; it should be: %v %s", sc.Buggy, fixed[sc.Buggy], !none, why)
		}
		if !fixed[sc.Buggy] {
			continue
		}
		t.Run(sc.Name, func(t *testing.T) {
			t.Parallel()
			lab, err := rig.NewLab()
			if err != nil {
				t.Fatal(err)
			}
			lab.Program = demo
			if out := play(t, lab, sc, sc.Buggy); !out.Held() {
				t.Errorf("%s should hold after its fix and does not:\n%v", sc.Buggy, out)
			}
		})
	}
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

// fixByCommand runs sockvet -fix on the servers with a bug and tells which it has changed. What it has changed must be
// clean after that.
func fixByCommand(t *testing.T, dir string) map[string]bool {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "sockvet")
	if out, err := exec.Command("go", "build", "-o", bin, modulePath+"/cmd/sockvet").CombinedOutput(); err != nil {
		t.Fatalf("build sockvet: %v\n%s", err, out)
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
	fixed := make(map[string]bool)
	for _, v := range rig.Variants() {
		if v.Check == "" || !changed(t, dir, v.Pkg) {
			continue
		}
		fixed[v.Pkg] = true
		if strings.Contains(string(out), filepath.Base(v.Pkg)+".go:") && strings.Contains(string(out), "integration/"+v.Pkg+"/") {
			t.Errorf("%s is still reported after its fix:\n%s", v.Pkg, out)
		}
	}
	return fixed
}

// changed reports whether a package of the copy differs from the original.
func changed(t *testing.T, dir, pkg string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.FromSlash(pkg), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		before, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		after, err := os.ReadFile(filepath.Join(dir, "integration", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(before, after) {
			return true
		}
	}
	return false
}

// TestEditedSource shows that a server with a bug holds once its source is right, so that the other test does not
// pass for want of looking at the edited source.
func TestEditedSource(t *testing.T) {
	sc, err := rig.ScenarioNamed("busy-moment")
	if err != nil {
		t.Fatal(err)
	}
	name, err := filepath.Abs(filepath.FromSlash("tak/listenbacklog/listenbacklog.go"))
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	const bug = "const backlog = 1\n"
	at := bytes.Index(src, []byte(bug))
	if at < 0 {
		t.Fatalf("%q is not in %s", bug, name)
	}
	t.Parallel()
	holdsWith(t, sc, []edit{{name, at, at + len(bug), "const backlog = 4096\n"}})
}

// holdsWith plays the scenario to the server with the bug, built with edits.
func holdsWith(t *testing.T, sc rig.Scenario, edits []edit) {
	t.Helper()
	lab, err := rig.NewLab()
	if err != nil {
		t.Fatal(err)
	}
	lab.Program = buildWith(t, edits)
	if out := play(t, lab, sc, sc.Buggy); !out.Held() {
		t.Errorf("%s with %+v should hold and does not:\n%v", sc.Buggy, edits, out)
	}
}

// buildWith builds the demo, which can be a server process, with the edits laid over the source.
func buildWith(t *testing.T, edits []edit) string {
	t.Helper()
	dir := t.TempDir()
	overlay := struct{ Replace map[string]string }{make(map[string]string)}
	for _, e := range edits {
		if overlay.Replace[e.Filename] == "" {
			overlay.Replace[e.Filename] = filepath.Join(dir, fmt.Sprintf("%d.go", len(overlay.Replace)))
		}
	}
	for name, to := range overlay.Replace {
		if err := os.WriteFile(to, edited(t, name, edits), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	listFile := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(listFile, list, 0o600); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(dir, "demo")
	if out, err := exec.Command("go", "build", "-overlay", listFile, "-o", bin, "./demo").CombinedOutput(); err != nil {
		t.Fatalf("build with %+v: %v\n%s", edits, err, out)
	}
	return bin
}

// edited returns the file's content after those edits that are for it.
func edited(t *testing.T, name string, edits []edit) []byte {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(b.Start, a.Start) }) // from the end
	for _, e := range edits {
		if e.Filename == name {
			src = slices.Concat(src[:e.Start], []byte(e.New), src[e.End:])
		}
	}
	return src
}
