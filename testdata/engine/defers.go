package engine

import (
	"net"

	"sockvet.test/engine/peek"
)

// lastInFirstOut: what was deferred later has run before.
func lastInFirstOut() {
	c, err := dial()
	if err != nil {
		return
	}
	defer func() {
		peek.Peek(c) // want `^closed$`
	}()
	defer c.Close()
	defer func() {
		peek.Peek(c) // want `^open$`
	}()
	borrow(c)
	peek.Peek(c) // want `^open$`
}

// errorInDefer: the deferred closure knows the error that is returned.
func errorInDefer() (_ net.Conn, err error) {
	c, err := dial()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			c.Close()
			peek.Peek(c) // want `^closed$`
		}
	}()
	if err := borrow(c); err != nil {
		return nil, err
	}
	peek.Peek(c) // want `^open$`
	return c, nil
}

// resultOverwritten: return nil, err has set the result before this runs.
func resultOverwritten() (c net.Conn, err error) {
	c, err = dial()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			peek.Peek(c) // want `^nil$`
		}
	}()
	if err := borrow(c); err != nil {
		return nil, err
	}
	return c, nil
}

// resultKept: return c, err has not.
func resultKept() (c net.Conn, err error) {
	c, err = dial()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			peek.Peek(c) // want `^open$`
			c.Close()
		}
	}()
	err = borrow(c)
	return c, err
}

// flagInDefer: open where the flag was not set, closed where it was.
func flagInDefer() {
	c, err := dial()
	if err != nil {
		return
	}
	done := false
	defer func() {
		if done {
			peek.Peek(c) // want `^closed$`
		} else {
			peek.Peek(c) // want `^open$`
		}
	}()
	if err := borrow(c); err != nil {
		return
	}
	c.Close()
	done = true
}

// earlyAndLate: one exit before the Close, one behind it.
func earlyAndLate() {
	c, err := dial()
	if err != nil {
		return
	}
	defer func() {
		peek.Peek(c) // want `^(closed\|open|open\|closed)$`
	}()
	if err := borrow(c); err != nil {
		return
	}
	c.Close()
}

// registeredOnce: on the other path this defer is not registered.
func registeredOnce(x bool) {
	c, err := dial()
	if err != nil {
		return
	}
	if x {
		c.Close()
		defer func() {
			peek.Peek(c) // want `^closed$`
		}()
	}
	borrow(c)
}

// capturedCell: a closure that closes the variable closes what it holds when
// it is called.
func capturedCell() {
	var c net.Conn
	hangUp := func() {
		if c != nil {
			c.Close()
		}
	}
	c, err := dial()
	if err != nil {
		return
	}
	peek.Peek(c) // want `^open$`
	hangUp()
	peek.Peek(c) // want `^closed$`
}

// capturedConn: called on one path only.
func capturedConn(x bool) {
	c, err := dial()
	if err != nil {
		return
	}
	hangUp := func() { c.Close() }
	if x {
		hangUp()
		peek.Peek(c) // want `^closed$`
	} else {
		peek.Peek(c) // want `^open$`
	}
}

// nilFlag: the variable is nil where the conn was handed on.
func nilFlag(out chan<- net.Conn) {
	c, err := dial()
	if err != nil {
		return
	}
	defer func() {
		if c != nil {
			peek.Peek(c) // want `^open$`
			c.Close()
		}
	}()
	if err := borrow(c); err != nil {
		return
	}
	out <- c
	c = nil
}

// loopDefer: the deferred Close of a round runs at the end of the function.
func loopDefer() {
	for range 3 {
		c, err := dial()
		if err != nil {
			return
		}
		defer c.Close()
		peek.Peek(c) // want `^open$`
	}
}
