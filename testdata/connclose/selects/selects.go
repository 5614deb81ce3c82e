// Package selects holds select statements, one arm of which drops a conn.
package selects

import (
	"context"
	"errors"
	"net"
	"time"
)

type result struct {
	conn net.Conn
	err  error
}

// badDoneArm: the context ends after the dial, and the conn is dropped.
func badDoneArm(ctx context.Context, addr string, out chan<- net.Conn) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
	if err != nil {
		return err
	}
	select {
	case out <- conn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// goodDoneArm: the arm that does not send closes.
func goodDoneArm(ctx context.Context, addr string, out chan<- net.Conn) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	select {
	case out <- conn:
		return nil
	case <-ctx.Done():
		conn.Close()
		return ctx.Err()
	}
}

// badDefaultArm: a full channel drops it.
func badDefaultArm(ln net.Listener, out chan<- net.Conn) error {
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed"
		if err != nil {
			return err
		}
		select {
		case out <- conn:
		default:
		}
	}
}

// goodDefaultArm: a full channel closes it.
func goodDefaultArm(ln net.Listener, out chan<- net.Conn) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		select {
		case out <- conn:
		default:
			conn.Close()
		}
	}
}

// badBetweenDialAndUse: a look at the context between dial and use.
func badBetweenDialAndUse(ctx context.Context, d *net.Dialer, addr string) (net.Conn, error) {
	conn, err := d.DialContext(ctx, "tcp", addr) // want "conn from .*DialContext is not closed"
	if err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	default:
	}
	return conn, nil
}

// goodBetweenDialAndUse: the look closes when it must.
func goodBetweenDialAndUse(ctx context.Context, d *net.Dialer, addr string) (net.Conn, error) {
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
		conn.Close()
		return nil, ctx.Err()
	default:
	}
	return conn, nil
}

// badTimeoutArm: the loop that would hand it on is left by a timer.
func badTimeoutArm(ctx context.Context, addr string, out chan<- net.Conn) error {
	for {
		conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
		if err != nil {
			select {
			case <-time.After(time.Second):
				continue
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		select {
		case out <- conn:
			return nil
		case <-time.After(time.Second):
			return errors.New("nobody takes it")
		}
	}
}

// badCancelledResult: the dialling goroutine's second arm drops what it has.
func badCancelledResult(ctx context.Context, addr string) <-chan result {
	out := make(chan result)
	go func() {
		conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
		select {
		case out <- result{conn, err}:
		case <-ctx.Done():
		}
	}()
	return out
}

// goodCancelledResult: closed when there is something to close.
func goodCancelledResult(ctx context.Context, addr string) <-chan result {
	out := make(chan result)
	go func() {
		conn, err := net.Dial("tcp", addr)
		select {
		case out <- result{conn, err}:
		case <-ctx.Done():
			if err == nil {
				conn.Close()
			}
		}
	}()
	return out
}

// goodEitherReceiver: both arms send.
func goodEitherReceiver(addr string, fast, slow chan<- net.Conn) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	select {
	case fast <- conn:
	case slow <- conn:
	}
	return nil
}

// badStopArmInLoop: the stop arm of the read loop forgets the Close that the
// error has.
func badStopArmInLoop(addr string, stop <-chan struct{}) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
	if err != nil {
		return err
	}
	buf := make([]byte, 64)
	for {
		select {
		case <-stop:
			return nil
		default:
		}
		if _, err := conn.Read(buf); err != nil {
			conn.Close()
			return err
		}
	}
}

// goodStopArmInLoop: the deferred Close serves both.
func goodStopArmInLoop(addr string, stop <-chan struct{}) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	buf := make([]byte, 64)
	for {
		select {
		case <-stop:
			return nil
		default:
		}
		if _, err := conn.Read(buf); err != nil {
			return err
		}
	}
}
