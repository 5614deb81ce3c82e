// Package closures holds conns that a deferred closure, a cleanup function or
// a flag shall close.
package closures

import (
	"errors"
	"io"
	"net"
)

func greet(conn net.Conn) error {
	_, err := conn.Write([]byte("HELO\n"))
	return err
}

// goodNamedError: the deferred closure sees the error that is returned.
func goodNamedError(addr string) (_ net.Conn, err error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			conn.Close()
		}
	}()
	if err = greet(conn); err != nil {
		return nil, err
	}
	_, err = io.ReadFull(conn, make([]byte, 4))
	return conn, err
}

// goodShadowedNamedError: the return assigns the named result, whatever the
// inner variable is called.
func goodShadowedNamedError(addr string) (_ net.Conn, err error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			conn.Close()
		}
	}()
	if err := greet(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// badShadowedError: the closure looks at the outer err, which is nil.
func badShadowedError(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*greet fails"
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			conn.Close()
		}
	}()
	if err := greet(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodOuterError: the same closure, and the outer err is the one that is set.
func goodOuterError(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			conn.Close()
		}
	}()
	if err = greet(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// badFixedErrorUnseen: a returned value that is no named result is not seen by
// the closure.
func badFixedErrorUnseen(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			conn.Close()
		}
	}()
	if conn.RemoteAddr().String() != addr {
		return nil, errors.New("redirected")
	}
	return conn, nil
}

// badResultOverwritten: return nil, err sets conn to nil before the deferred
// closure looks at it.
func badResultOverwritten(addr string) (conn net.Conn, err error) {
	conn, err = net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*greet fails"
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil && conn != nil {
			conn.Close()
		}
	}()
	if err := greet(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodResultKept: return conn, err leaves it for the closure.
func goodResultKept(addr string) (conn net.Conn, err error) {
	conn, err = net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil && conn != nil {
			conn.Close()
			conn = nil
		}
	}()
	if err := greet(conn); err != nil {
		return conn, err
	}
	return conn, nil
}

// goodBareReturn: bare returns assign nothing.
func goodBareReturn(addr string) (conn net.Conn, err error) {
	if conn, err = net.Dial("tcp", addr); err != nil {
		return
	}
	defer func() {
		if err != nil {
			conn.Close()
		}
	}()
	err = greet(conn)
	return
}

// badBareReturn: a bare return closes nothing, and conn is no result.
func badBareReturn(addr string) (out *wrapped, err error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*greet fails"
	if err != nil {
		return
	}
	if err = greet(conn); err != nil {
		return
	}
	out = &wrapped{conn}
	return
}

type wrapped struct{ conn net.Conn }

// goodJoinedInDefer: the error of the Close joins the result.
func goodJoinedInDefer(addr string) (err error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return greet(conn)
}

// closeOnError closes c when err says so; what it does is the caller's choice.
func closeOnError(c io.Closer, err error) {
	if err != nil {
		c.Close()
	}
}

// badDeferEvaluatesNow: the arguments of a deferred call are those of now, and
// err is nil now.
func badDeferEvaluatesNow(addr string) (_ net.Conn, err error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*greet fails"
	if err != nil {
		return nil, err
	}
	defer closeOnError(conn, err)
	if err = greet(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodDeferEvaluatesThen: inside a closure they are those of then.
func goodDeferEvaluatesThen(addr string) (_ net.Conn, err error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() { closeOnError(conn, err) }()
	if err = greet(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// closeOnErrorAt looks through the pointer when it runs.
func closeOnErrorAt(c io.Closer, err *error) {
	if *err != nil {
		c.Close()
	}
}

// goodDeferPointer: a pointer to the named result is looked through late.
func goodDeferPointer(addr string) (_ net.Conn, err error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer closeOnErrorAt(conn, &err)
	if err = greet(conn); err != nil {
		return nil, err
	}
	return conn, nil
}
