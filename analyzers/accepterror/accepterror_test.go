package accepterror

import (
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
