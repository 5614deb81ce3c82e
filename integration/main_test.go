package integration

import (
	"flag"
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
	if err := waitTogether(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
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

// parallel is how many tests run at a time unless the command line says otherwise. They wait much more than they
// compute, so the number of processors, which is the default, is no measure for them.
const parallel = "8"

// waitTogether sets the number of parallel tests.
func waitTogether() error {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if given {
		return nil
	}
	return flag.Set("test.parallel", parallel)
}

// leftovers reports what a test left running or open.
func leftovers() error {
	if err := goleak.Find(); err != nil {
		return err
	}
	return leftoverResources()
}
