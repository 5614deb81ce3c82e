package irx

import (
	"flag"
	"testing"
)

// TestTestsFlag: a check's own setting makes test files part of every analysis.
func TestTestsFlag(t *testing.T) {
	before := shared
	t.Cleanup(func() { shared = before })
	shared.tests = false
	fs := flag.NewFlagSet("check", flag.ContinueOnError)
	fs.SetOutput(t.Output())
	var own bool
	AddTests(fs, &own)
	if own || shared.tests {
		t.Error("on before it is set")
	}
	if err := fs.Parse([]string{"-tests"}); err != nil || !own || !shared.tests {
		t.Errorf("-tests: %v, own %t, shared %t", err, own, shared.tests)
	}
	if err := fs.Parse([]string{"-tests=false"}); err != nil || own {
		t.Errorf("-tests=false: %v, own %t", err, own)
	}
	if err := fs.Parse([]string{"-tests=maybe"}); err == nil {
		t.Error("-tests=maybe is taken")
	}
}
