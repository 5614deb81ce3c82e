package connclose_test

import (
	"strings"
	"testing"

	"github.com/sockvet/sockvet/analyzers/connclose"
	"github.com/sockvet/sockvet/analyzers/internal/antest"
	"github.com/sockvet/sockvet/analyzers/internal/report"
)

// Test holds all claims, those of likely leaks as well.
func Test(t *testing.T) {
	antest.Run(t, connclose.Likely(), "./connclose/...")
}

// TestCertain holds what is reported by default.
func TestCertain(t *testing.T) {
	antest.Run(t, connclose.Analyzer, "./connclose_certain/...")
}

// TestWithheld wants to be told how much is only likely.
func TestWithheld(t *testing.T) {
	debug := connclose.Analyzer.Flags.Lookup("debug")
	if err := debug.Value.Set("true"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { debug.Value.Set("false") })
	graph := antest.Analyze(t, connclose.Analyzer, "./connclose_certain")
	for _, d := range graph.Roots[0].Diagnostics {
		if d.Category == report.DebugCategory && strings.HasSuffix(d.Message, "likely leaks not reported without report-likely") {
			return
		}
	}
	t.Error("nothing is said of the likely leaks")
}

func TestFixes(t *testing.T) {
	antest.RunFixes(t, connclose.Likely(), "./fixes/connclose")
}
