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
	"testing"

	"github.com/sockvet/sockvet/integration/rig"
)

// TestSuggestedFixes applies what the linter suggests to the servers with a bug. They must then hold in the scenario
// that is about their bug.
func TestSuggestedFixes(t *testing.T) {
	if !linterConnected {
		skip(t, errNotConnected)
	}
	lint := newLinter(t)
	suggested := 0
	for _, sc := range rig.Scenarios() {
		if sc.NoResets {
			continue // the same bug as in the scenario before it
		}
		var edits []edit
		for _, f := range lint.findings(t, sc.Buggy) {
			if len(f.SuggestedFixes) > 0 {
				edits = append(edits, f.SuggestedFixes[0].Edits...)
			}
		}
		if len(edits) == 0 {
			t.Logf("%s: nothing is suggested", sc.Buggy)
			continue
		}
		suggested++
		t.Run(sc.Name, func(t *testing.T) {
			t.Parallel()
			holdsWith(t, sc, edits)
		})
	}
	if suggested == 0 {
		skip(t, errors.New("the linter suggests nothing for any server"))
	}
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
