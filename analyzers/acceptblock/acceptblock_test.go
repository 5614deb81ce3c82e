package acceptblock

import (
	"testing"

	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

func TestAcceptBlock(t *testing.T) {
	antest.Run(t, Analyzer, "./acceptblock/direct", "./acceptblock/callees", "./acceptblock/listeners", "./acceptblock/channels", "./acceptblock/good", "./acceptblock/libraries", "./acceptblock/tak", "./acceptblock/takfixed")
}

func TestSequential(t *testing.T) {
	a := newAnalyzer()
	if err := a.Flags.Set("report-sequential", "true"); err != nil {
		t.Fatal(err)
	}
	antest.Run(t, a, "./acceptblock_sequential")
}

func TestFixes(t *testing.T) {
	antest.RunFixes(t, Analyzer, "./fixes/acceptblock")
}
