package closures

import (
	"errors"
	"log"
	"net"
	"os"
)

// badLiteralAssigns: the literal fills a variable around it, which nobody closes.
func badLiteralAssigns(addr string) error {
	var conn net.Conn
	dial := func() (err error) {
		conn, err = net.Dial("tcp", addr) // want "conn from net.Dial is not closed when greet fails .leaks at line 21"
		return err
	}
	if err := dial(); err != nil {
		return err
	}
	if err := greet(conn); err != nil {
		return err
	}
	return conn.Close()
}

// goodLiteralAssigns: it is closed on each path.
func goodLiteralAssigns(addr string) error {
	var conn net.Conn
	dial := func() (err error) {
		conn, err = net.Dial("tcp", addr)
		return err
	}
	if err := dial(); err != nil {
		return err
	}
	if err := greet(conn); err != nil {
		conn.Close()
		return err
	}
	return conn.Close()
}

// badGuardTurnedRound: the deferred literal closes when there is nothing to close.
func badGuardTurnedRound(addr string) error {
	var conn net.Conn
	defer func() {
		if conn == nil {
			conn.Close()
		}
	}()
	dial := func() (err error) {
		conn, err = net.Dial("tcp", addr) // want "conn from net.Dial is never closed .leaks at lines 59, 61"
		return err
	}
	if err := dial(); err != nil {
		return err
	}
	if err := greet(conn); err != nil {
		return err
	}
	return greet(conn)
}

// goodTriesTwice: what the first attempt left open is closed before the second.
func goodTriesTwice(addr string) (net.Conn, error) {
	var conn net.Conn
	dial := func() (err error) {
		conn, err = net.Dial("tcp", addr)
		return err
	}
	for range 3 {
		if dial() != nil {
			continue
		}
		if greet(conn) == nil {
			return conn, nil
		}
		conn.Close()
	}
	return nil, errors.New("refused")
}

// badTriesTwice: a second attempt forgets the first.
func badTriesTwice(addr string) (net.Conn, error) {
	var conn net.Conn
	dial := func() (err error) {
		conn, err = net.Dial("tcp", addr) // want "conn from net.Dial is not closed on every path .leaks at lines 87, 98"
		return err
	}
	for range 3 {
		if dial() != nil {
			continue
		}
		if greet(conn) == nil {
			return conn, nil
		}
	}
	return nil, errors.New("refused")
}

// badLiteralReturns: the literal gives a connection to its caller.
func badLiteralReturns(addr string) error {
	dial := func() (net.Conn, error) { return net.Dial("tcp", addr) }
	defer func() { dial = nil }()
	conn, err := dial() // want "conn from dial is not closed when greet fails"
	if err != nil {
		return err
	}
	if err := greet(conn); err != nil {
		return err
	}
	return conn.Close()
}

// goodLiteralReturns: which closes it.
func goodLiteralReturns(addr string) error {
	dial := func() (net.Conn, error) { return net.Dial("tcp", addr) }
	conn, err := dial()
	if err != nil {
		return err
	}
	defer conn.Close()
	return greet(conn)
}

func run(f func() error) error { return f() }

// badRunByHelper: a small function of the package runs the literal.
func badRunByHelper(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when greet fails"
	if err != nil {
		return err
	}
	return run(func() error {
		if err := greet(conn); err != nil {
			return err
		}
		return conn.Close()
	})
}

// goodRunByHelper: the literal closes on each path.
func goodRunByHelper(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	return run(func() error {
		defer conn.Close()
		return greet(conn)
	})
}

// badAcquiredForHelper: the literal that the helper runs fills the variable.
func badAcquiredForHelper(addr string) error {
	var conn net.Conn
	err := run(func() (err error) {
		conn, err = net.Dial("tcp", addr) // want "conn from net.Dial is not closed when greet fails"
		return err
	})
	if err != nil {
		return err
	}
	if err := greet(conn); err != nil {
		return err
	}
	return conn.Close()
}

// badEndsProcess: the helper that is given a literal which ends the process has
// not run it when it returns.
func badEndsProcess(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	err = maybe(func() error {
		log.Fatal(conn)
		return nil
	})
	return err
}

func maybe(f func() error) error {
	if _, ok := os.LookupEnv("RUN"); ok {
		return f()
	}
	return nil
}

// goodNeverFails: the literal captures nothing and cannot fail.
func goodNeverFails(addr string) error {
	check := func() error { return nil }
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer func() {
		if err := check(); err != nil {
			return
		}
		conn.Close()
	}()
	return greet(conn)
}

// badOverwrittenInside: the literal itself forgets the first one.
func badOverwrittenInside() (err error) {
	var conn net.Conn
	dial := func() {
		conn, err = net.Dial("tcp", "a") // want "conn from net.Dial is never closed"
		conn, err = net.Dial("tcp", "b")
	}
	defer func() {
		if conn != nil {
			conn.Close()
		}
	}()
	dial()
	return err
}

// badIntoMap: the map around the literal is the only one that has it.
func badIntoMap(addr string) error {
	conns := map[string]net.Conn{}
	return run(func() error {
		conn, err := net.Dial("tcp", addr) // want "never closed"
		if err != nil {
			return err
		}
		conns[addr] = conn
		return nil
	})
}

// badDeferredIntoMap: nobody looks at the map after a deferred literal.
func badDeferredIntoMap(addr string) error {
	conns := map[string]net.Conn{}
	defer func() {
		if conn, err := net.Dial("tcp", addr); err == nil { // want "never closed"
			conns[addr] = conn
		}
	}()
	return greet(conns[addr])
}

// goodIntoMap: all that the map has is closed.
func goodIntoMap(addr string) error {
	conns := map[string]net.Conn{}
	err := run(func() error {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		conns[addr] = conn
		return nil
	})
	for _, conn := range conns {
		conn.Close()
	}
	return err
}

// goodMapHandedOver: somebody else has the map.
func goodMapHandedOver(addr string) (map[string]net.Conn, error) {
	conns := map[string]net.Conn{}
	err := run(func() error {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		conns[addr] = conn
		return nil
	})
	return conns, err
}
