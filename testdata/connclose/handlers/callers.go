package handlers

import (
	"errors"
	"net"
)

// ServeCaptured's goroutine closes what it captured, whatever goodHelped does.
func ServeCaptured(conn net.Conn) {
	go func() {
		defer conn.Close()
		goodHelped(conn)
	}()
}

// goodHelped: all callers close, one of them a literal that captured it.
func goodHelped(conn net.Conn) {
	buf := make([]byte, 1)
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
		if buf[0] == 'q' {
			conn.Close()
			return
		}
	}
}

// ServeForgotten's goroutine relies on badHelped.
func ServeForgotten(conn net.Conn) {
	go func() {
		_ = badHelped(conn)
	}()
}

// badHelped: the literal that calls it closes nothing when it fails.
func badHelped(conn net.Conn) error { // want "parameter conn is not closed when .*Read fails .*as it is on other paths"
	buf := make([]byte, 1)
	for {
		if _, err := conn.Read(buf); err != nil {
			return err
		}
		if buf[0] == 'x' {
			conn.Close()
			return errors.New("refused")
		}
		if buf[0] == 'q' {
			conn.Close()
			return nil
		}
	}
}
