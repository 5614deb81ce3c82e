// Package connclose holds connections that a suggested fix closes, and some
// that none can close.
package connclose

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

func greet(conn net.Conn) error {
	_, err := conn.Write([]byte("hello\n"))
	return err
}

// errorReturns: before each, below the comment that is there.
func errorReturns(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		// the peer is gone
		return nil, fmt.Errorf("greet %s: %w", conn.RemoteAddr(), err)
	}
	switch {
	case addr == "":
		return nil, errors.New("no address") // nothing to do
	}
	return conn, nil
}

// everyPath: once, behind the error check.
func everyPath(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "is never closed"
	if err != nil {
		return err
	}
	if err := greet(conn); err != nil {
		return err
	}
	return greet(conn)
}

// usedByTheResult: the result first, then Close.
func usedByTheResult(addr string, keep bool) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return nil, err
	}
	if !keep {
		return nil, greet(conn)
	}
	return conn, nil
}

// loop: before the next iteration.
func loop(ln net.Listener, banned map[string]bool) error {
	for {
		conn, err := ln.Accept() // want "is not closed"
		if err != nil {
			return err
		}
		if banned[conn.RemoteAddr().String()] {
			log.Print("banned")
			continue
		}
		go serve(conn)
	}
}

func serve(conn net.Conn) {
	defer conn.Close()
	_ = greet(conn)
}

// arms: of a select statement.
func arms(ctx context.Context, addr string, out chan<- net.Conn) {
	conn, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return
	}
	select {
	case out <- conn:
	case <-ctx.Done():
	case <-time.After(time.Second):
		log.Print("nobody takes it")
	}
}

// otherwise: there is no else branch yet.
func otherwise(addr string, out chan<- net.Conn, open func() bool) {
	conn, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return
	}
	if open() {
		out <- conn
	}
}

// descriptor: by the package that opened it.
func descriptor() (int, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0) // want "is not closed"
	if err != nil {
		return -1, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return -1, err
	}
	return fd, nil
}

// bothArms: one Close for either.
func bothArms(addr, path string) (net.Conn, error) {
	var conn net.Conn
	var err error
	if path != "" {
		conn, err = net.Dial("unix", path) // want "is not closed"
	} else {
		conn, err = net.Dial("tcp", addr)
	}
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// parameter: it closes it on other paths.
func start(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go parameter(c)
	}
}

func parameter(conn net.Conn) { // want "is not closed"
	if err := greet(conn); err != nil {
		return
	}
	conn.Close()
}

// mayBeNil: it is opened on some paths only.
func mayBeNil(addr string) error {
	var conn net.Conn
	if addr != "" {
		c, err := net.Dial("tcp", addr) // want "is never closed"
		if err != nil {
			return err
		}
		conn = c
	}
	if time.Now().IsZero() {
		return errors.New("no clock")
	}
	if conn != nil {
		return greet(conn)
	}
	return nil
}

// notOffered: whether it is closed at the end is not the same on all paths.
func notOffered(addr string, early bool) error {
	conn, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return err
	}
	for range 2 {
		if early {
			conn.Close()
		}
		early = !greeted(conn)
	}
	return nil
}

func greeted(conn net.Conn) bool { return greet(conn) == nil }

// A user is read by a goroutine of its own.
type user struct{ conn net.Conn }

func newUser(conn net.Conn) *user {
	u := &user{conn: conn}
	go u.read()
	return u
}

func (u *user) read() {
	buf := make([]byte, 64)
	for {
		if _, err := u.conn.Read(buf); err != nil {
			return
		}
	}
}

// forgotten: no fix, the goroutine would lose its connection in the next round.
func forgotten(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want "is not closed"
		if err != nil {
			return err
		}
		_ = newUser(conn)
	}
}
