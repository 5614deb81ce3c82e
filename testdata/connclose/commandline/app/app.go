// Package app is a command without a main of its own.
package app

import (
	"flag"
	"fmt"
	"log"
	"net"
	"os"

	"github.com/spf13/cobra"
	"github.com/urfave/cli/v2"
)

// Main is all that main calls.
func Main() int {
	addr := flag.String("addr", "", "whom to ask")
	flag.Parse()
	conn, status := goodConnect(*addr)
	if conn == nil {
		log.Printf("status %d", status)
		return status
	}
	other, err := net.Dial("tcp", *addr)
	if err != nil {
		return 1
	}
	fmt.Fprintln(other, "hello")
	return 0
}

func goodConnect(addr string) (net.Conn, int) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, 1
	}
	if _, err := conn.Write(nil); err != nil {
		return nil, 2
	}
	return conn, 0
}

// Config is what Load gives.
type Config struct{ Addr string }

// Load reads the command line, too, and who calls it goes on.
func Load() (*Config, error) {
	addr := flag.String("from", "", "whom to ask for it")
	flag.Parse()
	conn, err := net.Dial("tcp", *addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write(nil); err != nil {
		return nil, err
	}
	return &Config{*addr}, nil
}

var ask = &cobra.Command{
	Use:     "ask",
	PreRunE: goodPrepare,
	RunE:    func(*cobra.Command, []string) error { return nil },
	PostRun: goodAfter,
}

var app = &cli.App{Before: badPrepare, Action: func(*cli.Context) error { return nil }}

// goodPrepare fails, and the command does not run.
func goodPrepare(cmd *cobra.Command, args []string) error {
	conn, err := net.Dial("tcp", args[0])
	if err != nil {
		return err
	}
	if err := os.Chmod(args[0], 0o600); err != nil {
		return err
	}
	return conn.Close()
}

// goodAfter is the last that runs.
func goodAfter(cmd *cobra.Command, args []string) {
	conn, err := net.Dial("tcp", args[0])
	if err != nil {
		return
	}
	fmt.Fprintln(conn, "done")
}

// badPrepare drops its connection, and the command runs.
func badPrepare(c *cli.Context) error {
	conn, err := net.Dial("tcp", c.Args().First()) // want "conn from net.Dial is not closed on every path"
	if err != nil {
		return err
	}
	if c.NArg() > 1 {
		return conn.Close()
	}
	return nil
}
