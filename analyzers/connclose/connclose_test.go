package connclose_test

import (
	"testing"

	"github.com/sockvet/sockvet/analyzers/connclose"
	"github.com/sockvet/sockvet/analyzers/internal/antest"
)

func Test(t *testing.T) {
	antest.Run(t, connclose.Analyzer, "./connclose/...")
}

func TestFixes(t *testing.T) {
	antest.RunFixes(t, connclose.Analyzer, "./fixes/connclose")
}
