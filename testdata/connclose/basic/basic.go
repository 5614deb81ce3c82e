// Package basic holds the plainest claims: one conn, one function, no helper
// that matters.
package basic

import (
	"bufio"
	"io"
	"net"
	"os"
)

// badNeverClosed: every return drops the conn.
func badNeverClosed(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed .*until a GC"
	if err != nil {
		return err
	}
	_, err = conn.Write([]byte("ping\n"))
	return err
}

// badProbeDropsConn: the result is blank, so nobody can close it.
func badProbeDropsConn(addr string) bool {
	_, err := net.Dial("tcp", addr) // want "from net.Dial is never closed"
	return err == nil
}

// goodProbeCloses: closed on the one path where there is a conn.
func goodProbeCloses(addr string) bool {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// badCopiedNeverClosed: io.Copy only borrows its writer.
func badCopiedNeverClosed(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	_, err = io.Copy(conn, os.Stdin)
	return err
}

// badReadThroughBufio: a buffered reader has no Close, so it takes nothing over.
func badReadThroughBufio(addr string) (string, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return "", err
	}
	return bufio.NewReader(conn).ReadString('\n')
}

// badHalfClosedOnly: CloseWrite sends a FIN and keeps the descriptor.
func badHalfClosedOnly(raddr *net.TCPAddr) error {
	conn, err := net.DialTCP("tcp", nil, raddr) // want "conn from net.DialTCP is never closed"
	if err != nil {
		return err
	}
	return conn.CloseWrite()
}

// goodHalfThenWholeClosed: the deferred Close ends what CloseWrite began.
func goodHalfThenWholeClosed(raddr *net.TCPAddr) error {
	conn, err := net.DialTCP("tcp", nil, raddr)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.CloseWrite()
}

// goodDeferClose: the deferred call runs at every return after it.
func goodDeferClose(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Write([]byte("ping\n"))
	return err
}

// goodReturned: the caller gets it.
func goodReturned(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// goodReturnedAtOnce: both results of the call are the results of the function.
func goodReturnedAtOnce(addr string) (net.Conn, error) {
	return net.Dial("tcp", addr)
}

// goodUsedOnlyWithoutError: the conn is nil where its own error is not.
func goodUsedOnlyWithoutError(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err == nil {
		_, err = conn.Write([]byte("ping\n"))
		conn.Close()
	}
	return err
}

// goodElseBranch: the conn lives in the else arm only.
func goodElseBranch(addr string) error {
	if conn, err := net.Dial("tcp", addr); err != nil {
		return err
	} else {
		conn.Close()
	}
	return nil
}

// goodNilTest: a test of the conn itself tells as much as a test of the error.
func goodNilTest(addr string) bool {
	conn, _ := net.Dial("tcp", addr)
	if conn == nil {
		return false
	}
	conn.Close()
	return true
}

// badClosedInOneArm: only an empty reply closes.
func badClosedInOneArm(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed on every path"
	if err != nil {
		return err
	}
	if addr == "" {
		conn.Close()
		return nil
	}
	return nil
}

// goodClosedInBothArms: two arms, two calls.
func goodClosedInBothArms(addr string, polite bool) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if polite {
		_, err = conn.Write([]byte("bye\n"))
		conn.Close()
	} else {
		err = conn.Close()
	}
	return err
}

// goodClosedThroughAlias: closing the copy closes the conn.
func goodClosedThroughAlias(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	var w io.WriteCloser = conn
	_, err = w.Write([]byte("ping\n"))
	w.Close()
	return err
}

// goodClosedThroughAssertion: the asserted value is the same conn.
func goodClosedThroughAssertion(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if tc, ok := conn.(*net.TCPConn); ok {
		tc.SetNoDelay(true)
		return tc.Close()
	}
	return conn.Close()
}
