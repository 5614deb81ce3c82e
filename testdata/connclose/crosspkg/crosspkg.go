// Package crosspkg holds claims about helpers of other packages.
package crosspkg

import (
	"net"
	"os"

	"sockvet.test/connclose/crosspkg/mid"
	"sockvet.test/connclose/crosspkg/peer"
)

// badBorrowerFails: peer.Hello only borrows.
func badBorrowerFails(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when peer.Hello fails"
	if err != nil {
		return nil, err
	}
	if err := peer.Hello(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodBorrowerFails: peer.Quiet closes.
func goodBorrowerFails(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := peer.Hello(conn); err != nil {
		peer.Quiet(conn)
		return nil, err
	}
	return conn, nil
}

// badAcquirer: peer.Dial acquires for its caller.
func badAcquirer(addr string) error {
	conn, err := peer.Dial(addr) // want "conn from peer.Dial is never closed"
	if err != nil {
		return err
	}
	return peer.Hello(conn)
}

// goodAcquirer: deferred in another package.
func goodAcquirer(addr string) error {
	conn, err := peer.Dial(addr)
	if err != nil {
		return err
	}
	defer peer.Quiet(conn)
	return peer.Hello(conn)
}

// badConnAlongWithError: peer.Greet gives both.
func badConnAlongWithError(addr string) error {
	conn, err := peer.Greet(addr) // want "conn from peer.Greet is not closed"
	if err != nil {
		return err
	}
	return conn.Close()
}

// goodConnAlongWithError: both are looked at.
func goodConnAlongWithError(addr string) error {
	conn, err := peer.Greet(addr)
	if conn != nil {
		defer conn.Close()
	}
	return err
}

// goodKept: peer.Keep takes it for good.
func goodKept(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	peer.Keep(conn)
	return nil
}

// badNotKept: KeepIfRoom takes it on success only.
func badNotKept(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when peer.KeepIfRoom fails"
	if err != nil {
		return err
	}
	return peer.KeepIfRoom(conn)
}

// goodNotKept: what was not taken is closed.
func goodNotKept(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if err := peer.KeepIfRoom(conn); err != nil {
		conn.Close()
		return err
	}
	return nil
}

// goodServed: peer.Serve closes.
func goodServed(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	peer.Serve(conn)
	return nil
}

// goodStarted: peer.Start's goroutine closes.
func goodStarted(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	peer.Start(conn)
	return nil
}

// badGoBorrower: the goroutine's function is in another package and only
// borrows, so the report stands where it is started.
func badGoBorrower(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go peer.Echo(conn) // want "is never closed"
	}
}

// goodGoCloser: this one closes.
func goodGoCloser(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go peer.Serve(conn)
	}
}

// goodSessionFails: NewSession closes on failure.
func goodSessionFails(addr string) (*peer.Session, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	s, err := peer.NewSession(conn)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// badSessionDropped: the session took it over and is dropped.
func badSessionDropped(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
	if err != nil {
		return err
	}
	s, err := peer.NewSession(conn)
	if err != nil {
		return err
	}
	return s.Ping()
}

// goodSessionClosed: the session's Close releases it.
func goodSessionClosed(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	s, err := peer.NewSession(conn)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Ping()
}

// badLinkFails: NewLink does nothing on failure.
func badLinkFails(addr string) (*peer.Link, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when peer.NewLink fails"
	if err != nil {
		return nil, err
	}
	return peer.NewLink(conn)
}

// goodLinkShutDown: a method that is not called Close closes as well.
func goodLinkShutDown(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	l, err := peer.NewLink(conn)
	if err != nil {
		conn.Close()
		return err
	}
	return l.Shutdown()
}

// goodLinkFieldClosed: an exported field of another package's type.
func goodLinkFieldClosed(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	l := &peer.Link{Conn: conn}
	return l.Conn.Close()
}

// badSecured: closing neither the wrapper nor what it wraps.
func badSecured(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Handshake fails"
	if err != nil {
		return nil, err
	}
	tc := peer.Secure(conn)
	if err := tc.Handshake(); err != nil {
		return nil, err
	}
	return tc, nil
}

// goodSecured: closing the wrapper.
func goodSecured(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	tc := peer.Secure(conn)
	if err := tc.Handshake(); err != nil {
		tc.Close()
		return nil, err
	}
	return tc, nil
}

// goodCloseAll: a variadic closer.
func goodCloseAll(a, b string) error {
	first, second, err := mid.Pair(a, b)
	if err != nil {
		return err
	}
	peer.CloseAll(first, second)
	return nil
}

// badOneOfPair: one of the two is closed.
func badOneOfPair(a, b string) error {
	first, second, err := mid.Pair(a, b) // want "second from mid.Pair is never closed"
	if err != nil {
		return err
	}
	defer first.Close()
	return peer.Hello(second)
}

// goodFatal: peer.Fatal does not return.
func goodFatal(addr string) net.Conn {
	conn, err := peer.Dial(addr)
	if err != nil {
		peer.Fatal(err)
	}
	if err := peer.Hello(conn); err != nil {
		peer.Fatal(err)
	}
	return conn
}

// badServeLoop: peer.Loop borrows the listener.
func badServeLoop(addr string) error {
	ln, err := peer.Listen(addr) // want "ln from peer.Listen is n(ever|ot) closed"
	if err != nil {
		return err
	}
	return peer.Loop(ln)
}

// goodServeAll: peer.ServeAll closes it.
func goodServeAll(addr string) error {
	ln, err := peer.Listen(addr)
	if err != nil {
		return err
	}
	return peer.ServeAll(ln)
}

// badTwoPackagesAway: Open and Check rest on Dial and Hello.
func badTwoPackagesAway(addr string) (net.Conn, error) {
	conn, err := mid.Open(addr) // want "conn from mid.Open is not closed when mid.Check or os.Stat fails"
	if err != nil {
		return nil, err
	}
	if err := mid.Check(conn); err != nil {
		return nil, err
	}
	if _, err := os.Stat(addr); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodTwoPackagesAway: Drop and Die rest on Quiet and Fatal.
func goodTwoPackagesAway(addr string) (net.Conn, error) {
	conn, err := mid.Open(addr)
	if err != nil {
		return nil, err
	}
	if err := mid.Check(conn); err != nil {
		mid.Drop(conn)
		return nil, err
	}
	if _, err := os.Stat(addr); err != nil {
		mid.Die(err)
	}
	return conn, nil
}

// badSessionTwoAway: the session owns its conn, nobody owns the session.
func badSessionTwoAway(addr string) error {
	s, err := mid.Session(addr) // want "s from mid.Session is never closed"
	if err != nil {
		return err
	}
	return s.Ping()
}

// goodSessionTwoAway: closed.
func goodSessionTwoAway(addr string) error {
	s, err := mid.Session(addr)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Ping()
}
