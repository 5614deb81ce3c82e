package jsonreport

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/reporttest"
)

func TestWrite(t *testing.T) {
	var b bytes.Buffer
	findings := reporttest.Findings()
	if err := Write(&b, findings, reporttest.Root); err != nil {
		t.Fatal(err)
	}
	reporttest.Golden(t, "report.json", b.Bytes())
	if got, want := strings.Count(b.String(), "\n"), len(findings)+2; got != want {
		t.Errorf("%d lines, want one a finding and the brackets, %d", got, want)
	}
	var back []Finding
	dec := json.NewDecoder(&b)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&back); err != nil {
		t.Fatal(err)
	}
	for i, f := range findings {
		if g := back[i]; g.Message != f.Message || g.Line != f.Start.Line || len(g.Related) != len(f.Steps) || len(g.Fixes) != len(f.Fixes) {
			t.Errorf("finding %d became %+v", i, g)
		}
	}
}

func TestEmpty(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, nil, "/"); err != nil || b.String() != "[]\n" {
		t.Errorf("got %q, %v", b.String(), err)
	}
}
