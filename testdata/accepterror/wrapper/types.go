package wrapper

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"sockvet.test/accepterror/lib/errtest"
)

type halfCloser interface {
	net.Conn
	CloseWrite() error
}

type typed struct{ net.Listener }

// goodType: what type connections have is the listener's choice.
func (l *typed) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	half, ok := conn.(halfCloser)
	if !ok {
		return nil, errors.New("no TCP listener")
	}
	return half, nil
}

type typedIn struct{ net.Listener }

// goodTypeInHelper: also in a function that looks at it.
func (l *typedIn) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return half(conn)
}

func half(conn net.Conn) (net.Conn, error) {
	switch c := conn.(type) {
	case *net.TCPConn:
		return c, nil
	case *net.UnixConn:
		return c, nil
	default:
		return nil, fmt.Errorf("no connection that can be half closed: %T", c)
	}
}

type credentials struct{ net.Listener }

// goodRaw: access to a descriptor that is open does not fail.
func (l *credentials) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if unix, ok := conn.(*net.UnixConn); ok {
		raw, err := unix.SyscallConn()
		if err != nil {
			return nil, err
		}
		if err := raw.Control(func(uintptr) {}); err != nil {
			return nil, err
		}
	}
	return conn, nil
}

type limited struct{ net.Listener }

// goodDeadline: neither does a deadline.
func (l *limited) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

type keptAlive struct{ *net.TCPListener }

// badOption: a socket option of a connection that was reset can fail.
func (l *keptAlive) Accept() (net.Conn, error) {
	conn, err := l.AcceptTCP() // want `an error of that one connection is returned as the listener's`
	if err != nil {
		return nil, err
	}
	if err := conn.SetKeepAlive(true); err != nil {
		return nil, err
	}
	return conn, nil
}

type typedTLS struct{ net.Listener }

// badTypedHandshake: what is done with a connection of the type can fail.
func (l *typedTLS) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `an error of that one connection is returned as the listener's`
	if err != nil {
		return nil, err
	}
	return shaken(conn)
}

func shaken(conn net.Conn) (net.Conn, error) {
	t, ok := conn.(*tls.Conn)
	if !ok {
		return nil, errors.New("no TLS")
	}
	if err := t.Handshake(); err != nil {
		return nil, err
	}
	return t, nil
}

type inspected struct{ net.Listener }

// badInspected: nor is every client let in because of its connection's type.
func (l *inspected) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `an error of that one connection is returned as the listener's`
	if err != nil {
		return nil, err
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		if tcp.RemoteAddr().(*net.TCPAddr).IP.IsMulticast() {
			return nil, errDenied
		}
	}
	return conn, nil
}

type rawAccess struct{ net.Listener }

// goodOtherPackage: nor does a function of another package that looks at the type.
func (l *rawAccess) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	raw, err := errtest.NewRaw(conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return raw, nil
}

type greeted struct{ net.Listener }

// badOtherPackage: one that writes to it can.
func (l *greeted) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `an error of that one connection is returned as the listener's`
	if err != nil {
		return nil, err
	}
	if err := errtest.Greet(conn); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

type duplicated struct{ *net.TCPListener }

// goodDuplicate: what fails for want of descriptors says so, as Accept does.
func (l *duplicated) Accept() (net.Conn, error) {
	conn, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	f, err := conn.File()
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &filed{conn, f}, nil
}

type filed struct {
	net.Conn
	file *os.File
}

func (c *filed) Close() error { return errors.Join(c.file.Close(), c.Conn.Close()) }

// duplicator may be replaced in tests.
type duplicator interface {
	Duplicate(*net.TCPConn) (*os.File, error)
}

type duplicatedBy struct {
	*net.TCPListener
	by duplicator
}

// goodDuplicateBy: whoever makes the second descriptor.
func (l *duplicatedBy) Accept() (net.Conn, error) {
	conn, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	f, err := l.by.Duplicate(conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &filed{conn, f}, nil
}

type dumped struct {
	net.Listener
	dir string
}

// badDump: a file of another kind can be missing for one client.
func (l *dumped) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `an error of that one connection is returned as the listener's`
	if err != nil {
		return nil, err
	}
	f, err := os.Create(l.dir + conn.RemoteAddr().String())
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("%v: %w", conn.RemoteAddr(), err)
	}
	return &filed{conn, f}, nil
}

// patient is given to a server that goes on.
type patient struct{ *net.TCPListener }

// goodPatient: its caller accepts the next one.
func (l *patient) Accept() (net.Conn, error) {
	conn, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	if err := conn.SetKeepAlive(true); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func servePatient(ln *net.TCPListener) error {
	return new(errtest.Server).Serve(&patient{ln})
}

// impatient is given to one that ends.
type impatient struct{ *net.TCPListener }

// badImpatient: its caller ends.
func (l *impatient) Accept() (net.Conn, error) {
	conn, err := l.AcceptTCP() // want `an error of that one connection is returned as the listener's`
	if err != nil {
		return nil, err
	}
	if err := conn.SetKeepAlive(true); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func serveImpatient(ln *net.TCPListener) error {
	return new(errtest.Strict).Serve(&impatient{ln})
}

// both is given to one of each kind.
type both struct{ *net.TCPListener }

// badBoth: one of its callers ends.
func (l *both) Accept() (net.Conn, error) {
	conn, err := l.AcceptTCP() // want `an error of that one connection is returned as the listener's`
	if err != nil {
		return nil, err
	}
	if err := conn.SetKeepAlive(true); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func serveBoth(a, b *net.TCPListener) error {
	go new(errtest.Server).Serve(&both{a})
	return new(errtest.Strict).Serve(&both{b})
}
