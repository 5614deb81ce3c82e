package closures

import (
	"net"
	"os"
	"time"
)

// goodWithCleanup returns what closes the conn beside the conn.
func goodWithCleanup(addr string) (conn net.Conn, cleanup func(), err error) {
	if addr == "" {
		return nil, func() {}, os.ErrInvalid
	}
	cleanup = func() {
		if conn != nil {
			conn.Close()
		}
		os.Remove(addr)
	}
	conn, err = net.Dial("unix", addr)
	if err != nil {
		return nil, cleanup, err
	}
	return conn, cleanup, nil
}

// goodReturnsCleanup gives the cleanup to its caller, on each path.
func goodReturnsCleanup(addr string) (c *cleaned, cleanup func(), err error) {
	var conn net.Conn
	conn, cleanup, err = goodWithCleanup(addr)
	if err != nil {
		return nil, cleanup, err
	}
	if err = conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
		return nil, cleanup, err
	}
	return &cleaned{conn}, cleanup, nil
}

type cleaned struct{ conn net.Conn }

// goodRunsCleanup runs it at its end.
func goodRunsCleanup(addr string) error {
	conn, cleanup, err := goodWithCleanup(addr)
	defer cleanup()
	if err != nil {
		return err
	}
	_, err = conn.Write([]byte("hello"))
	return err
}

// badCleanupForgotten forgets it when a step fails.
func badCleanupForgotten(addr string) error {
	conn, cleanup, err := goodWithCleanup(addr) // want "conn from goodWithCleanup is not closed when .*Write fails"
	if err != nil {
		return err
	}
	if _, err := conn.Write([]byte("hello")); err != nil {
		return err
	}
	cleanup()
	return nil
}

// withRemove returns a function that has nothing to do with the conn.
func withRemove(addr string) (net.Conn, func(), error) {
	conn, err := net.Dial("unix", addr)
	if err != nil {
		return nil, nil, err
	}
	return conn, func() { os.Remove(addr) }, nil
}

// badOtherCleanup removes the file, and that is all.
func badOtherCleanup(addr string) error {
	conn, remove, err := withRemove(addr) // want "conn from withRemove is not closed when .*Write fails"
	if err != nil {
		return err
	}
	defer remove()
	if _, err := conn.Write([]byte("hello")); err != nil {
		return err
	}
	return conn.Close()
}
