// Package govet runs the go command with sockvet as its vet tool and collects
// what it reports.
//
// The go command does the loading, caching and scheduling. Two of its rules
// would lose findings on a tree that is not all in order, so Run works around
// them: when one package cannot be loaded nothing is analysed at all, and a
// package whose test files do not compile is not analysed without them either.
package govet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/vetjson"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/vettool"
)

// Config says how to run the go command.
type Config struct {
	Go         string   // the go command
	Tool       string   // absolute path of the vet tool
	Dir        string   // working directory
	Env        []string // added to the environment
	BuildFlags []string // flags that loading needs too: -tags, -mod, ...
	ToolFlags  []string // flags of the analyzers
	Log        io.Writer
}

// Report is the outcome of a run.
type Report struct {
	Findings []finding.Finding
	Problems []Problem
	Packages map[string]bool // import paths of what the patterns match
	Units    int             // compilation units analysed, dependencies too
}

// attempt is the outcome of one run of go vet.
type attempt struct {
	units    []vetjson.Unit
	problems []Problem
	failed   bool
}

// Run analyses the packages. An error means that nothing could be run at all;
// what went wrong with single packages is in the report's Problems.
func (c Config) Run(ctx context.Context, patterns []string) (Report, error) {
	// Started at once, as it takes less long than the analysis.
	roots := c.startRoots(ctx, patterns)
	deps := !local(patterns)
	report, units, err := c.collect(ctx, patterns, deps)
	matched, rootsErr := roots()
	if !deps && err == nil && rootsErr == nil && matched.foreign {
		report, units, err = c.collect(ctx, patterns, true)
	}
	if err == nil && rootsErr != nil && len(units) > 0 {
		err = rootsErr
	}
	report.add(units, matched.paths)
	return report, err
}

// local reports whether the patterns name directories here, which nearly always
// belong to the main module: it is reported on even where it is a dependency.
func local(patterns []string) bool {
	return !slices.ContainsFunc(patterns, func(p string) bool { return p != "." && !strings.HasPrefix(p, "./") })
}

// collect runs go vet; with deps set its tool reports on all dependencies too.
func (c Config) collect(ctx context.Context, patterns []string, deps bool) (report Report, units []vetjson.Unit, err error) {
	if deps {
		c.ToolFlags = append([]string{"-" + vettool.DepsFlag}, c.ToolFlags...)
	}
	skipped, err := c.withRetries(ctx, patterns, func(extra, patterns []string) (attempt, error) {
		a, err := c.vet(ctx, extra, patterns)
		units = append(units, a.units...)
		report.Problems = append(report.Problems, a.problems...)
		return a, err
	})
	report.Problems = mergeProblems(append(report.Problems, skipped...))
	return report, units, err
}

// add takes over what was found in the packages that were asked for. The tool
// may report on their dependencies as well, see vettool.DepsFlag.
func (r *Report) add(units []vetjson.Unit, matched map[string]bool) {
	r.Packages = matched
	r.Units += len(units)
	for _, u := range units {
		if !matched[u.Subject] {
			continue
		}
		r.Findings = append(r.Findings, u.Findings...)
		for _, f := range u.Failures {
			r.Problems = append(r.Problems, Problem{
				Package: f.Package,
				Message: fmt.Sprintf("check %s failed: %s", f.Check, f.Message),
			})
		}
	}
	r.Findings = finding.Merge(r.Findings)
}

// Fix applies the first fix of every finding, or with diff set prints what it
// would change to w and reports whether that is anything.
func (c Config) Fix(ctx context.Context, patterns []string, diff bool, w io.Writer) (changes bool, problems []Problem, err error) {
	skipped, err := c.withRetries(ctx, patterns, func(extra, patterns []string) (attempt, error) {
		args := slices.Concat(extra, []string{"-fix"})
		if diff {
			args = append(args, "-diff", "-"+vettool.RootsFlag+"="+c.rootsKey(patterns))
		}
		var stdout bytes.Buffer
		a, err := c.runVet(ctx, args, patterns, func(r io.Reader) error {
			_, err := io.Copy(&stdout, r)
			return err
		})
		changes = changes || stdout.Len() > 0
		problems = append(problems, a.problems...)
		if _, werr := w.Write(stdout.Bytes()); err == nil {
			err = werr
		}
		return a, err
	})
	return changes, mergeProblems(append(problems, skipped...)), err
}

