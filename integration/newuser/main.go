// Command newuser does what the pages for new users say, literally and as
// somebody who has Go and git and nothing else: no build cache, no module cache,
// no programs. It prints what each way to use sockvet takes, from the clone to
// the first findings on somebody's server.
//
//	go run ./integration/newuser
//	go run ./integration/newuser -repository . -server TREE   # a server that is here
//
// Each path gets a home directory of its own, which is removed afterwards. The
// lines of code blocks of README.md and docs/getting-started.md are run as they
// stand, one after another; the server is the module that the pages call
// your/module. Because those pages begin with a clone of a repository that may not
// be reachable, -repository has git take another in its place: a checkout, whose
// commit is then what is cloned. It ends with 1 if a line fails or a path takes
// longer than -limit.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "newuser:", err)
		os.Exit(1)
	}
}

// upstream is what the pages clone.
const upstream = "https://github.com/sockvet/sockvet"

type options struct {
	repository string
	server     string
	docs       string
	only       string
	limit      time.Duration
	verbose    bool
}

// path is one way to use sockvet: the sections of pages that lead there.
type path struct {
	name     string
	page     string
	sections []string
}

const gettingStarted = "docs/getting-started.md"

func paths() []path {
	return []path{
		{"README", "README.md", []string{"Run it"}},
		{"command", gettingStarted, []string{"Getting started", "The command"}},
		{"vet", gettingStarted, []string{"Getting started", "go vet and go fix"}},
		{"golangci-lint", gettingStarted, []string{"Getting started", "golangci-lint"}},
		{"gopls", gettingStarted, []string{"Getting started", "Editors"}},
	}
}

func run(args []string, w io.Writer) error {
	var o options
	fs := flag.NewFlagSet("newuser", flag.ContinueOnError)
	fs.StringVar(&o.repository, "repository", upstream, "what is cloned in place of "+upstream)
	fs.StringVar(&o.server, "server", "https://github.com/ergochat/ergo", "directory of a server, or a git repository to clone")
	fs.StringVar(&o.docs, "docs", ".", "checkout whose pages are followed")
	fs.StringVar(&o.only, "only", "", "names of paths, separated by commas")
	fs.DurationVar(&o.limit, "limit", 5*time.Minute, "the most that a path may take")
	fs.BoolVar(&o.verbose, "v", false, "show what the commands print")
	if err := fs.Parse(args); err != nil {
		return err
	}
	fmt.Fprintln(w, "| path | s | of which | findings |")
	fmt.Fprintln(w, "| --- | --- | --- | --- |")
	var failed []error
	for _, p := range paths() {
		if o.only != "" && !strings.Contains(","+o.only+",", ","+p.name+",") {
			continue
		}
		steps, err := o.follow(p)
		fmt.Fprintln(w, row(p.name, steps))
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", p.name, err))
		}
	}
	return errors.Join(failed...)
}

// step is a line that was run.
type step struct {
	line     string
	took     time.Duration
	findings int
}

// row leaves out what took no time.
func row(name string, steps []step) string {
	var all time.Duration
	var parts []string
	findings := 0
	for _, s := range steps {
		all += s.took
		findings = max(findings, s.findings)
		if s.took >= time.Second {
			parts = append(parts, fmt.Sprintf("`%s` %.0f", s.line, s.took.Seconds()))
		}
	}
	return fmt.Sprintf("| %s | %.0f | %s | %d |", name, all.Seconds(), strings.Join(parts, ", "), findings)
}
