// Package feasible has paths that what a callee or a type guarantees excludes.
package feasible

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
)

type registry struct {
	size int
	ln   net.Listener
}

// newRegistry has an error result for later versions.
func newRegistry(size int) (*registry, error) { return &registry{size: size}, nil }

// newBounded does fail.
func newBounded(size int) (*registry, error) {
	if size > 10 {
		return nil, errors.New("too large")
	}
	return &registry{size: size}, nil
}

// goodCalleeNeverFails: the return can not be reached.
func goodCalleeNeverFails() (*registry, error) {
	ln, err := net.Listen("tcp", ":0")
	if err != nil {
		return nil, err
	}
	r, err := newRegistry(3)
	if err != nil {
		return nil, err
	}
	r.ln = ln
	return r, nil
}

// badCalleeFails is the same with a callee that can fail.
func badCalleeFails(size int) (*registry, error) {
	ln, err := net.Listen("tcp", ":0") // want `ln from net.Listen is not closed when newBounded fails`
	if err != nil {
		return nil, err
	}
	r, err := newBounded(size)
	if err != nil {
		return nil, err
	}
	r.ln = ln
	return r, nil
}

var (
	mu      sync.Mutex
	serving = new(int)
)

// serve fails only without a context.
func serve(ctx context.Context, ln net.Listener) error {
	if ctx == nil {
		return errors.New("no context")
	}
	mu.Lock()
	defer mu.Unlock()
	ctx = context.WithValue(ctx, serving, true)
	go func() {
		<-ctx.Done()
		ln.Close()
	}()
	return nil
}

// goodContextIsSet refuses a nil context before anything else.
func goodContextIsSet(ctx context.Context) error {
	if ctx == nil {
		return errors.New("no context")
	}
	ln, err := net.Listen("tcp", ":0")
	if err != nil {
		return err
	}
	return serve(ctx, ln)
}

// badContextMayBeNil does not.
func badContextMayBeNil(ctx context.Context) error {
	ln, err := net.Listen("tcp", ":0") // want `ln from net.Listen is not closed when serve fails`
	if err != nil {
		return err
	}
	return serve(ctx, ln)
}

type option func(*registry) error

// configure fails only if an option does.
func configure(r *registry, opts ...option) error {
	for _, o := range opts {
		if err := o(r); err != nil {
			return err
		}
	}
	return nil
}

// goodNoOptions: there is nothing that can fail.
func goodNoOptions(r *registry) error {
	ln, err := net.Listen("tcp", ":0")
	if err != nil {
		return err
	}
	if err := configure(r); err != nil {
		return err
	}
	r.ln = ln
	return nil
}

// badOption: one may fail.
func badOption(r *registry, o option) error {
	ln, err := net.Listen("tcp", ":0") // want `ln from net.Listen is not closed when configure fails`
	if err != nil {
		return err
	}
	if err := configure(r, o); err != nil {
		return err
	}
	r.ln = ln
	return nil
}

type dialError struct{ cause error }

func (e *dialError) Error() string { return e.cause.Error() }

// explain gives nil for nil.
func explain(err error) error {
	if err == nil {
		return nil
	}
	return &dialError{err}
}

// goodErrorMapped: an error after the mapping means that there is no conn.
func goodErrorMapped(addr string, again bool) (conn net.Conn, err error) {
	conn, err = net.Dial("tcp", addr)
	err = explain(err)
	if err != nil && again {
		second, err := net.Dial("tcp", addr)
		if err != nil {
			return nil, err
		}
		conn = second
	}
	return conn, err
}

// goodAssertionHolds: what is dialled as tcp is a TCP connection.
func goodAssertionHolds(addr string) (*net.TCPConn, error) {
	conn, err := net.Dial("tcp4", addr)
	if err != nil {
		return nil, err
	}
	tc, ok := conn.(*net.TCPConn)
	if !ok {
		return nil, errors.New("not TCP")
	}
	return tc, nil
}

// goodFileIsUDP: the author knows what the file is.
func goodFileIsUDP(f *os.File) (*net.UDPConn, error) {
	conn, err := net.FilePacketConn(f)
	if err != nil {
		return nil, err
	}
	uc, ok := conn.(*net.UDPConn)
	if !ok {
		return nil, errors.New("not UDP")
	}
	return uc, nil
}

