// Package program makes a process of the command and the vet tool.
package program

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/cli"
	"github.com/sockvet/sockvet/cmd/sockvet/internal/vettool"
	"golang.org/x/tools/go/analysis"
)

// Main is the whole program for a suite: a vet tool when the go command runs
// it, the command otherwise. It does not return.
func Main(suite []*analysis.Analyzer) {
	if vettool.Requested(os.Args[1:]) {
		vettool.Main(suite)
	}
	os.Exit(command(suite))
}

func command(suite []*analysis.Analyzer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.Getwd()
	if err != nil {
		return failed(err)
	}
	exe, err := os.Executable()
	if err != nil {
		return failed(err)
	}
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

func failed(err error) int {
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
