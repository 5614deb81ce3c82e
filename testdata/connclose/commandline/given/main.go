// Command given gives what it does to a library of its own.
package main

import (
	"context"
	"fmt"
	"net"
	"os"

	"sockvet.test/connclose/commandline/makes"
)

func main() {
	cmd := makes.New(goodRun, nil)
	if err := cmd.Run(context.Background(), os.Args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for range 3 {
		makes.New(nil, badEach)
	}
}

// goodRun is what the command does.
func goodRun(ctx context.Context, addr string) error {
	a, b, err := goodPair(addr)
	if err != nil {
		return err
	}
	defer a.Close()
	return b.Close()
}

func goodPair(addr string) (net.Conn, net.Conn, error) {
	a, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, nil, err
	}
	b, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, nil, err
	}
	return a, b, nil
}

// badEach is made more than once.
func badEach(ctx context.Context, addr string) error {
	a, err := net.Dial("tcp", addr) // want "a from net.Dial is never closed"
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a, "hello")
	return err
}
