package errpaths

import (
	"errors"
	"fmt"
	"net"
	"strings"
)

var errRefused = errors.New("refused")

// goodFallsThroughToOneReturn: the error branch closes and does not return.
func goodFallsThroughToOneReturn(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err == nil {
		err = greet(conn)
		if err != nil {
			conn.Close()
		}
	}
	return conn, err
}

// goodReturnedAlongWithError: who gets both can close it.
func goodReturnedAlongWithError(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return conn, greet(conn)
}

// badBothResultsDropped: the callee gives a conn along with its error.
func badBothResultsDropped(addr string) error {
	conn, err := goodReturnedAlongWithError(addr) // want "conn from .*goodReturnedAlongWithError is not closed"
	if err != nil {
		return err
	}
	return conn.Close()
}

// goodBothResultsClosed: a conn that came with an error is closed too.
func goodBothResultsClosed(addr string) error {
	conn, err := goodReturnedAlongWithError(addr)
	if err != nil {
		if conn != nil {
			conn.Close()
		}
		return err
	}
	return conn.Close()
}

// A loopbackOnly gives conns of this host only.
type loopbackOnly struct{ net.Listener }

// badReject.Accept: the stranger's conn is dropped, and err is nil there.
type badReject struct{ loopbackOnly }

func (l badReject) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want "conn from .*Accept is not closed on every path"
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(conn.RemoteAddr().String(), "127.") {
		return nil, err
	}
	return conn, nil
}

// goodReject.Accept: the stranger is closed and the next one awaited.
type goodReject struct{ loopbackOnly }

func (l goodReject) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(conn.RemoteAddr().String(), "127.") {
			return conn, nil
		}
		conn.Close()
	}
}

// badRefusedWithFixedError: no call fails, the reply is bad.
func badRefusedWithFixedError(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed on every path"
	if err != nil {
		return nil, err
	}
	reply := make([]byte, 3)
	n, err := conn.Read(reply)
	if err != nil {
		conn.Close()
		return nil, err
	}
	if string(reply[:n]) != "OK\n" {
		return nil, errRefused
	}
	return conn, nil
}

// goodRefusedWithFixedError: the same, closed.
func goodRefusedWithFixedError(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	reply := make([]byte, 3)
	n, err := conn.Read(reply)
	if err != nil || string(reply[:n]) != "OK\n" {
		conn.Close()
		return nil, errors.Join(err, errRefused)
	}
	return conn, nil
}

// badDeferTooLate: the deferred Close is registered after a step that fails.
func badDeferTooLate(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*greet fails"
	if err != nil {
		return err
	}
	if err := greet(conn); err != nil {
		return fmt.Errorf("greet %s: %w", addr, err)
	}
	defer conn.Close()
	_, err = conn.Write([]byte("QUIT\n"))
	return err
}

// goodDeferAtOnce: registered before anything can fail.
func goodDeferAtOnce(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := greet(conn); err != nil {
		return fmt.Errorf("greet %s: %w", addr, err)
	}
	_, err = conn.Write([]byte("QUIT\n"))
	return err
}

// badWrongConnClosed: the second dial fails, the first conn stays.
func badWrongConnClosed(a, b string) (net.Conn, net.Conn, error) {
	first, err := net.Dial("tcp", a) // want "first from net.Dial is not closed when a later net.Dial fails"
	if err != nil {
		return nil, nil, err
	}
	second, err := net.Dial("tcp", b)
	if err != nil {
		return nil, nil, err
	}
	return first, second, nil
}

// goodFirstClosedToo: the failure of the second ends the first.
func goodFirstClosedToo(a, b string) (net.Conn, net.Conn, error) {
	first, err := net.Dial("tcp", a)
	if err != nil {
		return nil, nil, err
	}
	second, err := net.Dial("tcp", b)
	if err != nil {
		first.Close()
		return nil, nil, err
	}
	return first, second, nil
}

// badBoolHelperRefuses: the helper only looks, its false drops the conn.
func badBoolHelperRefuses(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
	if err != nil {
		return nil, err
	}
	if !trusted(conn) {
		return nil, errRefused
	}
	return conn, nil
}

// goodBoolHelperRefuses: who is not trusted is closed.
func goodBoolHelperRefuses(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if !trusted(conn) {
		conn.Close()
		return nil, errRefused
	}
	return conn, nil
}

func trusted(conn net.Conn) bool {
	return strings.HasPrefix(conn.RemoteAddr().String(), "10.")
}
