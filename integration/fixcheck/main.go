// Command fixcheck applies the suggested fixes of sockvet to packages of other
// people and finds out whether they are right.
//
// Its input is a list of rows (-rows), each with the directory of a module
// (dir) and packages in it (patterns, or pkg_dir). For each it runs
//
//	go vet -vettool=BIN -json PACKAGES
//
// lays what is suggested over the source with the go command's -overlay, so that
// no file of the work tree is touched, and runs the same again: a fix is right
// if its package still compiles, the finding is gone and no finding of any check
// has come.
//
// Usage:
//
//	go run ./integration/fixcheck -rows rows.json -sockvet ./sockvet
//
// It exits with 1 when some offered fix is not right.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

type options struct {
	rows, sockvet, match string
	timeout              time.Duration
	verbose              bool
}

// errWrong says that a fix is not right; the report has said which.
var errWrong = errors.New("some offered fixes are not right")

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fixcheck:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	opts, err := parseOptions(args)
	if err != nil {
		return err
	}
	targets, err := readTargets(opts.rows, opts.match)
	if err != nil {
		return err
	}
	sum := newSummary()
	for _, t := range targets {
		res, err := check(opts, t)
		if err != nil {
			fmt.Fprintf(stdout, "%s %s: not run: %v\n", t.Dir, strings.Join(t.Patterns, " "), err)
			sum.notRun++
			continue
		}
		sum.add(res, opts.verbose, stdout)
	}
	sum.write(stdout)
	if sum.wrong > 0 {
		return errWrong
	}
	return nil
}

func parseOptions(args []string) (options, error) {
	var o options
	fs := flag.NewFlagSet("fixcheck", flag.ContinueOnError)
	fs.StringVar(&o.rows, "rows", "", "JSON `file` with the directories and packages")
	fs.StringVar(&o.sockvet, "sockvet", "", "the vet tool (`binary`)")
	fs.StringVar(&o.match, "match", "", "only directories that contain this")
	fs.DurationVar(&o.timeout, "timeout", 10*time.Minute, "limit for one row")
	fs.BoolVar(&o.verbose, "v", false, "list each finding and what became of it")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	if o.rows == "" || o.sockvet == "" {
		return o, errors.New("-rows and -sockvet are needed")
	}
	abs, err := filepath.Abs(o.sockvet)
	o.sockvet = abs
	return o, err
}

// A target is packages of one module.
type target struct {
	Dir      string   `json:"dir"`
	Patterns []string `json:"patterns"`
	PkgDir   string   `json:"pkg_dir"`
	Env      []string `json:"env"`
	Flags    []string `json:"flags"`
}

// readTargets returns each directory once, with all packages that rows name.
func readTargets(name, match string) ([]target, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		target
		OK     *bool `json:"ok"`
		Scored *bool `json:"scored"`
	}
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var out []target
	for _, r := range rows {
		if r.OK != nil && !*r.OK || r.Scored != nil && !*r.Scored || !strings.Contains(r.Dir, match) {
			continue
		}
		if len(r.Patterns) == 0 {
			r.Patterns = []string{"./" + filepath.ToSlash(filepath.Clean(r.PkgDir))}
		}
		i := slices.IndexFunc(out, func(t target) bool { return t.Dir == r.Dir })
		if i < 0 {
			out = append(out, r.target)
			continue
		}
		for _, p := range r.Patterns {
			if !slices.Contains(out[i].Patterns, p) {
				out[i].Patterns = append(out[i].Patterns, p)
			}
		}
	}
	return out, nil
}

// check applies what is offered for a target and looks again.
func check(opts options, t target) (result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), opts.timeout)
	defer cancel()
	before, failed, err := vet(ctx, opts.sockvet, t, "")
	if err != nil {
		return result{}, err
	}
	tree, err := newTree(before)
	if err != nil {
		return result{}, err
	}
	if len(tree.files) == 0 {
		return judge(before, nil, tree, nil), nil
	}
	dir := filepath.Join(os.TempDir(), "sockvet-fixcheck")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return result{}, err
	}
	overlay, err := tree.write(dir)
	if err != nil {
		return result{}, err
	}
	after, broken, err := vet(ctx, opts.sockvet, t, overlay)
	if err != nil {
		return result{}, err
	}
	for i := range after {
		after[i].file = tree.original(after[i].file)
	}
	return judge(before, after, tree, tree.brokenBy(broken, failed)), nil
}
