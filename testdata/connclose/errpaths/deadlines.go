package errpaths

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"
)

// A socket of package net refuses a deadline only when it is closed already.

func goodDeadlineDialled(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodDeadlineListener: the failure ends the loop, which nothing else does.
func goodDeadlineListener(addr *net.TCPAddr, serve func(net.Conn)) error {
	ln, err := net.ListenTCP("tcp", addr)
	if err != nil {
		return err
	}
	for {
		if err := ln.SetDeadline(time.Now().Add(time.Second)); err != nil {
			return err
		}
		conn, err := ln.Accept()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			continue
		} else if err != nil {
			ln.Close()
			return err
		}
		go serve(conn)
	}
}

// goodDeadlineAccepted: nor does one that was accepted just now.
func goodDeadlineAccepted(ln net.Listener) (net.Conn, error) {
	conn, err := ln.Accept()
	if err != nil {
		return nil, err
	}
	if err := conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
		return nil, fmt.Errorf("deadline: %w", err)
	}
	return conn, nil
}

func goodDeadlinePacket(addr string) (net.PacketConn, error) {
	pc, err := net.ListenPacket("udp", addr)
	if err != nil {
		return nil, err
	}
	if err := pc.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
		return nil, err
	}
	return pc, nil
}

// timed only forwards.
type timed struct {
	net.Conn
	timeout time.Duration
}

func (t *timed) SetDeadline(at time.Time) error {
	if t.timeout == 0 {
		return nil
	}
	if err := t.Conn.SetDeadline(at); err != nil {
		return fmt.Errorf("timed: %w", err)
	}
	return nil
}

func (t *timed) refresh() error { return t.SetDeadline(time.Now().Add(t.timeout)) }

func dialTimed(addr string) (*timed, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	t := &timed{conn, time.Second}
	if err := t.refresh(); err != nil {
		return nil, err
	}
	return t, nil
}

// goodDeadlineForwarded: the wrapper fails where the socket does.
func goodDeadlineForwarded(addr string) (*timed, error) {
	t, err := dialTimed(addr)
	if err != nil {
		return nil, err
	}
	if err := t.refresh(); err != nil {
		return nil, err
	}
	return t, nil
}

// picky refuses deadlines that are over.
type picky struct{ net.Conn }

func (p *picky) SetDeadline(at time.Time) error {
	if at.Before(time.Now()) {
		return os.ErrInvalid
	}
	return p.Conn.SetDeadline(at)
}

// badDeadlinePicky: this one may refuse it while it is open.
func badDeadlinePicky(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed when \(\*picky\).SetDeadline fails`
	if err != nil {
		return nil, err
	}
	p := &picky{conn}
	if err := p.SetDeadline(time.Now()); err != nil {
		return nil, err
	}
	return p, nil
}

type tunnel struct{ client *ssh.Client }

// badDeadlineChannel: the channels of an SSH connection have no deadlines.
func (t *tunnel) badDeadlineChannel(addr string) (net.Conn, error) {
	conn, err := t.client.Dial("tcp", addr) // want `conn from \(\*ssh.Client\).Dial is not closed when \(net.Conn\).SetDeadline fails`
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now()); err != nil {
		return nil, err
	}
	return conn, nil
}

// badDeadlineAndMore: the deadline is no step that fails, the next one is.
func badDeadlineAndMore(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed when \(net.Conn\).Write fails`
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		return nil, err
	}
	return conn, nil
}

// badOption: the kernel may refuse an option.
func badOption(addr *net.TCPAddr) (net.Conn, error) {
	conn, err := net.DialTCP("tcp", nil, addr) // want `conn from net.DialTCP is not closed when \(\*net.TCPConn\).SetNoDelay fails`
	if err != nil {
		return nil, err
	}
	if err := conn.SetNoDelay(true); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodDeadlineOfOther: the other one is open, too.
func goodDeadlineOfOther(from *net.TCPListener, to *net.TCPAddr) (a, b net.Conn, err error) {
	in, err := from.AcceptTCP()
	if err != nil {
		return nil, nil, err
	}
	out, err := net.DialTCP("tcp", nil, to)
	if err != nil {
		in.Close()
		return nil, nil, err
	}
	if err := out.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return nil, nil, err
	}
	return in, out, nil
}