type action int

const (
	accept action = iota
	refuse
	proxy
)

// goodAllCases: each action that exists ends the conn.
func goodAllCases(a action, next func(net.Conn)) error {
	conn, err := net.Dial("tcp", "localhost:1")
	if err != nil {
		return err
	}
	switch a {
	case accept:
		go func() {
			defer conn.Close()
			io.Copy(io.Discard, conn)
		}()
	case refuse:
		conn.Close()
	case proxy:
		next(conn)
	}
	return nil
}

// badCaseMissing forgets one.
func badCaseMissing(a action, next func(net.Conn)) error {
	conn, err := net.Dial("tcp", "localhost:1") // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return err
	}
	switch a {
	case refuse:
		conn.Close()
	case proxy:
		next(conn)
	}
	return nil
}

// goodCountedLoop closes what earlier rounds opened.
func goodCountedLoop(n int) ([]int, error) {
	fds := make([]int, n)
	for i := range fds {
		fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
		if err != nil {
			for j := range i {
				syscall.Close(fds[j])
			}
			return nil, err
		}
		if err := syscall.SetNonblock(fd, true); err != nil {
			syscall.Close(fd)
			for j := 0; j < i; j++ {
				syscall.Close(fds[j])
			}
			return nil, err
		}
		fds[i] = fd
	}
	return fds, nil
}

// badCountedLoop closes the last one only.
func badCountedLoop(n int) ([]int, error) {
	fds := make([]int, n)
	for i := range fds {
		fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0) // want `fd from syscall.Socket is not closed when syscall.SetNonblock fails`
		if err != nil {
			return nil, err
		}
		if err := syscall.SetNonblock(fd, true); err != nil {
			syscall.Close(fd)
			return nil, err
		}
		fds[i] = fd
	}
	return fds, nil
}

// handshake reads the peer's answer.
func handshake(conn net.Conn) (code byte, err error) {
	var buf [1]byte
	_, err = conn.Read(buf[:])
	return buf[0], err
}

// dialAny gives a conn with a code of 0, and else an error and nothing to close.
func dialAny(addrs []string) (net.Conn, byte, error) {
	var (
		conn net.Conn
		code byte = 1
		err  error
	)
	for _, addr := range addrs {
		conn, err = net.Dial("tcp", addr)
		if err != nil {
			code = 2
			continue
		}
		if code, err = handshake(conn); code == 0 {
			break
		}
		conn.Close()
	}
	if code != 0 {
		err = errors.New("refused")
	}
	return conn, code, err
}

// goodNothingBesideError: dialAny closed it.
func goodNothingBesideError(addrs []string) (net.Conn, error) {
	conn, _, err := dialAny(addrs)
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// A frame is a conn with a limit.
type frame struct {
	net.Conn
	max int
}

func newFrame(conn net.Conn, n byte) (*frame, error) {
	if n > 4 {
		return nil, errors.New("no such prefix")
	}
	return &frame{Conn: conn}, nil
}

func openFrame(conn net.Conn, n byte) (*frame, error) { return newFrame(conn, n) }

func (f *frame) serve() {
	defer f.Close()
	f.Write(nil)
}

// goodNilPanics: where openFrame fails the frame is nil, and setting its limit
// ends the process.
func goodNilPanics(ln net.Listener, n byte) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		f, _ := openFrame(conn, n)
		f.max = 1 << 20
		go f.serve()
	}
}

// badNilTested: the process goes on.
func badNilTested(ln net.Listener, n byte) error {
	for {
		conn, err := ln.Accept() // want `conn from .*Accept is not closed before the next iteration`
		if err != nil {
			return err
		}
		if f, _ := openFrame(conn, n); f != nil {
			f.max = 1 << 20
			go f.serve()
		}
	}
}

// goodNilTested closes it there.
func goodNilTested(ln net.Listener, n byte) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if f, _ := openFrame(conn, n); f != nil {
			go f.serve()
		} else {
			conn.Close()
		}
	}
}
