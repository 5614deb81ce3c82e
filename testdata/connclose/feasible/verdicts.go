package feasible

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"sockvet.test/connclose/feasible/verdict"
)

// -- functions of which several results tell what an error means --

type acceptor struct {
	ln     net.Listener
	done   chan struct{}
	closed bool
	report func(error)
}

// verdict never says false where there is no error.
func (a *acceptor) verdict(err error) (bool, error) {
	if err == nil {
		return true, nil
	}
	switch err {
	case net.ErrClosed:
		a.report(err)
		return false, nil
	case context.DeadlineExceeded, context.Canceled:
		select {
		case <-a.done:
		default:
			a.report(fmt.Errorf("accept: %w", err))
			return true, nil
		}
		return false, nil
	default:
		return true, nil
	}
}

// forwarded hands on what another one says.
func (a *acceptor) forwarded(err error) (bool, error) { return a.verdict(err) }

// compared asks by switch only, and never whether it is nil.
func compared(err error) (stop bool, fatal error) {
	switch err {
	case net.ErrClosed, io.EOF:
		return true, nil
	case os.ErrDeadlineExceeded:
		return false, err
	}
	return false, nil
}

// matched asks by errors.Is.
func matched(err error) (goOn bool, fatal error) {
	switch {
	case errors.Is(err, net.ErrClosed):
		return false, nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return true, nil
	case err != nil:
		return false, fmt.Errorf("accept: %w", err)
	}
	return true, nil
}

// direct says it by what it compares, beside a number.
func direct(err error) (int, bool, error) { return 1, err == nil, nil }

// kept is one whose results wait for a deferred call.
func (a *acceptor) kept(err error) (bool, error) {
	defer a.report(err)
	if err != nil {
		return false, nil
	}
	return true, nil
}

// orClosed says false without an error, too.
func (a *acceptor) orClosed(err error) (bool, error) {
	if err == nil {
		return !a.closed, nil
	}
	return false, nil
}

// whenFine says true only where there is no error.
func whenFine(err error) (bool, error) {
	if err != nil {
		return false, nil
	}
	return true, nil
}

// overwritten changes its mind in a deferred call.
func (a *acceptor) overwritten(err error) (ok bool, fatal error) {
	defer func() { ok = !a.closed }()
	if err != nil {
		return false, nil
	}
	return true, nil
}

// reassigned does not look at what it was given.
func (a *acceptor) reassigned(err error) (bool, error) {
	err = a.ln.Close()
	if err != nil {
		return false, nil
	}
	return true, nil
}

type verdictOf struct{ text string }

// reasonOf is nil where there is no error.
func reasonOf(err error) (int, *verdictOf) {
	if err == nil {
		return 0, nil
	}
	return 1, &verdictOf{err.Error()}
}

// note is never nil where there is no error.
func note(err error) (*verdictOf, int) {
	if err == nil {
		return &verdictOf{"fine"}, 0
	}
	return nil, 1
}

// goodVerdict: the shape of a loop that asks a method of the server's.
func (a *acceptor) goodVerdict(serve func(net.Conn)) error {
	for {
		conn, err := a.ln.Accept()
		ok, err := a.verdict(err)
		if err != nil {
			return err
		}
		if !ok {
			return nil
		}
		if conn != nil {
			serve(conn)
			conn.Close()
		}
	}
}

func (a *acceptor) goodForwarded(serve func(net.Conn)) error {
	conn, err := a.ln.Accept()
	if ok, err := a.forwarded(err); !ok {
		return err
	}
	serve(conn)
	return conn.Close()
}

// goodCompareFirst: the bool alone is looked at.
func goodCompareFirst(ln net.Listener, serve func(net.Conn)) {
	conn, err := ln.Accept()
	stop, _ := compared(err)
	if stop {
		return
	}
	serve(conn)
	conn.Close()
}

// goodCompareSecond: the error alone is.
func goodCompareSecond(ln net.Listener, serve func(net.Conn)) error {
	conn, err := ln.Accept()
	if _, fatal := compared(err); fatal != nil {
		return fatal
	}
	serve(conn)
	return conn.Close()
}

func goodMatchedFirst(ln net.Listener, serve func(net.Conn)) {
	conn, err := ln.Accept()
	if goOn, _ := matched(err); !goOn {
		return
	}
	serve(conn)
	conn.Close()
}

