package analyzers_test

import (
	"testing"

	"github.com/sockvet/sockvet/analyzers"
	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

// TestCycles runs the checks on values and types that lead back to themselves. A walk
// that does not notice exhausts the stack, which nothing can confine.
func TestCycles(t *testing.T) {
	for _, a := range analyzers.Suite() {
		t.Run(a.Name, func(t *testing.T) { antest.Run(t, a, "./cycles") })
	}
}
