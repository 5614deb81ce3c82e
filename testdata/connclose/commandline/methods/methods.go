// Package methods has commands that libraries find by reflection, or are given.
package methods

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"

	"github.com/alecthomas/kingpin/v2"
	"github.com/google/subcommands"
	"github.com/urfave/cli/v2"
)

// hello leaves its connection open.
func hello(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(conn, "hello")
	return err
}

// -- kong --

type tree struct {
	Send  goodSend  `cmd:"" help:"Send something."`
	Other badPlain  `json:"other"`
	Ask   *goodAsks `cmd:"ask"`
}

type goodSend struct{ addr string }

// Run is a command.
func (s *goodSend) Run(t *tree) error {
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(conn, t.Other)
	return err
}

type goodAsks struct{ addr string }

// Run is a command, too, and fails where a helper does.
func (a goodAsks) Run() error {
	if err := hello(a.addr); err != nil {
		return fmt.Errorf("no answer: %w", err)
	}
	return nil
}

// goodTagged has the tags of a command, for a tree in another package.
type goodTagged struct {
	Addr string `arg:"" help:"Whom to ask."`
}

// Run is a command.
func (g *goodTagged) Run() error {
	conn, err := net.Dial("tcp", g.Addr)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(conn, "hello")
	return err
}

type badPlain struct{ addr string }

// Run is anybody's.
func (b badPlain) Run() error {
	conn, err := net.Dial("tcp", b.addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(conn, "hello")
	return err
}

type badCalled struct {
	Addr string `arg:""`
}

// Run is a command that something else calls as well.
func (b badCalled) Run() error {
	conn, err := net.Dial("tcp", b.Addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(conn, "hello")
	return err
}

// Loop runs it again and again.
func Loop(addrs <-chan string) (err error) {
	for a := range addrs {
		err = errors.Join(err, badCalled{a}.Run())
	}
	return err
}

// -- go-flags --

type goodFlags struct {
	Addr string `long:"addr"`
}

// Execute is a command.
func (g *goodFlags) Execute(args []string) error {
	conn, err := net.Dial("tcp", g.Addr)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(conn, args)
	return err
}

type badExecutor struct{ addr string }

// Execute is anybody's.
func (b *badExecutor) Execute(args []string) error {
	conn, err := net.Dial("tcp", b.addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(conn, args)
	return err
}

// -- mitchellh/cli --

type goodFactory struct{ addr string }

func (g *goodFactory) Help() string     { return "help" }
func (g *goodFactory) Synopsis() string { return "says hello" }

// Run is a command.
func (g *goodFactory) Run(args []string) int {
	conn, err := net.Dial("tcp", g.addr)
	if err != nil {
		return 1
	}
	if _, err := fmt.Fprintln(conn, args); err != nil {
		return 1
	}
	return 0
}

type badRunner struct{ addr string }

// Run is anybody's.
func (b *badRunner) Run(args []string) int {
	conn, err := net.Dial("tcp", b.addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return 1
	}
	if _, err := fmt.Fprintln(conn, args); err != nil {
		return 1
	}
	return 0
}

// -- subcommands --

type goodSub struct{ addr string }

func (*goodSub) Name() string           { return "hello" }
func (*goodSub) Synopsis() string       { return "says hello" }
func (*goodSub) Usage() string          { return "hello ADDR" }
func (*goodSub) SetFlags(*flag.FlagSet) {}

// Execute is a command.
func (g *goodSub) Execute(ctx context.Context, f *flag.FlagSet, args ...any) subcommands.ExitStatus {
	conn, err := net.Dial("tcp", g.addr)
	if err != nil {
		return subcommands.ExitFailure
	}
	if _, err := fmt.Fprintln(conn, "hello"); err != nil {
		return subcommands.ExitFailure
	}
	return subcommands.ExitSuccess
}

// -- kingpin --

type command struct{ addr string }

func (c *command) goodAction(*kingpin.ParseContext) error {
	conn, err := net.Dial("tcp", c.addr)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(conn, "hello")
	return err
}

// badValidated runs before the command.
func (c *command) badValidated(*kingpin.ParseContext) error {
	conn, err := net.Dial("tcp", c.addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(conn, "hello")
	return err
}

// Main parses the command line.
func Main() {
	app := kingpin.New("hello", "Says hello.")
	var c command
	app.Command("hello", "Says hello.").PreAction(c.badValidated).Action(c.goodAction)
	kingpin.MustParse(app.Parse(os.Args[1:]))
}

// -- errors with a status --

var app = &cli.App{Action: func(c *cli.Context) error {
	if err := goodStatus(c.Args().First()); err != nil {
		return cli.Exit(err, 3)
	}
	return nil
}}

func goodStatus(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	return conn.Close()
}
