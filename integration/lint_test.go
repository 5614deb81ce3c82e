package integration

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
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

// linterConnected says that the linter exists and that its verdicts are held against the table.
const linterConnected = false

// linter is the vettool, built when a test first needs it. It is safe for concurrent use.
type linter struct {
	dir   string // of this package
	build func() (string, error)
	mu    sync.Mutex
	known map[string][]finding // so far, by package
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

// newLinter returns a linter whose binary lives as long as the test.
func newLinter(t *testing.T) *linter {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(t.TempDir(), "sockvet")
	return &linter{dir: dir, known: make(map[string][]finding), build: sync.OnceValues(func() (string, error) {
		cmd := exec.Command("go", "build", "-o", bin, modulePath+"/cmd/sockvet")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build sockvet: %w\n%s", err, out)
		}
		return bin, nil
	})}
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
	l.mu.Lock()
	defer l.mu.Unlock()
	if fs, ok := l.known[pkg]; ok {
		return fs
	}
	fs := l.vet(t, pkg)
	l.known[pkg] = fs
	return fs
}

func (l *linter) vet(t *testing.T, pkg string) []finding {
	t.Helper()
	bin, err := l.build()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "vet", "-vettool="+bin, "-json", modulePath+"/integration/"+pkg)
	cmd.Dir = l.dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("go vet: %v\n%s", err, stderr.Bytes())
	}
	// The go command has written the reports now to the one, now to the other.
	fs, err := reported(stdout.String() + stderr.String())
	if err != nil {
		t.Fatal(err)
	}
	return fs
}

// reported takes the findings from what go vet -json prints: for each package a comment line and an object {package:
// {check: [finding, ...]}}.
func reported(out string) ([]finding, error) {
	var objects strings.Builder
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "#") {
			objects.WriteString(line)
		}
	}
	var fs []finding
	dec := json.NewDecoder(strings.NewReader(objects.String()))
	for dec.More() {
		var byPackage map[string]map[string][]finding
		if err := dec.Decode(&byPackage); err != nil {
			return nil, fmt.Errorf("%w in the output of go vet:\n%s", err, out)
		}
		for _, byCheck := range byPackage {
			for check, found := range byCheck {
				for _, f := range found {
					f.Check = check
					fs = append(fs, f)
				}
			}
		}
	}
	return fs, nil
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
	if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
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
	if !linterConnected {
		skip(t, errNotConnected)
	}
	lint := newLinter(t)
	for _, pkg := range []string{"certs", "child", "client", "cot", "demo", "faults", "hub", "marti", "observe", "rawlisten", "rig", "session", "tak"} {
		if got := lint.lintVerdict(t, pkg); len(got) > 0 {
			t.Errorf("sockvet reports %s with %v", pkg, got)
		}
	}
}

var errNotConnected = errors.New("the linter is not connected yet")

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
