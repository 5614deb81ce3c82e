package wrappers

import (
	"errors"
	"io"
	"net"
	"slices"
)

var algorithms = []string{"a", "b"}

// badClosesOnOneFailure: the constructor closes when the read fails, and
// forgets it when the list is wrong.
func badClosesOnOneFailure(conn net.Conn, want []string) (*session, error) { // want "parameter conn is not closed on every path"
	for _, w := range want {
		if !slices.Contains(algorithms, w) {
			return nil, errors.New("unknown algorithm " + w)
		}
	}
	id := make([]byte, 1)
	if _, err := io.ReadFull(conn, id); err != nil {
		conn.Close()
		return nil, err
	}
	return &session{conn, id[0]}, nil
}

// goodClosesOnEachFailure: the caller may rely on it.
func goodClosesOnEachFailure(conn net.Conn, want []string) (*session, error) {
	for _, w := range want {
		if !slices.Contains(algorithms, w) {
			conn.Close()
			return nil, errors.New("unknown algorithm " + w)
		}
	}
	id := make([]byte, 1)
	if _, err := io.ReadFull(conn, id); err != nil {
		conn.Close()
		return nil, err
	}
	return &session{conn, id[0]}, nil
}

// goodReliesOnCallee: the bare return is right.
func goodReliesOnCallee(addr string) (*session, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return goodClosesOnEachFailure(conn, nil)
}

// goodBlamedOnCallee: the report stands at the callee's parameter.
func goodBlamedOnCallee(addr string) (*session, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return badClosesOnOneFailure(conn, nil)
}
