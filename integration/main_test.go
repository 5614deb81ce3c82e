package integration

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/sockvet/sockvet/integration/rig"
	"github.com/sockvet/sockvet/integration/tidy"
)

// TestMain lets the test binary be a server process too, and holds the tests to leaving nothing behind.
func TestMain(m *testing.M) {
	if code, child := rig.Main(); child {
		os.Exit(code)
	}
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if err := waitTogether(); err != nil {
		return 1, err
	}
	if shared.dir, err = os.MkdirTemp("", "sockvet-rig-"); err != nil {
		return 1, err
	}
	defer os.RemoveAll(shared.dir)
	return tidy.Main(m), nil
}

// parallel is how many tests run at a time unless the command line says otherwise. They wait much more than they
// compute, so the number of processors, which is the default, is no measure for them.
const parallel = "16"

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
