//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// usage is what a command and the processes that it started took.
type usage struct {
	wall, cpu time.Duration
	memory    int64 // bytes, of the largest process
}

// measure runs a command. Status 1 is what tools say that have found something.
func measure(cmd *exec.Cmd) (usage, error) {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	start := time.Now()
	err := cmd.Run()
	u := usage{wall: time.Since(start)}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		err = nil
	}
	if err != nil {
		return u, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, said.String())
	}
	u.add(cmd.ProcessState)
	return u, nil
}

func (u *usage) add(p *os.ProcessState) {
	ru, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return
	}
	u.cpu = time.Duration(ru.Utime.Nano() + ru.Stime.Nano())
	u.memory = int64(ru.Maxrss) * maxrssUnit
}

// contender is one line of a table: a command that can be run on a cold cache
// and then again.
type contender struct {
	name string
	// prepare makes the command for a cold cache; running it again is warm.
	prepare func() (func() *exec.Cmd, error)
	cold    []usage
	warm    []usage
}

// compete runs all contenders, round by round.
func compete(all []*contender, rounds int) error {
	for range rounds {
		for _, c := range all {
			command, err := c.prepare()
			if err != nil {
				return err
			}
			for _, to := range []*[]usage{&c.cold, &c.warm} {
				u, err := measure(command())
				if err != nil {
					return err
				}
				*to = append(*to, u)
			}
		}
	}
	return nil
}

// table prints the medians, with ratios to the first line.
func table(w io.Writer, all []*contender) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tcold CPU, s\tratio\twall, s\tratio\tmemory, MB\tratio\twarm CPU, s\tratio\twall, s\tratio\t")
	cold0, warm0 := median(all[0].cold), median(all[0].warm)
	for _, c := range all {
		cold, warm := median(c.cold), median(c.warm)
		fmt.Fprintf(t, "%s\t%.1f\t%.2f\t%.1f\t%.2f\t%d\t%.2f\t%.1f\t%.2f\t%.1f\t%.2f\t\n", c.name,
			cold.cpu.Seconds(), ratio(cold.cpu, cold0.cpu), cold.wall.Seconds(), ratio(cold.wall, cold0.wall), cold.memory>>20, ratio(cold.memory, cold0.memory),
			warm.cpu.Seconds(), ratio(warm.cpu, warm0.cpu), warm.wall.Seconds(), ratio(warm.wall, warm0.wall))
	}
	return t.Flush()
}

func ratio[T ~int64](a, b T) float64 { return float64(a) / float64(max(b, 1)) }

// median takes each figure for itself.
func median(us []usage) usage {
	return usage{
		wall:   middle(us, func(u usage) time.Duration { return u.wall }),
		cpu:    middle(us, func(u usage) time.Duration { return u.cpu }),
		memory: middle(us, func(u usage) int64 { return u.memory }),
	}
}

func middle[T ~int64](us []usage, of func(usage) T) T {
	var all []T
	for _, u := range us {
		all = append(all, of(u))
	}
	slices.Sort(all)
	if len(all) == 0 {
		return 0
	}
	return all[len(all)/2]
}

// nonce differs between runs.
func nonce() string { return fmt.Sprintf("n%d", time.Now().UnixNano()) }

// copyOf writes a copy of an executable that differs in its last bytes, so that
// the go command has no results of it.
func copyOf(binary, dir string) (string, error) {
	data, err := os.ReadFile(binary)
	if err != nil {
		return "", err
	}
	to := filepath.Join(dir, nonce())
	return to, os.WriteFile(to, append(data, nonce()...), 0o700)
}

func absolute(paths ...*string) error {
	for _, p := range paths {
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		*p = abs
	}
	return nil
}
