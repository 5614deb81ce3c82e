package main

import (
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/sockvet/sockvet/integration/tidy"
)

// partVar has this binary play a part in TestOneRun.
const partVar = "SOCKVET_SOAK_PART"

func TestMain(m *testing.M) {
	if inside() {
		os.Exit(runInside())
	}
	switch os.Getenv(partVar) {
	case "fail":
		os.Stdout.WriteString("so it is\n")
		os.Exit(3)
	case "leave":
		if err := leave(); err != nil {
			panic(err)
		}
		os.Exit(0)
	case "stay":
		stay()
	}
	os.Exit(tidy.Main(m))
}

// leave starts a process that stays, and ends when that one listens.
func leave() error {
	ready, out, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), partVar+"=stay")
	cmd.ExtraFiles = []*os.File{out}
	if err := cmd.Start(); err != nil {
		return err
	}
	_, err = ready.Read(make([]byte, 1))
	return err
}

// stay holds a listener until the process is killed.
func stay() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	if _, err := os.NewFile(3, "ready").Write([]byte{1}); err != nil {
		panic(err)
	}
	_, _ = ln.Accept()
}

// TestOneRun has programs of which one fails, and one leaves a process that holds a socket.
func TestOneRun(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for part, want := range map[string]struct {
		failed bool
		left   int
	}{"fail": {true, 0}, "leave": {false, 1}} {
		t.Setenv(partVar, part)
		r, err := oneRun(t.Context(), []program{{exe, t.TempDir()}})
		if err != nil {
			t.Fatal(err)
		}
		if r.Unseen != "" {
			t.Logf("sockets: %s", r.Unseen)
			r.Sockets = make([]string, want.left)
		}
		if runtime.GOOS != "linux" {
			r.Processes = make([]string, want.left)
		}
		if (len(r.Failed) > 0) != want.failed || len(r.Processes) != want.left || len(r.Sockets) != want.left {
			t.Errorf("%s: %+v, want %+v", part, r, want)
		}
		if want.failed && !strings.Contains(r.String(), "so it is") {
			t.Errorf("%s: the output is lost: %s", part, r)
		}
		if r.ok() {
			t.Errorf("%s: all is well", part)
		}
	}
}
