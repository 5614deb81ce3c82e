package baseline

import (
	"bytes"
	"maps"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/reporttest"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
)

func sources(text string) *source.Cache {
	return source.NewCache(func(string) ([]byte, error) { return []byte(text), nil })
}

const (
	before = "package p\n\nfunc F() {\n\tdial()\n\tdial()\n}\n\nvar x = dial()\n"
	// The same code with lines before, between and after.
	shifted = "package p\n\nimport \"net\"\n\nfunc F() {\n\t// why\n\tdial()\n\tif y {\n\t\tdial()\n\t}\n}\n\nvar z int\nvar x = dial()\n"
)

func at(line int, message string) finding.Finding {
	return finding.Finding{
		Span:    finding.Span{File: "/m/p.go", Start: finding.Pos{Line: line, Col: 2}},
		Check:   "connclose",
		Package: "m",
		Message: message,
	}
}

func TestLineShifts(t *testing.T) {
	b := Of([]finding.Finding{
		at(4, "conn is not closed (leaks at lines 5, 6 until a GC)"),
		at(5, "conn is not closed (leaks at lines 6, 6 until a GC)"),
		at(8, "conn is lost at line 8 (p.go:8)"),
	}, sources(before))
	now := []finding.Finding{
		at(7, "conn is not closed (leaks at lines 9, 11 until a GC)"),
		at(9, "conn is not closed (leaks at lines 11, 11 until a GC)"),
		at(14, "conn is lost at line 14 (p.go:14)"),
	}
	fresh, known, gone := b.Split(now, sources(shifted))
	if len(fresh) != 0 || len(known) != 3 || len(gone) != 0 {
		t.Errorf("after a shift: new %v, known %d, gone %v", fresh, len(known), gone)
	}
}

func TestSplit(t *testing.T) {
	src := sources(before)
	b := Of([]finding.Finding{at(4, "m line 1")}, src)
	for _, tt := range []struct {
		name               string
		now                []finding.Finding
		fresh, known, gone int
	}{
		{"a second equal one is new", []finding.Finding{at(4, "m line 1"), at(5, "m line 2")}, 1, 1, 0},
		{"another message", []finding.Finding{at(4, "n line 1")}, 1, 0, 1},
		{"another place", []finding.Finding{at(8, "m line 1")}, 1, 0, 1},
		{"fixed", nil, 0, 0, 1},
	} {
		fresh, known, gone := b.Split(tt.now, src)
		if len(fresh) != tt.fresh || len(known) != tt.known || len(gone) != tt.gone {
			t.Errorf("%s: new %d, known %d, gone %d, want %d, %d, %d", tt.name, len(fresh), len(known), len(gone), tt.fresh, tt.known, tt.gone)
		}
	}
	other := at(4, "m line 1")
	other.Check = "acceptblock"
	if fresh, _, _ := b.Split([]finding.Finding{other}, src); len(fresh) != 1 {
		t.Error("a finding of another check is known")
	}
}

func TestRoundTrip(t *testing.T) {
	b := Of(append(reporttest.Findings(), reporttest.Findings()...), reporttest.Sources())
	var first, second bytes.Buffer
	if err := b.Write(&first); err != nil {
		t.Fatal(err)
	}
	reporttest.Golden(t, "baseline.json", first.Bytes())
	back, err := Read(first.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(back, b) {
		t.Errorf("read back %v, want %v", back, b)
	}
	if err := back.Write(&second); err != nil || second.String() != first.String() {
		t.Errorf("the second time it is written as\n%s", second.String())
	}
	if _, err := Read([]byte("{\n\"version\": 1,\n\"findings\": [\n]\n}\n")); err != nil {
		t.Errorf("an empty one: %v", err)
	}
}

func TestReadErrors(t *testing.T) {
	for in, want := range map[string]string{
		"":                                 "not a baseline",
		"[]":                               "not a baseline",
		`{"version": 2}`:                   "version 2",
		`{"version": 1, "x": 2}`:           "not a baseline",
		`{"version":1,"findings":[{}]}`:    "without a check",
		`{"version":1,"findings":[{"chec"`: "not a baseline",
	} {
		if _, err := Read([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Read(%q) = %v, want it to say %q", in, err, want)
		}
	}
}
