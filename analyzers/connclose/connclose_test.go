package connclose_test

import (
	"strings"
	"testing"

	"github.com/sockvet/sockvet/analyzers/connclose"
	"github.com/sockvet/sockvet/analyzers/internal/antest"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

func Test(t *testing.T) {
	antest.Run(t, connclose.Analyzer, "./connclose/...")
}

// TestCertain holds what is left with the setting certain-only.
func TestCertain(t *testing.T) {
	switchOn(t, "certain-only")
	antest.Run(t, connclose.Analyzer, "./connclose_certain/...")
}

// TestWithheld wants to be told how much is only likely.
func TestWithheld(t *testing.T) {
	switchOn(t, "certain-only")
	switchOn(t, "debug")
	graph := antest.Analyze(t, connclose.Analyzer, "./connclose_certain")
	for _, d := range graph.Roots[0].Diagnostics {
		if d.Category == report.DebugCategory && strings.HasSuffix(d.Message, "likely leaks not reported (certain-only)") {
			return
		}
	}
	t.Error("nothing is said of the likely leaks")
}

func TestFixes(t *testing.T) {
	antest.RunFixes(t, connclose.Analyzer, "./fixes/connclose")
}

// switchOn sets a flag of the check until the test ends.
func switchOn(t *testing.T, name string) {
	t.Helper()
	f := connclose.Analyzer.Flags.Lookup(name)
	if err := f.Value.Set("true"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Value.Set("false") })
}
