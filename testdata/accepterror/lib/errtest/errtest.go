// Package errtest tests errors for other packages.
package errtest

import (
	"errors"
	"net"
	"os"
	"strings"
	"syscall"
)

// IsClosed is true of a closed listener.
func IsClosed(err error) bool { // want IsClosed:`of error operand 0: EMFILE f, closed t, ended t`
	return errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "use of closed")
}

// IsTemporary is true of EMFILE.
func IsTemporary(err error) bool { // want IsTemporary:`EMFILE t, closed f, ended -`
	var ne net.Error
	return errors.As(err, &ne) && ne.Temporary()
}

// OutOfFiles looks into the chain.
func OutOfFiles(err error) bool { // want OutOfFiles:`EMFILE t, closed f, ended -`
	op, ok := err.(*net.OpError)
	if !ok {
		return false
	}
	sys, ok := op.Err.(*os.SyscallError)
	return ok && (sys.Err == syscall.EMFILE || sys.Err == syscall.ENFILE)
}

// Ignore drops the error of a closed listener.
func Ignore(err error) error { // want Ignore:`EMFILE e, closed 0, ended 0`
	if IsClosed(err) {
		return nil
	}
	return err
}

// Unknown asks somebody else.
func Unknown(err error, ask func(error) bool) bool { return ask(err) }

// Raw is a connection with its descriptor.
type Raw struct {
	net.Conn
	raw syscall.RawConn
}

// NewRaw fails only for connections that are none of the kernel's.
func NewRaw(c net.Conn) (*Raw, error) { // want NewRaw:`does not fail for one connection only` NewRaw:"keeps operand 0"
	type descriptor interface {
		SyscallConn() (syscall.RawConn, error)
	}
	switch d := c.(type) {
	case descriptor:
		raw, err := d.SyscallConn()
		if err != nil {
			return nil, err
		}
		return &Raw{c, raw}, nil
	default:
		return nil, errors.New("unknown kind of connection")
	}
}

// Greet fails when the client has gone.
func Greet(c net.Conn) error { // want Greet:"uses operand 0"
	_, err := c.Write([]byte("hello"))
	return err
}