// goodRaw: so does the raw connection of one.
func goodRaw(ln net.Listener, look func(fd uintptr)) (net.Conn, error) {
	conn, err := ln.Accept()
	if err != nil {
		return nil, err
	}
	if sc, ok := conn.(syscall.Conn); ok {
		raw, err := sc.SyscallConn()
		if err != nil {
			return nil, err
		}
		if err := raw.Control(look); err != nil {
			return nil, err
		}
	}
	return conn, nil
}

// badRawRead: reading waits, until the deadline.
func badRawRead(addr *net.TCPAddr, read func(fd uintptr) bool) (net.Conn, error) {
	conn, err := net.DialTCP("tcp", nil, addr) // want `conn from net.DialTCP is not closed when \(syscall.RawConn\).Read fails`
	if err != nil {
		return nil, err
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	if err := raw.Read(read); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodParameterDeadline: where the deadline is refused there is nothing to close,
// although it is closed on other paths.
func goodParameterDeadline(conn net.Conn) {
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return
	}
	greet(conn)
	conn.Close()
}

func startParameterDeadline(conn net.Conn) { go goodParameterDeadline(conn) }

// refusedOnly returns the connection only where the goroutine has closed it already.
func refusedOnly() (net.Conn, bool) {
	conn, err := net.Dial("tcp", "a")
	if err != nil {
		return nil, false
	}
	go func() { conn.Close() }()
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return conn, true
	}
	return nil, false
}

// goodDeadlineGone: what is dropped is closed.
func goodDeadlineGone() { refusedOnly() }

// setOnly returns it where the goroutine only watches over it.
func setOnly(done chan struct{}) (net.Conn, error) {
	conn, err := net.Dial("tcp", "a")
	if err != nil {
		return nil, err
	}
	go func() {
		select {
		case <-done:
			conn.Close()
		case <-time.After(time.Second):
		}
	}()
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return nil, err
	}
	return conn, nil
}

func badDeadlineWatched(done chan struct{}) {
	setOnly(done) // want "never closed"
}

// timedFirst is given an error that nobody has set yet.
func timedFirst(conn net.Conn) (err error) {
	if err == nil {
		return conn.SetDeadline(time.Time{})
	}
	defer conn.Close()
	return errors.New("not reached")
}

