//go:build unix

package main

import (
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// compareVet sets sockvet against plain go vet.
func compareVet(o *options, w io.Writer) error {
	dir, err := os.MkdirTemp("", "cost")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	all := []*contender{
		{name: "go vet", prepare: func() (func() *exec.Cmd, error) { return o.vet("-printf.funcs=" + nonce()), nil }},
		{name: "connclose", prepare: o.withSockvet(dir, "-connclose")},
		{name: "all six checks", prepare: o.withSockvet(dir)},
	}
	if _, err := measure(o.vet()()); err != nil { // compiles the dependencies
		return err
	}
	if err := compete(all, o.rounds); err != nil {
		return err
	}
	return table(w, all)
}

func (o *options) vet(flags ...string) func() *exec.Cmd {
	return func() *exec.Cmd {
		cmd := exec.Command("go", slices.Concat([]string{"vet"}, flags, o.args)...)
		cmd.Dir = o.dir
		return cmd
	}
}

func (o *options) withSockvet(dir string, flags ...string) func() (func() *exec.Cmd, error) {
	return func() (func() *exec.Cmd, error) {
		tool, err := copyOf(o.sockvet, dir)
		if err != nil {
			return nil, err
		}
		return o.vet(slices.Concat([]string{"-vettool=" + tool}, flags)...), nil
	}
}

// compareLint sets sockvet against other linters inside golangci-lint. Beside a
// set of default linters the first contender is that set alone, so that the
// others show what adding them costs.
func compareLint(o *options, w io.Writer) error {
	dir, err := os.MkdirTemp("", "cost")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var all []*contender
	if o.beside != "none" {
		all = append(all, &contender{name: o.beside, prepare: o.lint(dir, "--no-config", "--default", o.beside)})
	}
	for _, l := range strings.Split(o.linters, ",") {
		flags := []string{"--no-config", "--default", o.beside}
		for _, linter := range strings.Split(l, "+") {
			flags = append(flags, "--enable", linter)
		}
		all = append(all, &contender{name: l, prepare: o.lint(dir, flags...)})
	}
	all = append(all, &contender{name: "sockvet", prepare: o.lint(dir, "--config", o.config, "--default", o.beside, "--path-mode", "abs")})
	if _, err := measure(o.build()); err != nil {
		return err
	}
	if err := compete(all, o.rounds); err != nil {
		return err
	}
	return table(w, all)
}

// build has the export data of all dependencies made.
func (o *options) build() *exec.Cmd {
	cmd := exec.Command("go", slices.Concat([]string{"vet", "-printf"}, o.args)...)
	cmd.Dir = o.dir
	return cmd
}

func (o *options) lint(dir string, flags ...string) func() (func() *exec.Cmd, error) {
	return func() (func() *exec.Cmd, error) {
		cache, err := os.MkdirTemp(dir, "cache")
		if err != nil {
			return nil, err
		}
		return func() *exec.Cmd {
			cmd := exec.Command(o.golangci, slices.Concat([]string{"run", "--issues-exit-code", "0"}, flags, o.args)...)
			cmd.Dir = o.dir
			cmd.Env = append(os.Environ(), "GOLANGCI_LINT_CACHE="+cache)
			return cmd
		}, nil
	}
}
