// Command status hands a status, a flag or a nil on to main, which exits.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"os"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	conn, status := goodStatus(flag.Arg(0))
	if conn == nil {
		if status != 0 {
			log.Print("no connection")
		}
		return status
	}
	defer conn.Close()
	if !goodFlag(flag.Arg(1)) {
		cancel()
		return 2
	}
	other := goodNil(flag.Arg(2))
	if other == nil {
		usage()
		return 3
	}
	defer other.Close()
	if badFlag(flag.Arg(3)) {
		return 4
	}
	if badStatus(flag.Arg(4)) == 2 {
		return 5
	}
	go log.Print("started")
	<-ctx.Done()
	return goodLast(conn)
}

func usage() {
	log.Print("usage: status ADDR...")
	flag.PrintDefaults()
}

// goodStatus gives a status beside nil.
func goodStatus(addr string) (net.Conn, int) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, -1
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return nil, -1
	}
	if addr == "" {
		return nil, 0
	}
	return conn, 0
}

func goodFlag(addr string) bool {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return false
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return false
	}
	return conn.Close() == nil
}

func goodNil(addr string) net.Conn {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return nil
	}
	return conn
}

// badFlag fails, and run goes on.
func badFlag(addr string) bool {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when os.Chmod fails"
	if err != nil {
		return false
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return false
	}
	return conn.Close() == nil
}

// badStatus ends the process with another status.
func badStatus(addr string) int {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed \\(leaks at lines 107, 112 until a GC\\)"
	if err != nil {
		return 0
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return 1
	}
	if _, err := conn.Write(nil); err != nil {
		return 2
	}
	return conn.(interface{ goodForget() int }).goodForget()
}

// goodLast is the last that is done, whatever comes of it.
func goodLast(conn net.Conn) int {
	other, err := net.Dial("tcp", conn.RemoteAddr().String())
	if err != nil {
		return 1
	}
	if _, err := other.Write(nil); err != nil {
		return 2
	}
	return 0
}
