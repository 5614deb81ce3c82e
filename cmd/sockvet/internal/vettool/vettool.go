// Package vettool is the side of the program that the go command talks to.
package vettool

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/progress"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
)

const (
	// DepsFlag makes the tool report on all packages that it sees, also on
	// those that are analysed only because another one imports them. See
	// reportOn.
	DepsFlag = "report-deps"

	// RootsFlag does nothing. It is for telling apart, in the go command's
	// cache, results for the same package as a subject and as a dependency.
	RootsFlag = "roots"
)

// Requested reports whether the arguments are those by which the go command
// asks a vet tool for its version, its flags, or the analysis of one package.
func Requested(args []string) bool {
	if len(args) == 1 && (args[0] == "-V=full" || args[0] == "-flags") {
		return true
	}
	return len(args) > 0 && isConfig(args[len(args)-1])
}

func isConfig(arg string) bool { return strings.HasSuffix(arg, ".cfg") }

// Main is the vet tool. It does not return.
func Main(suite []*analysis.Analyzer) {
	flag.Bool(DepsFlag, false, "report findings in dependencies too (for the sockvet command)")
	flag.String(RootsFlag, "", "no effect but on caching (for the sockvet command)")
	if last := len(os.Args) - 1; isConfig(os.Args[last]) {
		progress.Tick()
		args := os.Args[1:last]
		name, only, err := adapt(os.Args[last], args, readsTests(suite, args))
		if err != nil {
			fmt.Fprintln(os.Stderr, "sockvet:", err)
			os.Exit(1)
		}
		os.Args[last] = name
		if only {
			spare(suite)
		}
	}
	unitchecker.Main(suite...)
}

// spare leaves the checks undone for a unit that is analysed only for its facts:
// unitchecker drops what they report there, but runs them all the same since they
// need facts.
func spare(suite []*analysis.Analyzer) {
	for _, a := range suite {
		if len(a.FactTypes) == 0 {
			a.Requires, a.Run = factMakers(a.Requires), func(*analysis.Pass) (any, error) { return nil, nil }
		}
	}
}

// factMakers are those of the analyzers, and of what they require, that make facts.
func factMakers(of []*analysis.Analyzer) (makers []*analysis.Analyzer) {
	for _, a := range of {
		if len(a.FactTypes) > 0 {
			makers = append(makers, a)
		} else {
			makers = append(makers, factMakers(a.Requires)...)
		}
	}
	return makers
}

// has reports whether a boolean flag is set in the tool's arguments.
func has(args []string, name string) bool {
	return slices.Contains(args, "-"+name) || slices.Contains(args, "-"+name+"=true")
}
