package textreport

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/reporttest"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
)

func render(t *testing.T, findings []finding.Finding, opts Options) string {
	t.Helper()
	var b bytes.Buffer
	if opts.Sources == nil {
		opts.Sources = reporttest.Sources()
	}
	opts.Dir = reporttest.Root
	if err := Write(&b, findings, opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	got := render(t, reporttest.Findings(), Options{})
	reporttest.Golden(t, "report.txt", []byte(got))
	if strings.Contains(got, "\x1b") {
		t.Error("an escape sequence in a report without colour")
	}
}

func TestColorChangesNothingElse(t *testing.T) {
	plain := render(t, reporttest.Findings(), Options{})
	colored := render(t, reporttest.Findings(), Options{Color: true})
	stripped := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(colored, "")
	if colored == plain || stripped != plain {
		t.Errorf("without its colours the report is\n%s", stripped)
	}
}

// TestCarets checks the alignment for characters of every width: the caret
// line is as wide up to the caret as the source line up to the marked text.
func TestCarets(t *testing.T) {
	for _, line := range []string{
		"\tf(X)", "  f(X)", "a\tX", "用户 := X", "e\u0301 X", "\x1bX", "\u202eX", "X", strings.Repeat("ab", 100) + "X" + strings.Repeat("cd", 100),
	} {
		at := finding.Pos{Line: 1, Col: strings.Index(line, "X") + 1}
		f := finding.Finding{Span: finding.Span{File: "/src/a.go", Start: at, End: at}, Check: "c", Message: "m"}
		out := render(t, []finding.Finding{f}, Options{Sources: source.NewCache(func(string) ([]byte, error) {
			return []byte(line + "\n"), nil
		})})
		lines := strings.Split(out, "\n")
		before, _, found := strings.Cut(lines[1], "X")
		if !found {
			t.Errorf("%q: the marked text is not shown in %q", line, lines[1])
			continue
		}
		if got, want := strings.Index(lines[2], "^"), totalWidth(layout(before)); got != want {
			t.Errorf("%q: caret in column %d, want %d:\n%s", line, got, want, out)
		}
	}
}

func TestNoSource(t *testing.T) {
	gone := source.NewCache(func(string) ([]byte, error) { return nil, errors.New("gone") })
	f := reporttest.Findings()[0]
	f.Steps = []finding.Step{{Span: f.Span, Message: "acquired here"}}
	got := render(t, []finding.Finding{f}, Options{Sources: gone})
	if !strings.Contains(got, "1 acquired here (eud/") {
		t.Errorf("a step without source lacks its place:\n%s", got)
	}
}

func TestWriteError(t *testing.T) {
	err := Write(failing{}, reporttest.Findings(), Options{Sources: reporttest.Sources()})
	if err == nil {
		t.Error("a failed write was not reported")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }
