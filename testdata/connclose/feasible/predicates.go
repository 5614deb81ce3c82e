package feasible

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"log"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"sockvet.test/connclose/feasible/errs"
)

// -- functions that ask an error what it is --

func isGone(err error) bool {
	return errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrClosed)
}

func isClosedText(err error) bool {
	if err == nil {
		return false
	}
	return strings.Contains(err.Error(), "use of closed network connection")
}

func isTemporary(err error) bool {
	ne, ok := err.(net.Error)
	return ok && ne.Timeout()
}

// nilOrEOF may be true for no error.
func nilOrEOF(err error) bool { return err == nil || errors.Is(err, io.EOF) }

// goodGoneOfAccept: where the predicate holds Accept has failed.
func goodGoneOfAccept(ln net.Listener, serve func(net.Conn)) {
	for {
		conn, err := ln.Accept()
		if isGone(err) {
			return
		}
		if err == nil {
			go serve(conn)
		}
	}
}

// goodTemporary: the same for a type of error.
func goodTemporary(ln net.Listener, serve func(net.Conn)) {
	for {
		conn, err := ln.Accept()
		if isTemporary(err) {
			continue
		}
		if err != nil {
			return
		}
		serve(conn)
		conn.Close()
	}
}

// badNilOrEOF: it holds where Accept has succeeded.
func badNilOrEOF(ln net.Listener, serve func(net.Conn)) {
	conn, err := ln.Accept() // want `conn from .* is never closed`
	if nilOrEOF(err) {
		return
	}
	serve(conn)
}

// goodGoneOfRead: an error of the connection itself that says that it is closed.
func goodGoneOfRead(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	var buf [64]byte
	if _, err := conn.Read(buf[:]); err != nil {
		if isClosedText(err) {
			return err
		}
		conn.Close()
		return err
	}
	return conn.Close()
}

// badTimeout: a time-out does not close it.
func badTimeout(addr string) error {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed when \(net.Conn\).Read fails`
	if err != nil {
		return err
	}
	var buf [64]byte
	if _, err := conn.Read(buf[:]); err != nil {
		if isTemporary(err) {
			return err
		}
		conn.Close()
		return err
	}
	return conn.Close()
}

// goodCompared: by ==, too.
func goodCompared(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	var buf [64]byte
	if _, err := conn.Read(buf[:]); err != nil {
		if err == net.ErrClosed {
			return err
		}
		conn.Close()
		return err
	}
	return conn.Close()
}

// badOthersError: the other end's error says nothing of this one.
func badOthersError(addr string, from net.Conn) error {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed when \(net.Conn\).Read fails`
	if err != nil {
		return err
	}
	var buf [64]byte
	if _, err := from.Read(buf[:]); err != nil {
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		conn.Close()
		return err
	}
	return conn.Close()
}

// goodBadDescriptor: EBADF says that the descriptor is closed already.
func goodBadDescriptor(fd int, buf []byte) {
	fd, err := unix.Dup(fd)
	if err != nil {
		return
	}
	for {
		n, err := readDescriptor(fd, buf)
		if err != nil {
			if errors.Is(err, unix.EBADF) {
				return
			}
			continue
		}
		log.Printf("%d bytes", n)
	}
}

// goodBadDescriptorCompared: the same by ==.
func goodBadDescriptorCompared(fd int, buf []byte) {
	fd, err := syscall.Dup(fd)
	if err != nil {
		return
	}
	for {
		if _, err := syscall.Read(fd, buf); err == syscall.EBADF {
			return
		}
	}
}

// badInterrupted: EINTR does not.
func badInterrupted(fd int, buf []byte) {
	fd, err := unix.Dup(fd) // want `fd from unix.Dup is never closed`
	if err != nil {
		return
	}
	for {
		if _, err := readDescriptor(fd, buf); err != nil {
			if errors.Is(err, unix.EINTR) {
				return
			}
			continue
		}
	}
}

func readDescriptor(fd int, buf []byte) (int, error) { return unix.Read(fd, buf) }

// flagged is a connection that knows that it has been closed.
type flagged struct {
	net.Conn
	closed atomic.Bool
}

func (f *flagged) destroy() error {
	f.closed.Store(true)
	return f.Conn.Close()
}

func (f *flagged) isClosed(err error) bool {
	if !f.closed.Load() {
		return false
	}
	op, ok := err.(*net.OpError)
	if !ok {
		return false
	}
	return op.Err.Error() == "use of closed network connection"
}

// runFlagged starts what ends the connection.
func runFlagged(f *flagged, buf []byte) {
	go goodFlagged(f, buf)
}

// goodFlagged: the first return is taken when it has been closed.
func goodFlagged(f *flagged, buf []byte) {
	var err error
	for {
		if err != nil {
			if f.isClosed(err) {
				return
			}
			f.destroy()
			break
		}
		_, err = io.ReadFull(f, buf)
		if err != nil {
			continue
		}
		var n uint32
		err = binary.Read(bytes.NewReader(buf), binary.BigEndian, &n)
		if err != nil {
			continue
		}
	}
}

// goodForwarded: another package's name for errors.Is.
func goodForwarded(ln net.Listener, serve func(net.Conn)) {
	for {
		conn, err := ln.Accept()
		if errs.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			go serve(conn)
		}
	}
}
