// Package cli is the sockvet command without its process: arguments in, exit
// status out.
package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/checks"
	"golang.org/x/tools/go/analysis"
)

// Exit statuses.
const (
	ExitClean    = 0
	ExitFindings = 1
	ExitError    = 2
)

// Env is what the command needs of its process.
type Env struct {
	Args       []string // without the program's name
	Stdout     io.Writer
	Stderr     io.Writer
	StdoutTerm bool // Stdout is a terminal
	StderrTerm bool
	Dir        string // working directory
	Executable string // this program, which is the vet tool too
	Version    string
	Getenv     func(string) string
	Suite      []*analysis.Analyzer
}

// app is one run of the command.
type app struct {
	Env
	catalog checks.Catalog
}

// Run runs the command and returns its exit status.
func Run(ctx context.Context, env Env) int {
	a := &app{env, checks.New(env.Suite)}
	if len(a.Args) == 0 {
		fmt.Fprint(a.Stderr, usage)
		return ExitError
	}
	rest := a.Args[1:]
	switch a.Args[0] {
	case "help":
		return a.help(rest)
	case "explain":
		return a.explain(rest)
	case "list":
		return a.list(rest)
	case "gopls":
		return a.gopls(ctx, rest)
	case "version":
		return a.version(rest)
	}
	return a.analyze(ctx)
}

// fail prints one line and returns the status for errors.
func (a *app) fail(err error) int {
	fmt.Fprintf(a.Stderr, "sockvet: %v\n", err)
	return ExitError
}
