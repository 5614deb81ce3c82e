// Command golangci is golangci-lint with the checks of sockvet as linters. It
// is a module of its own, so that sockvet itself needs nothing of golangci-lint.
//
//	go build -o golangci-lint-sockvet .
//	./golangci-lint-sockvet run -c sockvet.golangci.yml --path-mode abs
//
// The same binary comes from "golangci-lint custom" with the .custom-gcl.yml
// here.
package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"github.com/golangci/golangci-lint/v2/pkg/commands"
	"github.com/golangci/golangci-lint/v2/pkg/exitcodes"

	_ "github.com/sockvet/sockvet/cmd/gclplugin" // registers the checks
)

func main() {
	if err := commands.Execute(info()); err != nil {
		fmt.Fprintln(os.Stderr, "golangci-lint:", err)
		os.Exit(exitcodes.Failure)
	}
}

// info leaves the version at "(devel)", the word that makes golangci-lint key
// its cache with the content of the executable: under a version number a rebuilt
// plugin would give the results of the old one.
func info() commands.BuildInfo {
	out := commands.BuildInfo{Version: "(devel)", Commit: "unknown", Date: "an unknown date"}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return out
	}
	out.GoVersion = build.GoVersion
	for _, dep := range build.Deps {
		if dep.Path == "github.com/golangci/golangci-lint/v2" {
			out.Commit = dep.Version + " with sockvet"
		}
	}
	for _, s := range build.Settings {
		if s.Key == "vcs.time" {
			out.Date = s.Value
		}
	}
	return out
}