func goodMatchedSecond(ln net.Listener, serve func(net.Conn)) error {
	conn, err := ln.Accept()
	_, fatal := matched(err)
	if fatal != nil {
		return fatal
	}
	serve(conn)
	return conn.Close()
}

func goodDirect(ln net.Listener, serve func(net.Conn)) {
	conn, err := ln.Accept()
	_, ok, _ := direct(err)
	if !ok {
		return
	}
	serve(conn)
	conn.Close()
}

func (a *acceptor) goodKept(serve func(net.Conn)) {
	conn, err := a.ln.Accept()
	ok, _ := a.kept(err)
	if !ok {
		return
	}
	serve(conn)
	conn.Close()
}

func goodExplained(ln net.Listener, serve func(net.Conn)) {
	conn, err := ln.Accept()
	if _, why := reasonOf(err); why != nil {
		return
	}
	serve(conn)
	conn.Close()
}

func goodNoted(ln net.Listener, serve func(net.Conn)) {
	conn, err := ln.Accept()
	if n, _ := note(err); n == nil {
		return
	}
	serve(conn)
	conn.Close()
}

// goodOfPackage: by the fact of another package.
func goodOfPackage(l *verdict.Listener, serve func(net.Conn)) error {
	for {
		conn, err := l.Accept()
		ok, err := l.GoOn(err)
		if !ok {
			return err
		}
		if conn != nil {
			serve(conn)
			conn.Close()
		}
	}
}

// goodBesideError: where the error of the write is not nil the helper says stop.
func goodBesideError(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if _, err := conn.Write([]byte("x")); err != nil {
		if ok, _ := whenFine(err); ok {
			return err
		}
	}
	return conn.Close()
}

// badOrClosed: it says false of a connection, too.
func (a *acceptor) badOrClosed(serve func(net.Conn)) {
	conn, err := a.ln.Accept() // want `conn from .* is not closed`
	ok, _ := a.orClosed(err)
	if !ok {
		return
	}
	serve(conn)
	conn.Close()
}

// badWhenTrue: the other way round.
func badWhenTrue(ln net.Listener, serve func(net.Conn)) {
	conn, err := ln.Accept() // want `conn from .* is (not|never) closed`
	if ok, _ := whenFine(err); ok {
		return
	}
	serve(conn)
	conn.Close()
}

func (a *acceptor) badOverwritten(serve func(net.Conn)) {
	conn, err := a.ln.Accept() // want `conn from .* is not closed`
	ok, _ := a.overwritten(err)
	if !ok {
		return
	}
	serve(conn)
	conn.Close()
}

func (a *acceptor) badReassigned(serve func(net.Conn)) {
	conn, err := a.ln.Accept() // want `conn from .* is not closed`
	ok, _ := a.reassigned(err)
	if !ok {
		return
	}
	serve(conn)
	conn.Close()
}

// badOtherError: the error of the second call.
func (a *acceptor) badOtherError(addr string, serve func(x, y net.Conn)) {
	conn, err := a.ln.Accept() // want `conn from .* is not closed`
	if err != nil {
		return
	}
	up, err := net.Dial("tcp", addr)
	ok, _ := a.verdict(err)
	if !ok {
		return
	}
	if up != nil {
		serve(conn, up)
		up.Close()
	}
	conn.Close()
}

// badOfPackage: the same by fact.
func badOfPackage(l *verdict.Listener, serve func(net.Conn)) {
	conn, err := l.Accept() // want `conn from .* is not closed`
	if err != nil {
		return
	}
	_, err = conn.Write([]byte("x"))
	ok, _ := l.GoOn(err)
	if !ok {
		return
	}
	serve(conn)
	conn.Close()
}

type boxedConn struct{ conn net.Conn }

func boxConn(conn net.Conn, err error) *boxedConn {
	if err != nil {
		return nil
	}
	return &boxedConn{conn}
}

// goodWrapped: the helper is given the connection, too.
func goodWrapped(addr string) error {
	w := boxConn(net.Dial("tcp", addr))
	if w == nil {
		return io.EOF
	}
	return w.conn.Close()
}

// badWrapped: it gives nil for the error of another one.
func badWrapped(addr string, fatal error) error {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed`
	if err != nil {
		return err
	}
	w := boxConn(conn, fatal)
	if w == nil {
		return io.EOF
	}
	return w.conn.Close()
}
