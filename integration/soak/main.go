// The soak command runs the rig's tests again and again. For each run it says how long it took, how busy the machine
// was, and what was left of it, seen from outside: processes, and sockets that somebody holds.
//
//	go run ./integration/soak -n 20
//	go run ./integration/soak -n 20 -race
//
// The test binaries are built before the first run; what the tests themselves build is part of a run. Each run has a
// network of its own where the machine allows it, so that all sockets in it are the run's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	if inside() {
		os.Exit(runInside())
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func run() error {
	n := flag.Int("n", 20, "number of runs")
	race := flag.Bool("race", false, "with the race detector")
	pattern := flag.String("packages", "./integration/...", "`packages` to test")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	dir, err := os.MkdirTemp("", "sockvet-soak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	programs, err := build(ctx, dir, *pattern, *race)
	if err != nil {
		return err
	}
	fmt.Println("run   wall   load      result")
	var walls []time.Duration
	bad := 0
	for i := range *n {
		before := load()
		r, err := oneRun(ctx, programs)
		if err != nil {
			return err
		}
		walls = append(walls, r.Wall)
		if !r.ok() {
			bad++
		}
		fmt.Printf("%3d %5.1f s  %s-%s  %s\n", i+1, r.Wall.Seconds(), before, load(), r)
	}
	slices.Sort(walls)
	fmt.Printf("%d of %d runs good; wall time from %.1f to %.1f s, median %.1f s\n",
		*n-bad, *n, walls[0].Seconds(), walls[len(walls)-1].Seconds(), walls[len(walls)/2].Seconds())
	if bad > 0 {
		return errors.New("not all runs were good")
	}
	return nil
}

// A program is a test binary and the directory to run it in.
type program struct{ Path, Dir string }

// build builds the test binaries of the packages that have tests.
func build(ctx context.Context, dir, pattern string, race bool) ([]program, error) {
	list := exec.CommandContext(ctx, "go", "list", "-f",
		"{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}\t{{.Dir}}{{end}}", pattern)
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var programs []program
	for line := range strings.Lines(string(out)) {
		pkg, src, _ := strings.Cut(strings.TrimSpace(line), "\t")
		p := program{Path: filepath.Join(dir, fmt.Sprintf("%d.%s.test", len(programs), filepath.Base(pkg))), Dir: src}
		args := []string{"test", "-c", "-o", p.Path, pkg}
		if race {
			args = slices.Insert(args, 2, "-race")
		}
		if out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("go test -c %s: %w\n%s", pkg, err, out)
		}
		programs = append(programs, p)
	}
	if len(programs) == 0 {
		return nil, fmt.Errorf("no tests in %s", pattern)
	}
	return programs, nil
}

// load is the system's load average of the last minute, "?" where it is not told.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "?"
	}
	first, _, _ := strings.Cut(string(b), " ")
	return first
}