// goodDeadlineFirst: what it refuses is closed.
func goodDeadlineFirst() (net.Conn, error) {
	conn, err := net.Dial("tcp", "a")
	if err != nil {
		return nil, err
	}
	if err := timedFirst(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// timedGreeting writes when the deadline is set.
func timedGreeting(conn net.Conn) (err error) {
	defer fmt.Println("greeted")
	if err == nil {
		err = conn.SetDeadline(time.Time{})
	}
	if err == nil {
		_, err = conn.Write([]byte("hello"))
	}
	return err
}

func badDeadlineGreeting() (net.Conn, error) {
	conn, err := net.Dial("tcp", "a") // want "not closed when timedGreeting fails"
	if err != nil {
		return nil, err
	}
	if err := timedGreeting(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// timedAfter returns an error at its end that is nil there.
func timedAfter(conn net.Conn) error {
	if len(os.Args) > 1 {
		return conn.SetDeadline(time.Time{})
	}
	_, err := os.Stat("a")
	if err != nil {
		return nil
	}
	return err
}

// goodDeadlineAfter: nothing but the deadline fails.
func goodDeadlineAfter() (net.Conn, error) {
	conn, err := net.Dial("tcp", "a")
	if err != nil {
		return nil, err
	}
	if err := timedAfter(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// timedBefore returns one that is set.
func timedBefore(conn net.Conn) error {
	if len(os.Args) > 1 {
		return conn.SetDeadline(time.Time{})
	}
	_, err := os.Stat("a")
	if err == nil {
		return nil
	}
	return err
}

func badDeadlineBefore() (net.Conn, error) {
	conn, err := net.Dial("tcp", "a") // want "not closed when timedBefore fails"
	if err != nil {
		return nil, err
	}
	if err := timedBefore(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// layers puts a protocol on a connection.
type layers interface {
	Upgrade(conn net.Conn) (net.Conn, error)
}

// goodDeadlineBelow: the connection refuses a deadline only when it is closed, and what
// runs over it has ended with it.
func goodDeadlineBelow(l layers, conn net.Conn) (net.Conn, error) {
	upper, err := l.Upgrade(conn)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return nil, err
	}
	return upper, nil
}

// goodDeadlineBelowTwo: the same through a layer between.
func goodDeadlineBelowTwo(l layers, conn net.Conn) (net.Conn, error) {
	middle, err := l.Upgrade(conn)
	if err != nil {
		return nil, err
	}
	upper, err := l.Upgrade(middle)
	if err != nil {
		middle.Close()
		return nil, err
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return nil, err
	}
	return upper, nil
}

// badDeadlineOther: another connection than the one below.
func badDeadlineOther(l layers, conn, other net.Conn) (net.Conn, error) {
	upper, err := l.Upgrade(conn) // want `upper from \(layers\).Upgrade is not closed when \(net.Conn\).SetDeadline fails`
	if err != nil {
		return nil, err
	}
	if err := other.SetDeadline(time.Time{}); err != nil {
		return nil, err
	}
	return upper, nil
}

// badWriteBelow: a failing Write closes nothing.
func badWriteBelow(l layers, conn net.Conn) (net.Conn, error) {
	upper, err := l.Upgrade(conn) // want `upper from \(layers\).Upgrade is not closed when \(net.Conn\).Write fails`
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte("up")); err != nil {
		return nil, err
	}
	return upper, nil
}

// layered runs over a connection, whose deadline is its own.
type layered struct {
	conn   net.Conn
	buffer []byte
}

func newLayered(conn net.Conn, size int) *layered {
	return &layered{conn: conn, buffer: make([]byte, size)}
}

func (l *layered) Read(p []byte) (int, error)         { return l.conn.Read(p) }
func (l *layered) Write(p []byte) (int, error)        { return l.conn.Write(p) }
func (l *layered) Close() error                       { return l.conn.Close() }
func (l *layered) LocalAddr() net.Addr                { return l.conn.LocalAddr() }
func (l *layered) RemoteAddr() net.Addr               { return l.conn.RemoteAddr() }
func (l *layered) SetDeadline(t time.Time) error      { return l.conn.SetDeadline(t) }
func (l *layered) SetReadDeadline(t time.Time) error  { return l.conn.SetReadDeadline(t) }
func (l *layered) SetWriteDeadline(t time.Time) error { return l.conn.SetWriteDeadline(t) }

// wrapLayered opens what the connection carries.
func wrapLayered(conn net.Conn, accept bool) (net.Conn, error) {
	if accept {
		return acceptLayered(conn)
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		return nil, err
	}
	return newLayered(conn, 20), nil
}

func acceptLayered(conn net.Conn) (net.Conn, error) {
	if _, err := conn.Write([]byte("hello")); err != nil {
		return nil, err
	}
	return newLayered(conn, 10), nil
}

// goodDeadlineOfLayered: its deadline is that of the connection, which refuses it only
// when it is closed.
func goodDeadlineOfLayered(addr string, accept bool) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	wrapped, err := wrapLayered(conn, accept)
	if err != nil {
		conn.Close()
		return nil, err
	}
	if err := wrapped.SetDeadline(time.Time{}); err != nil {
		return nil, err
	}
	return wrapped, nil
}

// greetTwice fails by the deadline only: what the last return gives is nil there, though
// deferred calls run first.
func greetTwice(conn net.Conn) (net.Conn, error) {
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return nil, errors.New("failed")
	}
	second, err := net.Dial("tcp", "b")
	if err != nil {
		return nil, nil
	}
	defer second.Close()
	return nil, err
}

func goodGreetedTwice() error {
	conn, err := net.Dial("tcp", "a")
	if err != nil {
		return err
	}
	if _, err := greetTwice(conn); err != nil {
		return err
	}
	return conn.Close()
}
