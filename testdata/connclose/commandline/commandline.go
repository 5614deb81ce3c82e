// Package commandline has the commands of a command line: when one returns, the
// process ends.
package commandline

import (
	"fmt"
	"io"
	"net"

	"github.com/spf13/cobra"
	"github.com/urfave/cli/v2"
)

var sendCmd = &cobra.Command{Use: "send", Run: goodSend}

var askCmd = &cobra.Command{
	Use: "ask",
	RunE: func(cmd *cobra.Command, args []string) error {
		conn, err := dial(args[0])
		if err != nil {
			return err
		}
		_, err = io.Copy(cmd.OutOrStdout(), conn)
		return err
	},
}

var app = &cli.App{Action: goodAction, Commands: []*cli.Command{{Name: "probe", Before: badBefore, Action: goodAction}}}

// goodSend leaves its connection to the end of the process.
func goodSend(cmd *cobra.Command, args []string) {
	conn, err := net.Dial("tcp", args[0])
	if err != nil {
		return
	}
	fmt.Fprintln(conn, args[1])
}

// goodAction fails, and with it the program.
func goodAction(c *cli.Context) error {
	conn, err := dial(c.Args().First())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(conn, "hello")
	return err
}

// dial fails where the commands do.
func dial(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte("hello\n")); err != nil {
		return nil, err
	}
	return conn, nil
}

// badBefore runs before the command.
func badBefore(c *cli.Context) error {
	conn, err := net.Dial("tcp", c.Args().First()) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(conn, "hello")
	return err
}

var tryCmd = &cobra.Command{Use: "try", Run: badTriesAll}

// badTriesAll has one connection more each round.
func badTriesAll(cmd *cobra.Command, args []string) {
	for _, addr := range args {
		conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed before the next iteration"
		if err != nil {
			continue
		}
		fmt.Fprintln(conn, "hello")
	}
}

// badAlsoCalled is a command, and something else calls it.
func badAlsoCalled(cmd *cobra.Command, args []string) {
	conn, err := net.Dial("tcp", args[0]) // want "conn from net.Dial is never closed"
	if err != nil {
		return
	}
	fmt.Fprintln(conn, "hello")
}

var calledCmd = &cobra.Command{Use: "called", Run: badAlsoCalled}

// Serve runs it again and again.
func Serve(requests <-chan string) {
	for r := range requests {
		badAlsoCalled(nil, []string{r})
	}
}
