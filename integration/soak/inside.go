package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sockvet/sockvet/integration/ownnet"
)

// insideVar makes this program the parent of one run, in a process, and maybe a network, of its own. It holds the programs.
const insideVar = "SOCKVET_SOAK_INSIDE"

func inside() bool { return os.Getenv(insideVar) != "" }

// A result is what came of a run.
type result struct {
	Wall   time.Duration
	Failed []string `json:",omitempty"` // output of the programs that failed
	// Processes and Sockets are what was left, Unseen is why the sockets could not be looked at.
	Processes, Sockets []string `json:",omitempty"`
	Unseen             string   `json:",omitempty"`
}

func (r result) ok() bool { return len(r.Failed)+len(r.Processes)+len(r.Sockets) == 0 }

func (r result) String() string {
	parts := []string{"passed"}
	if len(r.Failed) > 0 {
		parts = []string{"FAILED", strings.Join(r.Failed, "\n")}
	}
	parts = append(parts, fmt.Sprintf("%d processes left", len(r.Processes)))
	parts = append(parts, r.Processes...)
	if r.Unseen != "" {
		parts = append(parts, "sockets not looked at: "+r.Unseen)
	} else {
		parts = append(parts, fmt.Sprintf("%d sockets left", len(r.Sockets)))
	}
	return strings.Join(append(parts, r.Sockets...), ", ")
}

// oneRun runs the programs below a process of their own, in a network of its own if that can be had.
func oneRun(ctx context.Context, programs []program) (result, error) {
	list, err := json.Marshal(programs)
	if err != nil {
		return result{}, err
	}
	exe, err := os.Executable()
	if err != nil {
		return result{}, err
	}
	var errs []error
	for _, attr := range append(ownnet.Attrs(), nil) {
		var stdout bytes.Buffer
		cmd := exec.CommandContext(ctx, exe)
		cmd.Env = append(os.Environ(), insideVar+"="+string(list))
		cmd.SysProcAttr = attr
		cmd.Stdout, cmd.Stderr = &stdout, os.Stderr
		if err := cmd.Start(); err != nil {
			errs = append(errs, err)
			continue
		}
		if err := cmd.Wait(); err != nil {
			return result{}, err
		}
		var r result
		if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
			return result{}, err
		}
		if attr == nil {
			r.Sockets, r.Unseen = nil, errors.Join(append(errs, errors.ErrUnsupported)...).Error()
		}
		return r, nil
	}
	return result{}, errors.Join(errs...)
}

// runInside is that process.
func runInside() int {
	var programs []program
	err := json.Unmarshal([]byte(os.Getenv(insideVar)), &programs)
	if err := errors.Join(err, os.Unsetenv(insideVar), adoptOrphans()); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		return 1
	}
	_, _ = ownnet.LoopbackUp() // where it fails, the tests will
	r := runAll(programs)
	r.Sockets = socketsLeft() // first, since their holders are ended now
	r.Processes = processesLeft()
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		return 1
	}
	return 0
}

// runAll runs the programs, as many at a time as the go command would.
func runAll(programs []program) (r result) {
	began := time.Now()
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range programs {
		g.Go(func() error {
			cmd := exec.Command(p.Path, "-test.timeout=10m")
			cmd.Dir = p.Dir
			out, err := cmd.CombinedOutput()
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				r.Failed = append(r.Failed, fmt.Sprintf("%s: %v\n%s", filepath.Base(p.Path), err, out))
			}
			return nil
		})
	}
	_ = g.Wait() // failures are in r
	r.Wall = time.Since(began)
	return r
}

// end kills a process that was left, and says what it was.
func end(pid int, what string) string {
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Signal(syscall.SIGKILL) // it may just have ended
	}
	return fmt.Sprintf("%d %s", pid, what)
}
