// Package engine holds functions for the tests of the path engine itself: each
// peek says in which states a conn may be there, whatever is reported of it.
package engine

import (
	"errors"
	"io"
	"net"
	"os"

	"sockvet.test/engine/peek"
)

func dial() (net.Conn, error) { return net.Dial("tcp", "localhost:1") }

// straight: open behind the error check, closed behind the Close.
func straight() {
	c, err := dial()
	if err != nil {
		peek.Peek(c) // want `^nil$`
		return
	}
	peek.Peek(c) // want `^open$`
	c.Close()
	peek.Peek(c) // want `^closed$`
}

// errorSplit: the error decides, and the join knows both.
func errorSplit() {
	c, err := dial()
	if err == nil {
		peek.Peek(c) // want `^open$`
	} else {
		peek.Peek(c) // want `^nil$`
	}
	peek.Peek(c) // want `^(nil\|open|open\|nil)$`
}

// nilSplit: so does a comparison of the conn.
func nilSplit() {
	c, _ := dial()
	if c != nil {
		peek.Peek(c) // want `^open$`
	} else {
		peek.Peek(c) // want `^nil$`
	}
}

// errorsIsSplit: an error that is something is not nil.
func errorsIsSplit() {
	c, err := dial()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		peek.Peek(c) // want `^nil$`
		return
	}
	if err != nil {
		return
	}
	peek.Peek(c) // want `^open$`
}

// oneArmCloses: after the join it may be either.
func oneArmCloses(x bool) {
	c, err := dial()
	if err != nil {
		return
	}
	if x {
		c.Close()
		peek.Peek(c) // want `^closed$`
	}
	peek.Peek(c) // want `^(closed\|open|open\|closed)$`
}

// sameCondition: the second test of the flag knows what the first one did.
func sameCondition(x bool) {
	c, err := dial()
	if err != nil {
		return
	}
	if x {
		c.Close()
	}
	if x {
		peek.Peek(c) // want `^closed$`
		return
	}
	peek.Peek(c) // want `^open$`
}

// localFlag: a variable that is set beside the Close tells of it.
func localFlag() {
	c, err := dial()
	if err != nil {
		return
	}
	done := false
	if _, err := c.Read(make([]byte, 1)); err != nil {
		c.Close()
		done = true
	}
	if !done {
		peek.Peek(c) // want `^open$`
		return
	}
	peek.Peek(c) // want `^closed$`
}

// laterError: another call's error says nothing of the conn.
func laterError() {
	c, err := dial()
	if err != nil {
		return
	}
	if _, err = c.Read(make([]byte, 1)); err != nil {
		peek.Peek(c) // want `^open$`
	}
	peek.Peek(c) // want `^open$`
}

// bothDial: the phi of two conns is open when both are.
func bothDial(x bool) {
	var c net.Conn
	var err error
	if x {
		c, err = dial()
	} else {
		c, err = net.Dial("unix", "/run/s")
	}
	if err != nil {
		peek.Peek(c) // want `^nil$`
		return
	}
	peek.Peek(c) // want `^open$`
}

// oneDials: in the other arm the variable stays nil.
func oneDials(x bool) {
	var c net.Conn
	if x {
		d, err := dial()
		if err != nil {
			return
		}
		c = d
	}
	peek.Peek(c) // want `^(nil\|open|open\|nil)$`
	if x {
		peek.Peek(c) // want `^open$`
	}
}

// roundByRound: each round begins with an open conn and ends with a closed one.
func roundByRound(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		peek.Peek(c) // want `^open$`
		c.Close()
		peek.Peek(c) // want `^closed$`
	}
}

// carriedOut: what the loop's exits bring along.
func carriedOut() {
	var c net.Conn
	for range 3 {
		d, err := dial()
		if err == nil {
			c = d
			break
		}
	}
	peek.Peek(c) // want `^(nil\|open|open\|nil)$`
	if c == nil {
		return
	}
	peek.Peek(c) // want `^open$`
}

// closedInLoop: the loop is left closed by one exit and open by the other.
func closedInLoop() {
	c, err := dial()
	if err != nil {
		return
	}
	buf := make([]byte, 1)
	for {
		peek.Peek(c) // want `^open$`
		if _, err := c.Read(buf); err != nil {
			c.Close()
			break
		}
		if buf[0] == 0 {
			break
		}
	}
	peek.Peek(c) // want `^(closed\|open|open\|closed)$`
}

// assertions: the asserted value is the same conn, and ok is no news of it.
func assertions(ln net.Listener) {
	c, err := ln.Accept()
	if err != nil {
		return
	}
	tc, ok := c.(*net.TCPConn)
	if !ok {
		peek.Peek(c) // want `^open$`
		return
	}
	peek.Peek(tc) // want `^open$`
	tc.Close()
	peek.Peek(c) // want `^closed$`
}

// conversions: an interface conversion is the same conn.
func conversions() {
	c, err := dial()
	if err != nil {
		return
	}
	var w io.WriteCloser = c
	var v any = w
	peek.Peek(v) // want `^open$`
	w.Close()
	peek.Peek(c) // want `^closed$`
}

// reassigned: the variable is another conn from here on.
func reassigned() {
	c, err := dial()
	if err != nil {
		return
	}
	first := c
	first.Close()
	c, err = dial()
	if err != nil {
		return
	}
	peek.Peek(c)     // want `^open$`
	peek.Peek(first) // want `^closed$`
}
