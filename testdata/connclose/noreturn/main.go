// Command noreturn holds paths that end the process: the kernel closes what is
// open then.
package main

import (
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"testing"
)

var errTemporary = errors.New("temporary")

func greet(conn net.Conn) error {
	_, err := conn.Write([]byte("HELO\n"))
	return err
}

// main's own listener lives as long as the process.
func main() {
	ln, err := net.Listen("tcp", ":7000")
	if err != nil {
		log.Fatal(err)
	}
	conn, err := ln.Accept()
	if err != nil {
		return
	}
	if err := greet(conn); err != nil {
		fmt.Println(err)
		return
	}
}

// goodLogFatal: log.Fatal does not return.
func goodLogFatal(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		log.Fatal(err)
	}
	if err := greet(conn); err != nil {
		log.Fatalf("greet: %v", err)
	}
	return conn
}

// badLogPrint: log.Print does.
func badLogPrint(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*greet fails"
	if err != nil {
		log.Fatal(err)
	}
	if err := greet(conn); err != nil {
		log.Print(err)
		return nil
	}
	return conn
}

// goodOSExit: nor does os.Exit.
func goodOSExit(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		os.Exit(1)
	}
	if err := greet(conn); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return conn
}

// die does not return because os.Exit does not.
func die(err error) {
	fmt.Fprintln(os.Stderr, "noreturn:", err)
	os.Exit(1)
}

// dieOf does not return because die does not.
func dieOf(what string, err error) {
	die(fmt.Errorf("%s: %w", what, err))
}

// goodOwnFatal: two calls away from os.Exit.
func goodOwnFatal(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		die(err)
	}
	if err := greet(conn); err != nil {
		dieOf("greet", err)
	}
	return conn
}

// must exits when there is an error.
func must(err error) {
	if err != nil {
		die(err)
	}
}

// goodMust: behind must the error is nil.
func goodMust(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr)
	must(err)
	must(greet(conn))
	return conn
}

// dieUnlessTemporary returns for some errors.
func dieUnlessTemporary(err error) {
	if !errors.Is(err, errTemporary) {
		die(err)
	}
}

// badSometimesFatal: the helper may return, and then the conn is dropped.
func badSometimesFatal(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*greet fails"
	if err != nil {
		return nil
	}
	if err := greet(conn); err != nil {
		dieUnlessTemporary(err)
		return nil
	}
	return conn
}

// goodPanic: a panic is no return either.
func goodPanic(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		panic(err)
	}
	if err := greet(conn); err != nil {
		panic(fmt.Sprint("greet: ", err))
	}
	return conn
}

// badRun: only main itself ends with the process, not what it calls.
func badRun(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	return greet(conn)
}

// suite is not itself given to tests: what its methods leave open is reported.
type suite struct{ t *testing.T }

// goodTestFatal: the test's clean-up closes after Fatal.
func (s suite) goodTestFatal(addr string) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	if err := greet(conn); err != nil {
		s.t.Fatal(err)
	}
}

// badTestForgets: nothing is cleaned up.
func (s suite) badTestForgets(addr string) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		s.t.Fatal(err)
	}
	if err := greet(conn); err != nil {
		s.t.Log(err)
	}
}

// goodTestHelper is part of tests, in whatever file it is.
func goodTestHelper(t testing.TB, addr string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := greet(conn); err != nil {
		t.Log(err)
	}
}
