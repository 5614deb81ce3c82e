package delay

import (
	"testing"

	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

// TestFacts checks the facts that other packages build on.
func TestFacts(t *testing.T) {
	antest.Run(t, Analyzer, "./accepterror/lib/pause", "./accepterror/lib/must", "./accepterror/lib/growing")
}
