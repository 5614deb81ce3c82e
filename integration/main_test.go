package integration

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/sockvet/sockvet/integration/rig"
)

// TestMain lets the test binary be a server process too, and holds the tests to leaving nothing behind.
func TestMain(m *testing.M) {
	if code, child := rig.Main(); child {
		os.Exit(code)
	}
	code := m.Run()
	if code == 0 {
		if err := leftovers(); err != nil {
			fmt.Fprintln(os.Stderr, "left behind:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// leftovers reports what a test left running or open.
func leftovers() error {
	if err := goleak.Find(); err != nil {
		return err
	}
	return leftoverResources()
}
