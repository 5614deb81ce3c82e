package tidy

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// leaveVar has TestLeave of a second run of this binary leave something.
const leaveVar = "SOCKVET_TIDY_LEAVE"

func TestMain(m *testing.M) {
	code := Main(m)
	if process != nil {
		_ = process.Kill() // it may have gone
		_, _ = process.Wait()
	}
	os.Exit(code)
}

// TestLeave leaves what it is told to.
func TestLeave(t *testing.T) {
	switch what := os.Getenv(leaveVar); what {
	case "":
	case "goroutine":
		go func() { select {} }()
	case "process":
		in, out, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		kept = out
		cmd := exec.Command(os.Args[0], "-test.run=^TestWait$")
		cmd.Env = append(os.Environ(), leaveVar+"=wait")
		cmd.Stdin = in
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		process = cmd.Process
	case "socket":
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		kept = ln
	}
}

var (
	kept    any         // what a finalizer must not close
	process *os.Process // what is left, and ended by TestMain when that has been seen
)

// TestWait is the process that TestLeave leaves. It ends with its standard input.
func TestWait(t *testing.T) {
	if os.Getenv(leaveVar) == "wait" {
		_, _ = os.Stdin.Read(make([]byte, 1))
	}
}

func TestMainFindsWhatIsLeft(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"goroutine", "process", "socket"} {
		t.Run(what, func(t *testing.T) {
			if runtime.GOOS != "linux" && what != "goroutine" {
				Skip(t, errors.ErrUnsupported)
			}
			var stderr bytes.Buffer
			cmd := exec.Command(os.Args[0], "-test.run=^TestLeave$")
			cmd.Env = append(os.Environ(), leaveVar+"="+what)
			cmd.Stderr = &stderr
			err := cmd.Run()
			if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != 1 ||
				!strings.Contains(stderr.String(), "left behind") {
				t.Errorf("the tests end with %v and say %q", err, stderr.String())
			}
		})
	}
}

// reporter takes what a test would do at a skip.
type reporter struct {
	testing.TB
	did string
}

func (r *reporter) Helper()                      {}
func (r *reporter) Fatalf(f string, args ...any) { r.did = "failed: " + fmt.Sprintf(f, args...) }
func (r *reporter) Skipf(f string, args ...any)  { r.did += "skipped: " + fmt.Sprintf(f, args...) }

func TestSkip(t *testing.T) {
	for value, want := range map[string]string{"": "skipped: cannot run here: why", "1": "failed: "} {
		t.Setenv(NoSkip, value)
		r := new(reporter)
		Skip(r, errors.New("why"))
		if !strings.HasPrefix(r.did, want) {
			t.Errorf("with %s=%q: %q, want %q", NoSkip, value, r.did, want)
		}
	}
}
