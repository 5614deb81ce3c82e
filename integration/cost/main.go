//go:build unix

// Command cost measures what sockvet takes on a work tree of somebody else's
// repository, beside tools that do the like.
//
//	go run ./integration/cost vet -dir TREE -sockvet ./sockvet [packages]
//	go run ./integration/cost lint -dir TREE -golangci ./golangci-lint-sockvet [packages]
//	go run ./integration/cost robust -sockvet ./sockvet [-findings DIR] TREE...
//
// vet compares go vet with and without sockvet as its tool, lint compares
// linters inside one golangci-lint, each on a cold cache of its own and then on
// the warm one. What the compiler makes is in the build cache before anything is
// measured. The runs of one round follow each other, so that whatever else the
// machine does falls on all of them, and the figures are medians over the rounds
// (-runs). On a machine that has other things to do look at CPU, which is user
// and system time of all processes, not at wall. Memory is that of the largest
// process.
//
// robust runs all checks over all packages of each tree and all their
// dependencies but the standard library: how many functions with an obligation
// connclose left undecided, how many panics there were, and the most that one
// package took. What is undecided is named on standard error.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if status, ok := asTool(); ok {
		os.Exit(status)
	}
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "cost:", err)
		os.Exit(1)
	}
}

type options struct {
	dir      string
	sockvet  string
	golangci string
	config   string
	linters  string
	beside   string
	findings string
	rounds   int
	args     []string
}

func run(args []string, w io.Writer) error {
	if len(args) == 0 {
		return errors.New("vet, lint or robust?")
	}
	var o options
	fs := flag.NewFlagSet(args[0], flag.ContinueOnError)
	fs.StringVar(&o.dir, "dir", ".", "work tree")
	fs.StringVar(&o.sockvet, "sockvet", "./sockvet", "binary of sockvet")
	fs.StringVar(&o.golangci, "golangci", "./golangci-lint-sockvet", "binary of integration/golangci")
	fs.StringVar(&o.config, "config", "integration/golangci/sockvet.golangci.yml", "configuration that enables the checks of sockvet")
	fs.StringVar(&o.linters, "linters", "bodyclose+sqlclosecheck,bodyclose,sqlclosecheck,noctx,staticcheck", "linters to set sockvet against, those joined by + in one run; the first is what ratios refer to")
	fs.StringVar(&o.beside, "default", "none", "set of golangci-lint's linters that runs with each contender: none, fast, standard, all")
	fs.StringVar(&o.findings, "findings", "", "directory for what robust's trees are reported for, a file each, as go vet -json prints it")
	fs.IntVar(&o.rounds, "runs", 3, "rounds")
	if err := fs.Parse(args[1:]); err != nil {
		return err
	}
	if o.args = fs.Args(); len(o.args) == 0 && args[0] != "robust" {
		o.args = []string{"./..."}
	}
	if err := absolute(&o.sockvet, &o.golangci, &o.config); err != nil {
		return err
	}
	switch args[0] {
	case "vet":
		return compareVet(&o, w)
	case "lint":
		return compareLint(&o, w)
	case "robust":
		return robust(&o, w)
	}
	return fmt.Errorf("%s is none of vet, lint, robust", args[0])
}
