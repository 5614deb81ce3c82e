package sarif

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/reporttest"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
)

func render(t *testing.T, findings []finding.Finding) []byte {
	t.Helper()
	var b bytes.Buffer
	err := Write(&b, findings, Options{
		Root:     reporttest.Root,
		Catalog:  reporttest.Catalog(),
		Version:  "v1.2.3",
		ExitCode: 2,
		Errors:   []string{"bad/a.go:1:2: undefined: x"},
		Warnings: []string{`"./e/..." matched no packages`},
		Sources:  reporttest.Sources(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// awkward is what the shared findings do not have: a file outside of the root,
// a position without a column, no position, an edit in a file that is gone,
// a fix that only deletes, a check without a rule.
func awkward() []finding.Finding {
	f := reporttest.Findings()[2]
	outside := f
	outside.File = "/usr/lib/go/src/net/dial.go"
	outside.Start.Col, outside.End = 0, finding.Pos{}
	outside.Check = "other"
	outside.Message = "call of F[int](x)"
	outside.Steps = []finding.Step{{Message: `see T[K]\x`}}
	outside.Fixes = []finding.Fix{{Message: "delete", Edits: []finding.Edit{
		{File: "/src/gone.go", Start: 3, End: 9},
		{File: f.File, Start: 0, End: 7},
	}}}
	return []finding.Finding{f, f, outside}
}

func TestGolden(t *testing.T) {
	reporttest.Golden(t, "report.sarif", render(t, reporttest.Findings()))
}

func TestSchema(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "schemacheck")
	run := func(stdin []byte, name string, args ...string) error {
		cmd := exec.Command(name, args...)
		cmd.Dir = filepath.Join("testdata", "schemacheck")
		cmd.Env = append(cmd.Environ(), "GOWORK=off", "GOFLAGS=")
		cmd.Stdin = bytes.NewReader(stdin)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}
	if err := run(nil, "go", "build", "-o", bin, "."); err != nil {
		t.Fatal(err)
	}
	check := func(log []byte) error { return run(log, bin) }
	for name, findings := range map[string][]finding.Finding{
		"all": reporttest.Findings(), "none": nil, "awkward": awkward(),
	} {
		if err := check(render(t, findings)); err != nil {
			t.Errorf("%s: not valid: %v", name, err)
		}
	}
	// The check itself has to notice something.
	for old, bad := range map[string]string{
		`"level": "warning"`: `"level": "dire"`,
		`"results": [`:       `"resalts": [`,
		`"startLine": 3`:     `"startLine": 0`,
	} {
		if check(bytes.Replace(render(t, reporttest.Findings()), []byte(old), []byte(bad), 1)) == nil {
			t.Errorf("%s passes", bad)
		}
	}
}

func decode(t *testing.T, findings []finding.Finding) run {
	t.Helper()
	var l log
	dec := json.NewDecoder(bytes.NewReader(render(t, findings)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&l); err != nil {
		t.Fatal(err)
	}
	return l.Runs[0]
}

var link = regexp.MustCompile(`[^\\]\]\((\d+)\)`)

// TestLinks checks what no schema can: that the links of a message lead to its
// steps, that code flows are in order, that rules are found by their index.
func TestLinks(t *testing.T) {
	r := decode(t, reporttest.Findings())
	for _, res := range r.Results {
		if got := r.Tool.Driver.Rules[*res.RuleIndex].ID; got != res.RuleID {
			t.Errorf("rule %s at the index of %s", got, res.RuleID)
		}
		links := link.FindAllStringSubmatch(res.Message.Text, -1)
		if len(links) != len(res.RelatedLocations) {
			t.Errorf("%d links, %d related locations in %q", len(links), len(res.RelatedLocations), res.Message.Text)
			continue
		}
		for i, m := range links {
			loc := res.RelatedLocations[i]
			if strconv.Itoa(*loc.ID) != m[1] || loc.Message == nil {
				t.Errorf("link %s leads to %+v", m[1], loc)
			}
			if step := res.CodeFlows[0].ThreadFlows[0].Locations[i]; step.ExecutionOrder != i+1 || step.Location.Message.Text != loc.Message.Text {
				t.Errorf("step %d of the flow: %+v", i+1, step)
			}
		}
	}
}

func TestAwkward(t *testing.T) {
	r := decode(t, awkward())
	first, second, outside := r.Results[0], r.Results[1], r.Results[2]
	if a, b := first.PartialFingerprints["sockvet/v1"], second.PartialFingerprints["sockvet/v1"]; a == b {
		t.Errorf("two equal findings have one fingerprint, %s", a)
	}
	if outside.RuleIndex != nil {
		t.Error("a rule index for a check without a rule")
	}
	if got := outside.Locations[0].PhysicalLocation.ArtifactLocation; got.URI != "file:///usr/lib/go/src/net/dial.go" || got.URIBaseID != "" {
		t.Errorf("location outside of the root: %+v", got)
	}
	if want := `call of F[int\](x). Steps: [see T\[K\]\\x](1).`; outside.Message.Text != want {
		t.Errorf("message %q, want %q", outside.Message.Text, want)
	}
	if n := len(outside.Fixes[0].ArtifactChanges); n != 2 {
		t.Errorf("%d artifact changes, want 2", n)
	}
}

// TestColumns: bytes in, UTF-16 units out.
func TestColumns(t *testing.T) {
	sources := source.NewCache(func(string) ([]byte, error) { return []byte("é𝄞x\n"), nil })
	c := converter{Options: Options{Root: "/src", Sources: sources}}
	got := c.region(finding.Span{File: "/src/a.go", Start: finding.Pos{Line: 1, Col: 7}, End: finding.Pos{Line: 1, Col: 8}})
	if want := (region{StartLine: 1, StartColumn: 4, EndLine: 1, EndColumn: 5}); *got != want {
		t.Errorf("region %+v, want %+v", *got, want)
	}
	e := c.replacement(finding.Edit{File: "/src/a.go", Start: 6, End: 7, New: "y"})
	if want := (region{StartLine: 1, StartColumn: 4, EndLine: 1, EndColumn: 5}); e.DeletedRegion != want {
		t.Errorf("deleted %+v, want %+v", e.DeletedRegion, want)
	}
}

func TestRoot(t *testing.T) {
	r := decode(t, nil)
	uri := r.OriginalURIBaseIDs[srcRoot].URI
	if uri != "file:///src/" || !strings.HasSuffix(uri, "/") {
		t.Errorf("base %q", uri)
	}
	if in := r.Invocations[0]; in.ExecutionSuccessful || len(in.Notifications) != 2 || in.ExitCode != 2 {
		t.Errorf("invocation %+v", in)
	}
}
