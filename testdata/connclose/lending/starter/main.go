// Command starter reads in a goroutine what it goes on writing to.
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"os"
)

// main has the connection until the process ends.
func main() {
	conn, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	go goodReadAll(conn)
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		if _, err := conn.Write([]byte(line)); err != nil {
			break
		}
	}
}

// goodReadAll only reads: its starter has it.
func goodReadAll(conn net.Conn) {
	in := bufio.NewScanner(conn)
	for in.Scan() {
		fmt.Println(in.Text())
	}
}

// badWriter goes on with it and leaves it open: it is told here, not there.
func badWriter(addr string, lines []string) error {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is never closed`
	if err != nil {
		return err
	}
	go goodReadAll(conn)
	w := bufio.NewWriter(conn)
	for {
		if _, err := fmt.Fprintln(w, lines); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
}

// badCopier copies to the end, and leaves it open.
func badCopier(addr string) error {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is never closed`
	if err != nil {
		return err
	}
	go goodReadAll(conn)
	_, err = io.Copy(conn, os.Stdin)
	return err
}

// greetAll greets each peer, and leaves the rest to the goroutine.
func greetAll(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go badGreeted(conn)
		io.WriteString(conn, "hello\n")
		log.Print(conn.RemoteAddr())
	}
}

// badGreeted has it alone.
func badGreeted(conn net.Conn) { // want `parameter conn is never closed`
	io.Copy(io.Discard, conn)
}

// sometimes writes only where there is something to write.
func sometimes(addr string, lines []string) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	go badLeft(conn)
	if len(lines) == 0 {
		return
	}
	for _, line := range lines {
		io.WriteString(conn, line)
	}
}

// badLeft is left with it where there is not.
func badLeft(conn net.Conn) { // want `parameter conn is never closed`
	io.Copy(io.Discard, conn)
}

// logs only looks at it.
func logs(addr string, seen chan string) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	go badLogged(conn)
	for range seen {
		log.Print(conn.RemoteAddr())
	}
}

// badLogged is alone in using it.
func badLogged(conn net.Conn) { // want `parameter conn is never closed`
	io.Copy(io.Discard, conn)
}

// greetEach greets in a callee that has a loop for something else.
func greetEach(ln net.Listener, names []string) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go badNamed(conn)
		greetNamed(conn, names)
	}
}

func greetNamed(conn net.Conn, names []string) {
	text := "hello"
	for _, name := range names {
		text += " " + name
	}
	io.WriteString(conn, text)
}

// badNamed has it alone when the greeting is over.
func badNamed(conn net.Conn) { // want `parameter conn is never closed`
	io.Copy(io.Discard, conn)
}

// tellEach goes on with it in a callee, and leaves it open: it is told here.
func tellEach(ln net.Listener, lines chan string) error {
	for {
		conn, err := ln.Accept() // want `conn from .* is not closed before the next iteration`
		if err != nil {
			return err
		}
		go goodTold(conn)
		tellAll(conn, lines)
	}
}

func tellAll(conn net.Conn, lines chan string) {
	w := bufio.NewWriter(conn)
	for line := range lines {
		fmt.Fprintln(w, line)
	}
}

// goodTold is its starter's.
func goodTold(conn net.Conn) {
	io.Copy(io.Discard, conn)
}
