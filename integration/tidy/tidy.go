// Package tidy holds test binaries to leaving nothing behind, and to saying what they cannot test on a machine.
package tidy

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// Main runs the tests and returns the exit code. It is 1 also when the tests pass and leave a goroutine, a child
// process or a socket.
func Main(m *testing.M) int {
	code := m.Run()
	if code != 0 {
		return code
	}
	if err := leftovers(); err != nil {
		fmt.Fprintln(os.Stderr, "left behind:", err)
		return 1
	}
	return 0
}

// leftovers reports what is still running or open in this process.
func leftovers() error {
	if err := goleak.Find(); err != nil {
		return err
	}
	const attempts, pause = 50, 20 * time.Millisecond // a goroutine that has ended may have closed a socket just now
	var err error
	for range attempts {
		if err = resources(); err == nil {
			return nil
		}
		time.Sleep(pause)
	}
	return err
}

// NoSkip is the environment variable that turns skips into failures, for machines on which nothing must be skipped.
const NoSkip = "SOCKVET_RIG_NOSKIP"

// Skip says why a test cannot run on this machine.
func Skip(t testing.TB, why error) {
	t.Helper()
	if on, _ := strconv.ParseBool(os.Getenv(NoSkip)); on {
		t.Fatalf("%s is set, and cannot run here: %v", NoSkip, why)
	}
	t.Skipf("cannot run here: %v", why)
}
