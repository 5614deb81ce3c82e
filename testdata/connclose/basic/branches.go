package basic

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// hello only borrows conn.
func hello(conn net.Conn) error {
	_, err := conn.Write([]byte("HELO\n"))
	return err
}

// dialProxy acquires for its caller.
func dialProxy(addr string) (net.Conn, error) {
	return net.Dial("unix", addr)
}

// badBothArmsDial: whichever arm dialled, a failed hello drops it. One Close is
// missing, so there is one report.
func badBothArmsDial(addr, proxy string) (net.Conn, error) {
	var conn net.Conn
	var err error
	if proxy != "" {
		conn, err = dialProxy(proxy) // want "from .*dialProxy is not closed when .*hello fails"
	} else {
		conn, err = net.Dial("tcp", addr) // the other acquisition of the same finding
	}
	if err != nil {
		return nil, err
	}
	if err := hello(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodBothArmsDial: one Close after the join serves both arms.
func goodBothArmsDial(addr, proxy string) (net.Conn, error) {
	var conn net.Conn
	var err error
	if proxy != "" {
		conn, err = dialProxy(proxy)
	} else {
		conn, err = net.Dial("tcp", addr)
	}
	if err != nil {
		return nil, err
	}
	if err := hello(conn); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// goodOneArmDials: in the other arm the variable is nil.
func goodOneArmDials(addr string, online bool) error {
	var conn net.Conn
	if online {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		conn = c
	}
	if conn != nil {
		defer conn.Close()
	}
	return nil
}

// goodErrorsIsOnItsOwnError: an error that is something is not nil.
func goodErrorsIsOnItsOwnError(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return nil
	}
	if err != nil {
		return err
	}
	return conn.Close()
}

// goodErrorsAsOnItsOwnError: the same for errors.As.
func goodErrorsAsOnItsOwnError(addr string) error {
	conn, err := net.Dial("tcp", addr)
	var op *net.OpError
	if errors.As(err, &op) {
		return op
	}
	if err != nil {
		return err
	}
	return conn.Close()
}

// badErrorsIsOnALaterError: EOF is the error of the read, the conn is open.
func badErrorsIsOnALaterError(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Read fails"
	if err != nil {
		return err
	}
	_, err = conn.Read(make([]byte, 16))
	if errors.Is(err, io.EOF) {
		return nil
	}
	conn.Close()
	return err
}

// goodSwitchOnError: all cases but the last have no conn.
func goodSwitchOnError(addr string) error {
	conn, err := net.Dial("tcp", addr)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil
	case err != nil:
		return err
	}
	defer conn.Close()
	return hello(conn)
}

// badSwitchArm: the refused arm forgets what the accepted arm does.
func badSwitchArm(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
	if err != nil {
		return nil, err
	}
	reply := make([]byte, 1)
	if _, err := io.ReadFull(conn, reply); err != nil {
		conn.Close()
		return nil, err
	}
	switch reply[0] {
	case 'A':
		return conn, nil
	case 'R':
		return nil, errors.New("refused")
	default:
		conn.Close()
		return nil, errors.New("unknown reply")
	}
}

// goodSwitchArms: each arm ends the conn's life.
func goodSwitchArms(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	reply := make([]byte, 1)
	_, err = io.ReadFull(conn, reply)
	switch {
	case err != nil:
		conn.Close()
		return nil, err
	case reply[0] == 'A':
		return conn, nil
	}
	conn.Close()
	return nil, errors.New("refused")
}

// badAssertionFails: when the conn is of another kind it is forgotten.
func badAssertionFails(network, addr string) (*net.TCPConn, error) {
	conn, err := net.Dial(network, addr) // want "conn from net.Dial is not closed on every path"
	if err != nil {
		return nil, err
	}
	tc, ok := conn.(*net.TCPConn)
	if !ok {
		return nil, errors.New("not TCP")
	}
	return tc, nil
}

// goodAssertionFails: the other kind is closed.
func goodAssertionFails(addr string) (*net.TCPConn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	tc, ok := conn.(*net.TCPConn)
	if !ok {
		conn.Close()
		return nil, errors.New("not TCP")
	}
	return tc, nil
}

// goodGotoFail: the jump leads to the Close.
func goodGotoFail(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if err = hello(conn); err != nil {
		goto fail
	}
	if _, err = conn.Read(make([]byte, 1)); err != nil {
		goto fail
	}
	return conn.Close()
fail:
	conn.Close()
	return err
}

// badLabelledBreak: the break out of the read loop skips the Close in it.
func badLabelledBreak(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
	if err != nil {
		return err
	}
	buf := make([]byte, 1)
read:
	for {
		if _, err := conn.Read(buf); err != nil {
			conn.Close()
			return err
		}
		switch buf[0] {
		case 0:
			break read
		}
	}
	return nil
}

// goodLabelledBreak: after the break comes the Close.
func goodLabelledBreak(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	buf := make([]byte, 1)
read:
	for {
		if _, err = conn.Read(buf); err != nil {
			break
		}
		switch buf[0] {
		case 0:
			break read
		}
	}
	conn.Close()
	return err
}

// goodPanics: a broken invariant unwinds, it is not a forgotten return.
func goodPanics(addr string) (*net.TCPConn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	tc, ok := conn.(*net.TCPConn)
	if !ok {
		panic("tcp dial gave no TCPConn")
	}
	return tc, nil
}

// tryDial tells by its bool whether there is a conn.
func tryDial(addr string) (net.Conn, bool) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, false
	}
	return conn, true
}

// goodOkResult: where ok is false there is no conn.
func goodOkResult(addr string) error {
	conn, ok := tryDial(addr)
	if !ok {
		return errors.New("not there")
	}
	defer conn.Close()
	return hello(conn)
}

// badOkResult: where ok is true there is one.
func badOkResult(addr string) (net.Conn, error) {
	conn, ok := tryDial(addr) // want "conn from .*tryDial is not closed when .*hello fails"
	if !ok {
		return nil, errors.New("not there")
	}
	if err := hello(conn); err != nil {
		return nil, err
	}
	return conn, nil
}
