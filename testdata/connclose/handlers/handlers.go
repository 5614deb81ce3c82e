// Package handlers holds functions that end a connection's life: they are
// started with go on an accepted conn, so their parameter is an obligation.
package handlers

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
)

// Serve starts every handler of this file on accepted conns.
func Serve(ln net.Listener, kind func() int) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		switch kind() {
		case 0:
			go badReturnsOnReadError(conn)
		case 1:
			go goodReturnsOnReadError(conn)
		case 2:
			go badRefusedAfterReply(conn)
		case 3:
			go goodRefusedAfterReply(conn)
		case 4:
			go badNeverCloses(conn)
		case 5:
			go goodDefersClose(conn)
		case 6:
			go badRequestUnparsable(conn)
		case 7:
			go goodRequestUnparsable(conn)
		case 8:
			go badNoDefault(conn)
		case 9:
			go goodDefault(conn)
		case 10:
			go badCalleeBorrows(conn)
		case 11:
			go goodCalleeCloses(conn)
		default:
			conn.Close()
		}
	}
}

func echo(conn net.Conn) error {
	_, err := io.Copy(conn, conn)
	return err
}

// badReturnsOnReadError: the peer that sends no magic is never let go.
func badReturnsOnReadError(conn net.Conn) { // want "parameter conn is not closed when .*ReadFull fails .*as it is on other paths"
	magic := make([]byte, 4)
	if _, err := io.ReadFull(conn, magic); err != nil {
		return
	}
	echo(conn)
	conn.Close()
}

// goodReturnsOnReadError: closed before the return, and at the end.
func goodReturnsOnReadError(conn net.Conn) {
	magic := make([]byte, 4)
	if _, err := io.ReadFull(conn, magic); err != nil {
		conn.Close()
		return
	}
	echo(conn)
	conn.Close()
}

// badRefusedAfterReply: the refusal is written, the conn is kept.
func badRefusedAfterReply(conn net.Conn) { // want "parameter conn is not closed"
	hdr := make([]byte, 2)
	if _, err := io.ReadFull(conn, hdr); err != nil {
		conn.Close()
		return
	}
	if hdr[0] != 5 {
		conn.Write([]byte("bad version\n"))
		return
	}
	if hdr[1] == 0 {
		conn.Write([]byte("no methods\n"))
		return
	}
	echo(conn)
	conn.Close()
}

// goodRefusedAfterReply: refused and closed.
func goodRefusedAfterReply(conn net.Conn) {
	hdr := make([]byte, 2)
	if _, err := io.ReadFull(conn, hdr); err != nil {
		conn.Close()
		return
	}
	if hdr[0] != 5 {
		conn.Write([]byte("bad version\n"))
		conn.Close()
		return
	}
	echo(conn)
	conn.Close()
}

// badNeverCloses: started with go, so nobody else will.
func badNeverCloses(conn net.Conn) { // want "parameter conn is never closed"
	if err := echo(conn); err != nil {
		return
	}
	conn.Write([]byte("bye\n"))
}

// goodDefersClose: the usual first line of a handler.
func goodDefersClose(conn net.Conn) {
	defer conn.Close()
	if err := echo(conn); err != nil {
		return
	}
	conn.Write([]byte("bye\n"))
}

// badRequestUnparsable: garbage makes the handler forget the conn.
func badRequestUnparsable(conn net.Conn) { // want "parameter conn is not closed when .*ReadRequest fails"
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	if req.Method == http.MethodConnect {
		go goodDefersClose(conn)
		return
	}
	conn.Write([]byte("HTTP/1.1 405 Method Not Allowed\r\n\r\n"))
	conn.Close()
}

// goodRequestUnparsable: garbage is closed.
func goodRequestUnparsable(conn net.Conn) {
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		conn.Close()
		return
	}
	if req.Method == http.MethodConnect {
		go goodDefersClose(conn)
		return
	}
	conn.Write([]byte("HTTP/1.1 405 Method Not Allowed\r\n\r\n"))
	conn.Close()
}

// badNoDefault: an unknown kind falls out of the switch.
func badNoDefault(conn net.Conn) { // want "parameter conn is not closed on every path"
	kind := []byte{0}
	conn.Read(kind)
	switch kind[0] {
	case 'C':
		goodDefersClose(conn)
	case 'Q':
		conn.Close()
	}
}

// goodDefault: an unknown kind is closed.
func goodDefault(conn net.Conn) {
	kind := []byte{0}
	conn.Read(kind)
	switch kind[0] {
	case 'C':
		goodDefersClose(conn)
	default:
		conn.Close()
	}
}

// badCalleeBorrows: echo was taken for a function that closes.
func badCalleeBorrows(conn net.Conn) { // want "parameter conn is not closed"
	kind := []byte{0}
	if _, err := conn.Read(kind); err != nil {
		conn.Close()
		return
	}
	echo(conn)
}

// goodCalleeCloses: goodDefersClose is one that closes.
func goodCalleeCloses(conn net.Conn) {
	kind := []byte{0}
	if _, err := conn.Read(kind); err != nil {
		conn.Close()
		return
	}
	goodDefersClose(conn)
}

// badDisagreeingPaths is not started with go, but closes on one failure and
// not on the other; its callers are silent.
func badDisagreeingPaths(conn net.Conn) error { // want "parameter conn is not closed when .*Write fails .*as it is on other paths"
	if err := echo(conn); err != nil {
		conn.Close()
		return err
	}
	if _, err := conn.Write([]byte("bye\n")); err != nil {
		return err
	}
	return conn.Close()
}

// goodCallsDisagreeing: the report stands at the callee's parameter.
func goodCallsDisagreeing(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	return badDisagreeingPaths(conn)
}

// goodBorrowingHelper: a helper that only borrows owes nothing.
func goodBorrowingHelper(conn net.Conn) error {
	if _, err := conn.Write([]byte("NOOP\n")); err != nil {
		return err
	}
	_, err := conn.Read(make([]byte, 8))
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
