// Package sleeper holds handlers with a deferred Close that never runs: they
// sleep, never read, and so never see the peer's FIN; their sockets stay in
// CLOSE_WAIT.
package sleeper

import (
	"log"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// Listen starts the handlers that get a conn.
func Listen(ln net.Listener, kind func() int) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		switch kind() {
		case 0:
			go badSleeps(conn)
		case 1:
			go badTicks(conn, time.NewTicker(time.Second))
		case 2:
			go goodReads(conn)
		case 3:
			go goodSleepsBetweenWrites(conn)
		default:
			go goodStops(conn, make(chan struct{}))
		}
	}
}

// badSleeps: the deferred Close waits for a loop that cannot end.
func badSleeps(conn net.Conn) { // want "conn.* its deferred Close never runs: the loop at line 39 has no exit and never touches it"
	defer conn.Close()
	for {
		time.Sleep(time.Second)
	}
}

// badTicks: a select with one arm that goes on is such a loop.
func badTicks(conn net.Conn, tick *time.Ticker) { // want "conn.* its deferred Close never runs: the loop at line \\d+ has no exit and never touches it"
	defer conn.Close()
	for {
		select {
		case now := <-tick.C:
			log.Print(now)
		}
	}
}

// badDialledSleeps: the same in the function that dials.
func badDialledSleeps(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial.* its deferred Close never runs: the loop at line \\d+ has no exit and never touches it"
	if err != nil {
		return err
	}
	defer conn.Close()
	for n := 0; ; n++ {
		time.Sleep(time.Minute)
		log.Print("still here after ", n, " minutes")
	}
}

// goodReads: the read's error ends the loop.
func goodReads(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 512)
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// goodSleepsBetweenWrites: the write's error ends the loop.
func goodSleepsBetweenWrites(conn net.Conn) {
	defer conn.Close()
	for {
		if _, err := conn.Write([]byte(".")); err != nil {
			return
		}
		time.Sleep(time.Second)
	}
}

// goodStops: the loop has an exit.
func goodStops(conn net.Conn, stop <-chan struct{}) {
	defer conn.Close()
	for {
		select {
		case <-stop:
			return
		case <-time.After(time.Second):
		}
	}
}

// badRawSleeps: the same with descriptors, at the accept.
func badRawSleeps(lfd int) error {
	fd, _, err := unix.Accept(lfd) // want "fd from .*unix.Accept.* its deferred Close never runs: the loop at line \\d+ has no exit and never touches it"
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	for {
		time.Sleep(time.Second)
	}
}

// goodRawReads: the read's end of file ends the loop.
func goodRawReads(lfd int) error {
	fd, _, err := unix.Accept(lfd)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	buf := make([]byte, 512)
	for {
		n, err := unix.Read(fd, buf)
		if n == 0 || err != nil {
			return err
		}
	}
}
