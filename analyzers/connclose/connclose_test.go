package connclose_test

import (
	"testing"

	"github.com/sockvet/sockvet/analyzers/connclose"
	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

// Test holds all claims, those of likely leaks as well.
func Test(t *testing.T) {
	antest.Run(t, connclose.Likely(), "./connclose/...")
}

// TestCertain holds what is reported by default.
func TestCertain(t *testing.T) {
	antest.Run(t, connclose.Analyzer, "./connclose_certain/...")
}

func TestFixes(t *testing.T) {
	antest.RunFixes(t, connclose.Likely(), "./fixes/connclose")
}
