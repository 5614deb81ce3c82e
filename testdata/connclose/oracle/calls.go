package oracle

import (
	"errors"
	"net"
)

func neither(net.Conn) (c net.Conn, err error) {
	defer func() {
		if c != nil {
			c.Close()
		}
	}()
	return
}

// badDropsOwn: what the literal gives is its own, or nothing.
func badDropsOwn() {
	dial := func() (net.Conn, error) {
		c, err := net.Dial("tcp", "a")
		if err != nil {
			return nil, err
		}
		if greet(c) != nil {
			c.Close()
			return neither(c)
		}
		return c, nil
	}
	_, _ = dial() // want "never closed .leaks at line 31"
}

// early asks before anything can have failed.
func early(c net.Conn) (err error) {
	if err != nil {
		return greet(c)
	}
	return nil
}

func ifEarlyFails() (net.Conn, error) {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return nil, err
	}
	if early(c) != nil {
		return c, nil
	}
	return nil, c.Close()
}

// goodNeverGiven: there is nothing in the result.
func goodNeverGiven() { _, _ = ifEarlyFails() }

// badEarly: what follows is reached.
func badEarly() error {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return err
	}
	if err := early(c); err != nil {
		return err
	}
	c.Close()
	_, err = net.Dial("tcp", "b") // want "never closed .leaks at line 66"
	return err
}

// agrees, though a literal has its result.
func agrees() (ok bool) {
	_ = func() error {
		if !ok {
			return errors.New("failed")
		}
		return nil
	}
	return true
}

func unlessAgreed() net.Conn {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return nil
	}
	if !agrees() {
		return c
	}
	c.Close()
	return nil
}

// goodAgreed: as above.
func goodAgreed() { _ = unlessAgreed() }

// mayAgree is changed at its end.
func mayAgree() (ok bool) {
	defer func() { ok = ask() }()
	return true
}

func unlessChanged() net.Conn {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return nil
	}
	if !mayAgree() {
		return c
	}
	c.Close()
	return nil
}

// badChanged: the result may have it.
func badChanged() {
	_ = unlessChanged() // want "never closed .leaks at line 116"
}

func do(f func() error) error { return f() }

func greetIn(c net.Conn, twice bool) error {
	_ = do(func() error { return greet(c) })
	if twice {
		return greet(c)
	}
	return nil
}

// badNestedLiterals: a literal in a literal only uses it.
func badNestedLiterals() error {
	c, err := net.Dial("tcp", "a") // want "never closed"
	if err != nil {
		return err
	}
	return do(func() error { return greetIn(c, true) })
}

func tellFailure(c net.Conn, err error) {
	if err != nil {
		go func() {
			if greet(c) != nil {
				return
			}
			c.Close()
		}()
	}
}

// badDeferredWithoutFailure: no deferred call is given an error, whatever a later
// round meets.
func badDeferredWithoutFailure() {
	c, err := net.Dial("tcp", "a") // want "c from net.Dial is not closed on every path .leaks at line 160"
	if err != nil {
		return
	}
	for range 2 {
		if e := greet(nil); e == nil {
			defer tellFailure(c, e)
		}
	}
}
