package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sockvet/sockvet/integration/rig"
)

const modulePath = "github.com/sockvet/sockvet"

// linter has the vettool's findings on the packages below integration. It is safe for concurrent use.
type linter struct {
	run func() (map[string][]finding, error) // by package path
}

// A finding is a report of the linter.
type finding struct {
	Check          string         `json:"-"`
	Posn           string         `json:"posn"`
	Message        string         `json:"message"`
	SuggestedFixes []suggestedFix `json:"suggested_fixes"`
}

type suggestedFix struct {
	Message string `json:"message"`
	Edits   []edit `json:"edits"`
}

// An edit replaces the bytes from Start up to End of a file.
type edit struct {
	Filename   string `json:"filename"`
	Start, End int
	New        string `json:"new"`
}

// newLinter returns a linter that is built and run when the test first needs it, on all packages at once.
func newLinter(t *testing.T) *linter {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "sockvet")
	return &linter{run: sync.OnceValues(func() (map[string][]finding, error) {
		if out, err := exec.Command("go", "build", "-o", bin, modulePath+"/cmd/sockvet").CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build sockvet: %w\n%s", err, out)
		}
		args := []string{"vet", "-vettool=" + bin, "-json"}
		for _, pkg := range lintedPackages() {
			args = append(args, importPath(pkg))
		}
		var stdout, stderr bytes.Buffer
		cmd := exec.Command("go", args...)
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("go vet: %w\n%s", err, stderr.Bytes())
		}
		// The go command has written the findings now to the one, now to the other.
		return reported(stdout.String() + stderr.String())
	})}
}

// importPath is the path of a package given as "tak/fixed".
func importPath(pkg string) string { return modulePath + "/integration/" + pkg }

// sharedPackages are what the server packages have in common, and the rig.
func sharedPackages() []string {
	return []string{"certs", "child", "client", "cot", "demo", "faults", "hub", "marti", "observe", "rawlisten", "rig", "session", "tak"}
}

func lintedPackages() []string {
	pkgs := sharedPackages()
	for _, v := range rig.Variants() {
		pkgs = append(pkgs, v.Pkg)
	}
	return pkgs
}

// lintVerdict returns the names of the checks that report the package ("tak/fixed"), in order.
func (l *linter) lintVerdict(t *testing.T, pkg string) []string {
	t.Helper()
	checks := make(map[string]bool)
	for _, f := range l.findings(t, pkg) {
		checks[f.Check] = true
	}
	return slices.Sorted(maps.Keys(checks))
}

// findings returns the linter's reports on a package.
func (l *linter) findings(t *testing.T, pkg string) []finding {
	t.Helper()
	byPackage, err := l.run()
	if err != nil {
		t.Fatal(err)
	}
	return byPackage[importPath(pkg)]
}

// reported takes the findings from what go vet -json prints: for each package a comment line and an object {package:
// {check: [finding, ...]}}.
func reported(out string) (map[string][]finding, error) {
	var objects strings.Builder
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "#") {
			objects.WriteString(line)
		}
	}
	all := make(map[string][]finding)
	dec := json.NewDecoder(strings.NewReader(objects.String()))
	for dec.More() {
		var byPackage map[string]map[string][]finding
		if err := dec.Decode(&byPackage); err != nil {
			return nil, fmt.Errorf("%w in the output of go vet:\n%s", err, out)
		}
		for pkg, byCheck := range byPackage {
			for _, check := range slices.Sorted(maps.Keys(byCheck)) {
				for _, f := range byCheck[check] {
					f.Check = check
					all[pkg] = append(all[pkg], f)
				}
			}
		}
	}
	return all, nil
}

func TestReported(t *testing.T) {
	const out = `# a/b
{
	"a/b": {
		"connclose": [
			{
				"posn": "x.go:1:2",
				"message": "conn is not closed",
				"suggested_fixes": [{"message": "close it", "edits": [{"filename": "x.go", "start": 3, "end": 4, "new": "y"}]}]
			}
		]
	}
}
# a/c
{"a/c": {}}
`
	got, err := reported(out)
	want := finding{
		Check: "connclose", Posn: "x.go:1:2", Message: "conn is not closed",
		SuggestedFixes: []suggestedFix{{"close it", []edit{{"x.go", 3, 4, "y"}}}},
	}
	if all := map[string][]finding{"a/b": {want}}; err != nil || !reflect.DeepEqual(got, all) {
		t.Errorf("got %+v, %v; want %+v", got, err, all)
	}
	if _, err := reported(`{"a": {"connclose": {"error": "analysis failed"}}}`); err == nil {
		t.Error("a failed analysis passes for no findings")
	}
	if _, err := reported("# a\nx.go:1:1: syntax error\n"); err == nil {
		t.Error("something else than JSON is accepted")
	}
}

// checkVerdict holds the linter's verdict on a server package against the table.
func (l *linter) checkVerdict(t *testing.T, pkg string) {
	t.Helper()
	var want []string
	if check := checkOf(t, pkg); check != "" {
		want = []string{check}
	}
	if got := l.lintVerdict(t, pkg); !slices.Equal(got, want) {
		t.Errorf("sockvet reports %s with %v, want %v", pkg, got, want)
	}
}

// checkOf is the check that must report the package, "" for none.
func checkOf(t *testing.T, pkg string) string {
	t.Helper()
	for _, v := range rig.Variants() {
		if v.Pkg == pkg {
			return v.Check
		}
	}
	t.Fatalf("no server package %q", pkg)
	return ""
}

// TestSharedPackagesAreClean has the linter find nothing in what the server packages share, and in the rig.
func TestSharedPackagesAreClean(t *testing.T) {
	lint := newLinter(t)
	for _, pkg := range sharedPackages() {
		if got := lint.lintVerdict(t, pkg); len(got) > 0 {
			t.Errorf("sockvet reports %s with %v", pkg, got)
		}
	}
}

// TestEveryCheckHasItsPair holds the tables to each other: each check has a scenario, and each scenario goes wrong
// where a check reports and holds where none does.
func TestEveryCheckHasItsPair(t *testing.T) {
	checks, played := make(map[string]bool), make(map[string]bool)
	for _, sc := range rig.Scenarios() {
		buggy := checkOf(t, sc.Buggy)
		if buggy == "" {
			t.Errorf("%s: %s is reported by no check", sc.Name, sc.Buggy)
		}
		if fixed := checkOf(t, sc.Fixed); fixed != "" {
			t.Errorf("%s: %s is reported by %s", sc.Name, sc.Fixed, fixed)
		}
		checks[buggy], played[sc.Buggy] = true, true
	}
	want := []string{"acceptblock", "accepterror", "clientgrowth", "connclose", "handshakedeadline", "listenbacklog"}
	if got := slices.Sorted(maps.Keys(checks)); !slices.Equal(got, want) {
		t.Errorf("checks with a scenario: %v, want %v", got, want)
	}
	for _, v := range rig.Variants() {
		if v.Check != "" && !played[v.Pkg] {
			t.Errorf("%s is played by no scenario", v.Pkg)
		}
	}
}
