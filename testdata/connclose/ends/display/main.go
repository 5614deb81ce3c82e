// Command display shows the error by a function that its configuration gives, and exits.
package main

import (
	"fmt"
	"net"
	"os"
)

// config has functions that others set.
type config struct {
	display func([]byte)
	show    func(format string, args ...any)
	wait    func()
	serve   func(net.Addr)
}

var (
	cfg  config
	mode = os.Getenv("MODE")
)

func main() {
	var err error
	switch mode {
	case "get":
		err = goodGet("a:1")
	case "set":
		err = goodSet("b:1")
	default:
		err = goodGet("c:1")
	}
	if err != nil {
		cfg.display([]byte(err.Error()))
		cfg.show("%v", err)
		os.Exit(1)
	}
	if err := badWaits("d:1"); err != nil {
		cfg.wait()
		os.Exit(1)
	}
	if err := badServes("e:1"); err != nil {
		cfg.serve(nil)
		os.Exit(1)
	}
}

func goodGet(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return fmt.Errorf("dial: %w", err)
	}
	if _, err := conn.Write([]byte("get\n")); err != nil {
		return fmt.Errorf("target: %w", err)
	}
	return conn.Close()
}

func goodSet(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if _, err := conn.Write([]byte("set\n")); err != nil {
		return err
	}
	return conn.Close()
}

// badWaits: what the function is that main calls then, nobody knows; it is told nothing.
func badWaits(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Write fails"
	if err != nil {
		return err
	}
	if _, err := conn.Write([]byte("wait\n")); err != nil {
		return err
	}
	return conn.Close()
}

// badServes: it may serve at that address for long.
func badServes(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Write fails"
	if err != nil {
		return err
	}
	if _, err := conn.Write([]byte("serve\n")); err != nil {
		return err
	}
	return conn.Close()
}
