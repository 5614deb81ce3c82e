package cli

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/sockvet/sockvet/cmd/sockvet/internal/checks"
)

const usage = `Sockvet finds the bugs by which Go network servers stop accepting clients or
run out of file descriptors.

	sockvet [flags] packages...   analyse, for example: sockvet ./...
	sockvet explain CHECK         what a check reports, with examples and settings
	sockvet list                  the checks
	sockvet gopls                 build a gopls with the checks, for editors
	sockvet version
	sockvet help                  all flags

Exit status: 0 nothing found, 1 something found, 2 an error.
`

const flagsHelp = `
Which code
  -C dir              run as if started in dir
  -tags list          build tags
  -mod mode           as for the go command; -modfile and -p too
  -tests              report in _test.go files as well

Which findings
  -checks list        a,b: only these; -a: all but this; all,-a,-b as well
  -baseline file      report only what is not in the file
  -write-baseline     write all findings to the file of -baseline
  -unused-suppressions
                      report comments too that silence nothing
  -netmodel file      descriptions of APIs of your own
  -config file        settings; default .sockvet.json in the module's root
  -CHECK.NAME=value   a setting of one check, see "sockvet explain CHECK"

Which report
  -json               one JSON array, one finding a line
  -sarif              SARIF 2.1.0
  -codequality        the form that GitLab shows in merge requests
  -html file          a page with the path of each finding drawn over the source
  -o file             write the report to the file instead of standard output
  -color when         auto, always or never

Fixes
  -fix                apply the first fix of each finding, report what remains
  -diff               print what -fix would change

  -debug              say what is run, what remained undecided, and stacks

Flags may also follow the packages. The same binary is a tool for the go
command: go vet -vettool=$(which sockvet) ./...
`

func (a *app) help(args []string) int {
	if len(args) > 0 {
		return a.explain(args)
	}
	fmt.Fprint(a.Stdout, usage, flagsHelp)
	return ExitClean
}

func (a *app) list(args []string) int {
	if len(args) > 0 {
		return a.fail(errors.New("list takes no arguments"))
	}
	w := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	for _, k := range a.catalog {
		fmt.Fprintf(w, "%s\t%s\n", k.Name, k.Title)
	}
	if err := w.Flush(); err != nil {
		return a.fail(err)
	}
	return ExitClean
}

func (a *app) version(args []string) int {
	if len(args) > 0 {
		return a.fail(errors.New("version takes no arguments"))
	}
	fmt.Fprintln(a.Stdout, "sockvet", a.Version)
	return ExitClean
}

func (a *app) explain(args []string) int {
	if len(args) != 1 {
		return a.fail(fmt.Errorf("explain takes the name of one check: %s", strings.Join(a.catalog.Names(), ", ")))
	}
	k, ok := a.catalog.Get(args[0])
	if !ok {
		return a.fail(fmt.Errorf("unknown check %q; there are %s", args[0], strings.Join(a.catalog.Names(), ", ")))
	}
	fmt.Fprintf(a.Stdout, "%s: %s\n", k.Name, k.Title)
	if text := k.PlainText(); text != "" {
		fmt.Fprintf(a.Stdout, "\n%s", text)
	}
	if len(k.Flags) > 0 {
		fmt.Fprint(a.Stdout, "\n# Settings\n\n")
	}
	for _, f := range k.Flags {
		a.explainFlag(k, f)
	}
	if k.URL != "" {
		fmt.Fprintf(a.Stdout, "\n%s\n", k.URL)
	}
	return ExitClean
}

func (a *app) explainFlag(k checks.Check, f *flag.Flag) {
	kind, text := flag.UnquoteUsage(f)
	if kind != "" {
		kind = " " + kind
	}
	fmt.Fprintf(a.Stdout, "  -%s.%s%s\n    \t%s", k.Name, f.Name, kind, text)
	switch f.DefValue {
	case "", "0", "false":
	default:
		fmt.Fprintf(a.Stdout, " (default %s)", f.DefValue)
	}
	fmt.Fprintln(a.Stdout)
}
