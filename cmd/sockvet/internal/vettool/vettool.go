// Package vettool is the side of the program that the go command talks to.
package vettool

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/cli"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/progress"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
)

// Main is the whole program for a suite: a vet tool when the go command runs
// it, the command otherwise. It does not return.
func Main(suite []*analysis.Analyzer) {
	if requested(os.Args[1:]) {
		if isConfig(os.Args[len(os.Args)-1]) {
			progress.Tick()
		}
		unitchecker.Main(suite...)
	}
	os.Exit(command(suite))
}

// requested reports whether the arguments are those by which the go command
// asks a vet tool for its version, its flags, or the analysis of one package.
func requested(args []string) bool {
	if len(args) == 1 && (args[0] == "-V=full" || args[0] == "-flags") {
		return true
	}
	return len(args) > 0 && isConfig(args[len(args)-1])
}

func isConfig(arg string) bool { return strings.HasSuffix(arg, ".cfg") }

func command(suite []*analysis.Analyzer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.Getwd()
	if err == nil {
		var exe string
		if exe, err = os.Executable(); err == nil {
			return cli.Run(ctx, cli.Env{
				Args:       os.Args[1:],
				Stdout:     os.Stdout,
				Stderr:     os.Stderr,
				StdoutTerm: isTerminal(os.Stdout),
				StderrTerm: isTerminal(os.Stderr),
				Dir:        dir,
				Executable: exe,
				Version:    version(),
				Getenv:     os.Getenv,
				Suite:      suite,
			})
		}
	}
	fmt.Fprintln(os.Stderr, "sockvet:", err)
	return cli.ExitError
}

// isTerminal takes any character device for one; of the others, such as
// /dev/null, nobody sees the colours.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// version is the module's version, or the commit that a checkout was built at.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "devel"
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v += "-" + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	return v + " (" + info.GoVersion + ")"
}
