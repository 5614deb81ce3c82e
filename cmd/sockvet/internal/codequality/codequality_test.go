package codequality

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/reporttest"
)

// TestWrite checks what GitLab asks for: every member there, fingerprints
// unique, paths relative to the repository.
func TestWrite(t *testing.T) {
	findings := reporttest.Findings()
	twice := append(findings, findings...)
	var b bytes.Buffer
	if err := Write(&b, twice, reporttest.Root, reporttest.Sources()); err != nil {
		t.Fatal(err)
	}
	var issues []map[string]any
	if err := json.Unmarshal(b.Bytes(), &issues); err != nil || len(issues) != len(twice) {
		t.Fatalf("%d issues, %v", len(issues), err)
	}
	seen := map[any]bool{}
	for i, issue := range issues {
		f := twice[i]
		place, _ := issue["location"].(map[string]any)
		lines, _ := place["lines"].(map[string]any)
		if issue["description"] != f.Message || issue["check_name"] != f.Check || issue["severity"] != "major" ||
			reporttest.Root+"/"+place["path"].(string) != f.File || lines["begin"] != float64(f.Start.Line) {
			t.Errorf("%+v became %v", f, issue)
		}
		if seen[issue["fingerprint"]] {
			t.Errorf("the fingerprint of %v is not its own", issue)
		}
		seen[issue["fingerprint"]] = true
	}
}

func TestEmpty(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, nil, "/", nil); err != nil || b.String() != "[]\n" {
		t.Errorf("got %q, %v", b.String(), err)
	}
}
