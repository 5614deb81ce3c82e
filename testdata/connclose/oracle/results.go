package oracle

import (
	"errors"
	"net"
)

func refuse() (*net.TCPConn, error) {
	defer greet(nil)
	return nil, errors.New("not here")
}

// goodAlwaysFails: the callee never succeeds, so that the other return is not
// reached.
func goodAlwaysFails() (net.Conn, error) {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return nil, err
	}
	if _, err := refuse(); err != nil {
		return c, nil
	}
	return nil, nil
}

// badAlwaysFails: here the one that is reached drops it.
func badAlwaysFails() (net.Conn, error) {
	c, err := net.Dial("tcp", "a") // want "c from net.Dial is never closed .leaks at line 34"
	if err != nil {
		return nil, err
	}
	_, err = refuse()
	if err != nil {
		return nil, err
	}
	return c, nil
}

func nobody() net.Conn { return nil }

// goodAlwaysNil: the callee gives nothing.
func goodAlwaysNil() (net.Conn, error) {
	c, err := net.Dial("tcp", "a")
	if err != nil {
		return nil, err
	}
	if d := nobody(); d == nil {
		return c, nil
	}
	return nil, nil
}

// goodBothAreThere: a dial without an error gave a connection.
func goodBothAreThere() (a, b net.Conn, err error) {
	if a, err = net.Dial("tcp", "a"); err != nil {
		return nil, nil, err
	}
	b, err = net.Dial("tcp", "b")
	if err != nil {
		a.Close()
		return nil, nil, err
	}
	if b == nil {
		return nil, nil, nil
	}
	return a, b, nil
}

// goodAskedTwice: a captured variable that is assigned once is the same each time.
func goodAskedTwice(wish bool) func() error {
	return func() error {
		if !wish {
			return nil
		}
		c, err := net.Dial("tcp", "a")
		if err != nil {
			return err
		}
		if wish {
			return c.Close()
		}
		return nil
	}
}

// badAskedTwice: this one is assigned in between, by anybody.
func badAskedTwice() func() error {
	wish := ask()
	go func() { wish = ask() }()
	return func() error {
		if !wish {
			return nil
		}
		c, err := net.Dial("tcp", "a") // want "c from net.Dial is not closed on every path"
		if err != nil {
			return err
		}
		if wish {
			return c.Close()
		}
		return nil
	}
}

func both() (net.Conn, error) {
	c, _ := net.Dial("tcp", "a")
	return c, errors.New("not yet")
}

// badBothAlways: a callee that always fails gives a connection all the same; the
// loop has no second round.
func badBothAlways() error {
	for {
		_, err := both() // want "never closed .leaks at line 119"
		if err != nil {
			break
		}
	}
	return errors.New("failed")
}

// again fails by its own last error.
func again() error {
	var err error
	for {
		if ask() {
			break
		}
		if err != nil {
			return errors.New("failed again")
		}
		err = errors.New("failed")
	}
	return err
}

// badFailsInLoop: it can fail.
func badFailsInLoop() error {
	c, err := net.Dial("tcp", "a") // want "c from net.Dial is not closed when again fails"
	if err != nil {
		return err
	}
	if err := again(); err != nil {
		return err
	}
	return c.Close()
}
