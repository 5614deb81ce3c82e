package vetjson

import (
	"reflect"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
)

const sample = `{}
{
	"m/p [m/p.test]": {
		"connclose": [
			{
				"category": "connclose",
				"posn": "/m/p/a.go:2:12",
				"end": "/m/p/a.go:2:24",
				"message": "conn is never closed",
				"suggested_fixes": [
					{"message": "close it", "edits": [{"filename": "/m/p/a.go", "start": 3, "end": 5, "new": "x"}]}
				],
				"related": [
					{"posn": "/m/p/b.go:7", "end": "/m/p/b.go:7", "message": "acquired here"},
					{"posn": "/m/p/a.go:9:2", "end": "/m/p/a.go:9:1", "message": "returns"}
				]
			}
		],
		"accepterror": {"error": "broken"}
	}
}
`

func TestDecode(t *testing.T) {
	var units []Unit
	if err := Decode(strings.NewReader(sample), func(u Unit) { units = append(units, u) }); err != nil {
		t.Fatal(err)
	}
	want := []Unit{{}, {
		Subject:  "m/p",
		Failures: []Failure{{"m/p", "accepterror", "broken"}},
		Findings: []finding.Finding{{
			Span:    finding.Span{File: "/m/p/a.go", Start: finding.Pos{Line: 2, Col: 12}, End: finding.Pos{Line: 2, Col: 24}},
			Check:   "connclose",
			Package: "m/p",
			Message: "conn is never closed",
			Steps: []finding.Step{
				{Span: finding.Span{File: "/m/p/b.go", Start: finding.Pos{Line: 7}, End: finding.Pos{Line: 7}}, Message: "acquired here"},
				{Span: finding.Span{File: "/m/p/a.go", Start: finding.Pos{Line: 9, Col: 2}, End: finding.Pos{Line: 9, Col: 2}}, Message: "returns"},
			},
			Fixes: []finding.Fix{{Message: "close it", Edits: []finding.Edit{{File: "/m/p/a.go", Start: 3, End: 5, New: "x"}}}},
		}},
	}}
	if !reflect.DeepEqual(units, want) {
		t.Errorf("got  %+v\nwant %+v", units, want)
	}
}

func TestDecodeErrors(t *testing.T) {
	for _, in := range []string{
		`# m/p` + "\n{}",
		`{"m/p": {"connclose": 7}}`,
		`{"m/p": `,
	} {
		err := Decode(strings.NewReader(in), func(Unit) {})
		if err == nil || !strings.Contains(err.Error(), "unexpected output of go vet") {
			t.Errorf("Decode(%q) = %v, want an error that says what it was", in, err)
		}
	}
}

func TestParsePosn(t *testing.T) {
	for in, want := range map[string]finding.Span{
		"/m/a.go:1:2":   {File: "/m/a.go", Start: finding.Pos{Line: 1, Col: 2}},
		"/m/a.go:1":     {File: "/m/a.go", Start: finding.Pos{Line: 1}},
		"/m/a.go":       {File: "/m/a.go"},
		"/m/a:3.go:1:2": {File: "/m/a:3.go", Start: finding.Pos{Line: 1, Col: 2}},
		`C:\m\a.go:1:2`: {File: `C:\m\a.go`, Start: finding.Pos{Line: 1, Col: 2}},
		"-":             {},
		"":              {},
	} {
		file, pos := ParsePosn(in)
		if got := (finding.Span{File: file, Start: pos}); got != want {
			t.Errorf("ParsePosn(%q) = %+v, want %+v", in, got, want)
		}
	}
}

func TestSubject(t *testing.T) {
	for id, want := range map[string]string{
		"m/p":                    "m/p",
		"m/p [m/p.test]":         "m/p",
		"m/p_test [m/p.test]":    "m/p",
		"m/q [m/p.test]":         "",
		"command-line-arguments": "command-line-arguments",
		"command-line-arguments [command-line-arguments.test]": "command-line-arguments",
	} {
		if got := subject(id); got != want {
			t.Errorf("subject(%q) = %q, want %q", id, got, want)
		}
	}
}
