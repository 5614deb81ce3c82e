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

// A finding is a report of the linter.
type finding struct {
	Check   string `json:"-"`
	Posn    string `json:"posn"`
	Message string `json:"message"`
}

// shared is what several tests need and is made once, when the first of them needs it.
var shared struct{ dir string }

// builtSockvet is the command.
var builtSockvet = sync.OnceValues(func() (string, error) {
	bin := filepath.Join(shared.dir, "sockvet")
	if out, err := exec.Command("go", "build", "-o", bin, modulePath+"/cmd/sockvet").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build sockvet: %w\n%s", err, out)
	}
	return bin, nil
})

// linted has the vettool's findings on the packages below integration, by package path.
var linted = sync.OnceValues(func() (map[string][]finding, error) {
	bin, err := builtSockvet()
	if err != nil {
		return nil, err
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
})

// importPath is the path of a package given as "tak/fixed".
func importPath(pkg string) string { return modulePath + "/integration/" + pkg }

// sharedPackages are what the server packages have in common, and the rig.
func sharedPackages() []string {
	return []string{"certs", "child", "client", "cot", "demo", "faults", "hub", "marti", "observe", "ownnet", "rawlisten", "rig", "session", "soak",
		"tak", "tidy"}
}

func lintedPackages() []string {
	pkgs := sharedPackages()
	for _, v := range rig.Variants() {
		pkgs = append(pkgs, v.Pkg)
	}
	return pkgs
}

// verdict returns the names of the checks that report the package ("tak/fixed"), in order.
func verdict(t *testing.T, pkg string) []string {
	t.Helper()
	byPackage, err := linted()
	if err != nil {
		t.Error(err)
		return nil
	}
	checks := make(map[string]bool)
	for _, f := range byPackage[importPath(pkg)] {
		checks[f.Check] = true
	}
	return slices.Sorted(maps.Keys(checks))
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
				"message": "conn is not closed"
			}
		]
	}
}
# a/c
{"a/c": {}}
`
	got, err := reported(out)
	want := finding{Check: "connclose", Posn: "x.go:1:2", Message: "conn is not closed"}
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
func checkVerdict(t *testing.T, pkg string) {
	t.Helper()
	var want []string
	if check := checkOf(t, pkg); check != "" {
		want = []string{check}
	}
	if got := verdict(t, pkg); !slices.Equal(got, want) {
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
	t.Parallel()
	for _, pkg := range sharedPackages() {
		if got := verdict(t, pkg); len(got) > 0 {
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
