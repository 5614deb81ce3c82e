package cycles

import (
	"errors"
	"net"
)

// accepts takes for its next listener what it has accepted.
func accepts(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Accept()
		ln.Close()
		if err != nil {
			return err
		}
		next, ok := conn.(net.Listener)
		if !ok {
			return conn.Close()
		}
		ln = next
	}
}

// toggled tests a variable that each round turns round.
func toggled(addr string, again bool, next func() bool) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	last := again
	for {
		if next() && again {
			return conn.Close()
		}
		if next() && last {
			return conn.Close()
		}
		again = !again
		last = again
	}
}

var errBad = errors.New("bad")

// step fails by its operands only: one is the error that it gave before.
func step(before error, n int) error {
	if before != nil {
		return errBad
	}
	if n < 0 {
		return errBad
	}
	return nil
}

// steps gives the error of each step to the next.
func steps(n int) (err error) {
	for n > 0 {
		err = step(err, n)
	}
	return err
}

func dialSteps(addr string, n int) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := steps(n); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}
