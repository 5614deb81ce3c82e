package handlers

import (
	"errors"
	"net"
)

// goodThrowsOut borrows: it leaves the conn open when it succeeds, so the
// caller has to close it anyway; its Close is only for a peer that misbehaves.
func goodThrowsOut(conn net.Conn, buf []byte) (err error) {
	n, err := conn.Read(buf)
	if err != nil {
		return err
	}
	if n == 0 {
		conn.Close()
		return errors.New("nothing")
	}
	if buf[0] == 'q' {
		conn.Close()
		return nil
	}
	return nil
}

type fds struct{ open map[int]bool }

// goodOnlyKnown: a descriptor that it does not know is somebody else's.
func (f *fds) goodOnlyKnown(conn net.Conn, fd int) {
	if f.open[fd] {
		delete(f.open, fd)
		conn.Close()
	}
}

// badRefuses: it owns the conn when it succeeds, and forgets it when it fails.
func badRefuses(conn net.Conn, buf []byte, next func(net.Conn)) error { // want "parameter conn is not closed when .*Read fails"
	if _, err := conn.Read(buf); err != nil {
		return err
	}
	if buf[0] == 'q' {
		conn.Close()
		return errors.New("quit")
	}
	next(conn)
	return nil
}

type wrapped struct{ net.Conn }

func refusal(parts ...any) error { return makeError(parts...) }

var makeError = func(parts ...any) error { return errors.New("refused") }

// badUpgrade gives the conn back when it succeeds; the errors that it makes are
// not known to be set.
func badUpgrade(conn net.Conn, buf []byte) (net.Conn, error) { // want "parameter conn is not closed"
	if _, err := conn.Read(buf); err != nil {
		return nil, err
	}
	if buf[0] != 'u' {
		conn.Close()
		return nil, refusal("no upgrade")
	}
	if buf[1] == 0 {
		return nil, refusal("no name")
	}
	return &wrapped{conn}, nil
}
