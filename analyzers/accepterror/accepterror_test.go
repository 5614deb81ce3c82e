package accepterror

import (
	"os"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

func TestAcceptError(t *testing.T) {
	antest.Run(t, Analyzer, "./accepterror/spin", "./accepterror/ends", "./accepterror/wrapper", "./accepterror/internal/serve",
		"./accepterror/sessions", "./accepterror/shapes", "./accepterror/cmd", "./accepterror/cmd2", "./accepterror/cmd3", "./accepterror/cmd4", "./accepterror/tak", "./accepterror/takfixed")
}

func TestReportReturn(t *testing.T) {
	a := newAnalyzer()
	if err := a.Flags.Set("report-return", "true"); err != nil {
		t.Fatal(err)
	}
	antest.Run(t, a, "./accepterror_return")
}

func TestFixes(t *testing.T) {
	antest.RunFixes(t, Analyzer, "./fixes/accepterror")
}

// TestSteps compares where the last step of each report stands with the comments there.
func TestSteps(t *testing.T) {
	for _, res := range antest.Run(t, Analyzer, "./accepterror/steps") {
		for _, d := range res.Diagnostics {
			at := d.Pos
			text := "no step"
			if n := len(d.Related); n > 0 {
				at, text = d.Related[n-1].Pos, d.Related[n-1].Message
			}
			pos := res.Pass.Fset.Position(at)
			src, err := os.ReadFile(pos.Filename)
			if err != nil {
				t.Fatal(err)
			}
			if line := strings.Split(string(src), "\n")[pos.Line-1]; !strings.HasSuffix(line, "// step: "+text) {
				t.Errorf("%v: step %q at %q", res.Pass.Fset.Position(d.Pos), text, strings.TrimSpace(line))
			}
		}
	}
}