// withRetries calls run for the patterns, and again for what the go command
// left out of the first call for the sake of other packages or of tests. It
// returns a problem that names what remains left out.
func (c Config) withRetries(ctx context.Context, patterns []string, run runFunc) ([]Problem, error) {
	first, err := run(nil, patterns)
	if err != nil || len(first.problems) == 0 {
		return nil, err
	}
	list, err := c.list(ctx, patterns)
	if err != nil {
		// The first attempt has said why already.
		c.logf("%v", err)
		return nil, ctx.Err()
	}
	problems := first.problems
	if len(first.units) == 0 && first.failed {
		if good := list.loadable(); 0 < len(good) && len(good) < len(list.roots) {
			second, err := run(nil, good)
			if err != nil {
				return nil, err
			}
			problems = slices.Concat(problems, second.problems)
		}
	}
	d := list.diagnose(problems, c.Dir)
	return skippedProblems(d.skipped), retryWithoutTests(d.rescue, run)
}

// A runFunc is one attempt with extra flags.
type runFunc func(extra, patterns []string) (attempt, error)

func retryWithoutTests(pkgs []listedPackage, run runFunc) error {
	if len(pkgs) == 0 {
		return nil
	}
	overlay, err := writeOverlay(pkgs)
	if err != nil {
		return err
	}
	defer os.Remove(overlay)
	_, err = run([]string{"-overlay=" + overlay}, importPaths(pkgs))
	return err
}

// vet runs "go vet -json" once.
func (c Config) vet(ctx context.Context, extra, patterns []string) (attempt, error) {
	var units []vetjson.Unit
	a, err := c.runVet(ctx, slices.Concat(extra, []string{"-json"}), patterns, func(r io.Reader) error {
		return vetjson.Decode(r, func(u vetjson.Unit) { units = append(units, u) })
	})
	a.units = units
	return a, err
}

// runVet runs go vet once; read consumes its standard output.
func (c Config) runVet(ctx context.Context, args, patterns []string, read func(io.Reader) error) (attempt, error) {
	cmd := c.command(ctx, slices.Concat(
		[]string{"vet", "-vettool=" + c.Tool}, c.BuildFlags, c.ToolFlags, args, []string{"--"}, patterns))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return attempt{}, err
	}
	if err := cmd.Start(); err != nil {
		return attempt{}, startError(err)
	}
	readErr := read(stdout)
	_, _ = io.Copy(io.Discard, stdout) // or the command would block
	waitErr := cmd.Wait()
	if ctx.Err() != nil {
		return attempt{}, ctx.Err()
	}
	c.logf("%s", strings.TrimSpace(stderr.String()))
	a := attempt{failed: waitErr != nil}
	a.problems = parseStderr(stderr.String(), c.Tool)
	var exit *exec.ExitError
	switch {
	case waitErr != nil && !errors.As(waitErr, &exit):
		return a, waitErr
	case waitErr != nil && len(a.problems) == 0 && !a.diffStatus(args):
		a.problems = []Problem{{Message: "go vet failed: " + waitErr.Error()}}
	}
	return a, readErr
}

// diffStatus reports whether a failing exit status may mean only that there
// was a difference to print.
func (attempt) diffStatus(args []string) bool { return slices.Contains(args, "-diff") }

func (c Config) command(ctx context.Context, args []string) *exec.Cmd {
	c.logf("(cd %s && %s %s)", c.Dir, c.Go, strings.Join(args, " "))
	cmd := exec.CommandContext(ctx, c.Go, args...)
	cmd.Dir = c.Dir
	cmd.Env = append(cmd.Environ(), c.Env...)
	// Interrupted, not killed, the go command removes its work directory.
	cmd.Cancel = func() error {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			return cmd.Process.Kill()
		}
		return nil
	}
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

func startError(err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return errors.New("the go command is not in PATH")
	}
	return fmt.Errorf("cannot run the go command: %w", err)
}

func (c Config) logf(format string, args ...any) {
	if c.Log == nil {
		return
	}
	if text := fmt.Sprintf(format, args...); text != "" {
		fmt.Fprintln(c.Log, text)
	}
}
