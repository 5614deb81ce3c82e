package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/atomicfile"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/baseline"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/finding"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/govet"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/paths"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/progress"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/settings"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/source"
)

// debugCategory marks diagnostics that are no findings: a check reports what
// it left undecided under it when its flag "debug" is set.
const debugCategory = "debug"

// analyze is the command proper.
func (a *app) analyze(ctx context.Context) int {
	o, err := a.parseOptions()
	if errors.Is(err, flag.ErrHelp) {
		return a.help(nil)
	}
	if err != nil {
		return a.fail(err)
	}
	var known baseline.Baseline
	if o.baseline != "" && !o.writeBaseline {
		if known, err = readBaseline(o.baseline); err != nil {
			return a.fail(err)
		}
	}
	r, err := a.run(ctx, o)
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	if err != nil {
		return a.fail(err)
	}
	if o.diff {
		return a.finishDiff(r)
	}
	sources := new(source.Cache)
	if o.writeBaseline {
		return a.finishBaseline(o, r, sources)
	}
	return a.finishReport(o, r, known, sources)
}

// outcome is what the go command gave.
type outcome struct {
	findings []finding.Finding
	problems []govet.Problem
	packages map[string]bool
	units    int
	changes  bool // -diff printed something
}

// status is the exit status for a number of findings.
func (r outcome) status(findings int) int {
	switch {
	case len(r.errors()) > 0:
		return ExitError
	case findings > 0 || r.changes:
		return ExitFindings
	}
	return ExitClean
}

func (r outcome) errors() []string   { return r.lines(false) }
func (r outcome) warnings() []string { return r.lines(true) }

func (r outcome) lines(warning bool) []string {
	var lines []string
	for _, p := range r.problems {
		if p.Warning == warning {
			lines = append(lines, p.String())
		}
	}
	return lines
}

func (a *app) run(ctx context.Context, o options) (outcome, error) {
	toolFlags, back, err := a.toolFlags(o)
	if err != nil {
		return outcome{}, err
	}
	cfg := govet.Config{
		Go:         "go",
		Tool:       a.Executable,
		Dir:        o.dir,
		BuildFlags: o.buildFlags,
		ToolFlags:  toolFlags,
	}
	if o.tags != "" {
		cfg.BuildFlags = append(cfg.BuildFlags, "-tags="+o.tags)
	}
	if o.debug {
		cfg.Log = a.Stderr
	}
	meter := a.meter(o)
	defer meter.Stop()
	cfg.Env = meter.Environ()

	r, err := a.runGo(ctx, o, cfg)
	for i := range r.problems {
		r.problems[i].Message = back.Replace(r.problems[i].Message)
	}
	return r, err
}

func (a *app) runGo(ctx context.Context, o options, cfg govet.Config) (outcome, error) {
	var unwritten []govet.Problem
	if o.fix || o.diff {
		changes, problems, err := cfg.Fix(ctx, o.patterns, o.diff, a.Stdout)
		if o.diff || err != nil {
			return outcome{problems: problems, changes: changes}, err
		}
		// What else went wrong goes wrong again when the rest is reported.
		unwritten = slices.DeleteFunc(problems, func(p govet.Problem) bool { return !p.Unwritten() })
	}
	report, err := cfg.Run(ctx, o.patterns)
	r := outcome{
		findings: a.choose(o, report.Findings),
		problems: slices.Concat(unwritten, report.Problems),
		packages: report.Packages,
		units:    report.Units,
	}
	if err != nil || !o.unused {
		return r, err
	}
	return r, a.addUnused(ctx, o, cfg, &r, report.Findings)
}

// meter shows progress where somebody may be watching.
func (a *app) meter(o options) *progress.Meter {
	if !a.StderrTerm || o.debug || a.Getenv("TERM") == "dumb" {
		return nil
	}
	m, err := progress.Start(a.Stderr)
	if err != nil {
		return nil // it is only a comfort
	}
	return m
}

// choose keeps the findings that were asked for.
func (a *app) choose(o options, findings []finding.Finding) []finding.Finding {
	var out []finding.Finding
	sources := new(source.Cache)
	for _, f := range findings {
		k, known := a.catalog.Get(f.Check)
		switch {
		case f.Check == debugCategory:
			if o.debug {
				fmt.Fprintf(a.Stderr, "%s:%d: debug: %s\n", paths.Short(o.dir, f.File), f.Start.Line, f.Message)
			}
		case known && !o.checks[f.Check], f.Suppressed:
		case f.InTest() && !o.tests && k.Flag("tests") == nil:
			// A check that has the flag has decided itself.
		default:
			f.URL = k.URL
			f.Fixes = applicable(f.Fixes, sources)
			out = append(out, f)
		}
	}
	return out
}

// applicable keeps the fixes whose edits fit the files as they are on disk.
func applicable(fixes []finding.Fix, sources *source.Cache) []finding.Fix {
	return slices.DeleteFunc(fixes, func(fix finding.Fix) bool {
		return slices.ContainsFunc(fix.Edits, func(e finding.Edit) bool { return sources.Get(e.File).Rewritten() })
	})
}

func sortFlags(flags []settings.Flag) {
	slices.SortFunc(flags, func(f, g settings.Flag) int { return strings.Compare(f.String(), g.String()) })
}

// -- what comes after the analysis --

func (a *app) finishDiff(r outcome) int {
	a.printProblems(r)
	return r.status(0)
}

func (a *app) finishBaseline(o options, r outcome, sources *source.Cache) int {
	b := baseline.Of(r.findings, sources)
	if err := atomicfile.Write(o.baseline, b.Write); err != nil {
		return a.fail(err)
	}
	a.printProblems(r)
	fmt.Fprintf(a.Stderr, "sockvet: wrote %s to %s\n", plural(len(r.findings), "finding"), paths.Short(o.dir, o.baseline))
	return r.status(0)
}

func (a *app) finishReport(o options, r outcome, known baseline.Baseline, sources *source.Cache) int {
	findings := r.findings
	var old []finding.Finding
	var gone baseline.Baseline
	if known != nil {
		findings, old, gone = known.Split(findings, sources)
	}
	w := report{o, r, findings, sources}
	if err := a.write(w); err != nil {
		return a.fail(err)
	}
	a.printProblems(r)
	a.printSummary(w, len(old), a.gone(w, gone))
	return r.status(len(findings))
}

func readBaseline(file string) (baseline.Baseline, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no baseline %s; -write-baseline makes one", file)
	}
	if err != nil {
		return nil, err
	}
	b, err := baseline.Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return b, nil
}

// maxProblems is how many lines about problems are printed.
const maxProblems = 20

func (a *app) printProblems(r outcome) {
	crashed := false
	for i, p := range r.problems {
		if i == maxProblems {
			fmt.Fprintf(a.Stderr, "sockvet: %d more problems\n", len(r.problems)-i)
			break
		}
		prefix := ""
		if p.Warning {
			prefix = "warning: "
		}
		fmt.Fprintf(a.Stderr, "sockvet: %s%s\n", prefix, p)
		crashed = crashed || p.Detail != ""
	}
	if crashed {
		fmt.Fprintln(a.Stderr, "sockvet: a crash is a bug in sockvet: -debug shows the stack, please report it at https://github.com/sockvet/sockvet/issues")
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// writeTo writes to the file, or to standard output when there is none.
func (a *app) writeTo(file string, write func(io.Writer) error) error {
	if file == "" {
		return write(a.Stdout)
	}
	return atomicfile.Write(file, write)
}
