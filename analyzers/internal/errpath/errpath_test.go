package errpath

import (
	"testing"

	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

// TestFacts checks the facts of functions that test errors.
func TestFacts(t *testing.T) {
	antest.Run(t, Analyzer, "./accepterror/lib/errtest", "./accepterror/lib/inmemory", "./accepterror/lib/client")
}
