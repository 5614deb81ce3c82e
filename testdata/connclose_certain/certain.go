// Package connclose_certain is checked with -certain-only: bad functions are
// reported, those called likely only without it.
package connclose_certain

import (
	"context"
	"errors"
	"log"
	"net"
	"os"
	"time"
)

var hello = []byte("hello")

// badStepFails: a step that can fail sends it to a return without a Close.
func badStepFails(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .net.Conn..Write fails .leaks at line 23"
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write(hello); err != nil {
		return nil, err
	}
	return conn, nil
}

// badNever: nothing closes it.
func badNever(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	_, err = conn.Write(hello)
	return err
}

// badSomeEnds: only the ends that are certain are told.
func badSomeEnds(addr string, wanted func(net.Conn) bool) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .net.Conn..Write fails .leaks at line 45 until"
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write(hello); err != nil {
		return nil, err
	}
	if time.Now().IsZero() {
		return nil, errors.New("too early")
	}
	return conn, nil
}

// likelyCondition: no step fails, a condition decides, which may go with another.
func likelyCondition(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if time.Now().IsZero() {
		return nil, errors.New("too early")
	}
	return conn, nil
}

// likelyDeadline: only a connection that is closed already refuses a deadline.
func likelyDeadline(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return nil, err
	}
	return conn, nil
}

type config struct{ size int }

func (c config) verify() error {
	if c.size < 0 {
		return errors.New("negative size")
	}
	return nil
}

// likelyConfig: whether the step ever fails is a matter of the configuration.
func likelyConfig(addr string, c config) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := c.verify(); err != nil {
		return nil, err
	}
	return conn, nil
}

// likelyParameter: the caller may well close what it has lent.
func likelyParameter(conn net.Conn) error {
	if _, err := conn.Write(hello); err != nil {
		return err
	}
	return conn.Close()
}

// badHandler: it was started to serve a connection that nobody else has.
func badHandler(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go badServe(conn)
	}
}

func badServe(conn net.Conn) { // want "parameter conn is never closed"
	conn.Write(hello)
}

// LikelyStart: at a start that fails the process may end; who calls it is not seen.
func LikelyStart(addr, pid string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(pid, hello, 0o644); err != nil {
		return nil, err
	}
	return l, nil
}

// badRestart: the caller below tries again.
func badRestart(addr, pid string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr) // want "l from net.Listen is not closed when os.WriteFile fails"
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(pid, hello, 0o644); err != nil {
		return nil, err
	}
	return l, nil
}

func run(addr, pid string) net.Listener {
	for {
		l, err := badRestart(addr, pid)
		if err == nil {
			return l
		}
		log.Print(err)
		time.Sleep(time.Second)
	}
}

// BadRestartUp: two callers up one goes on.
func BadRestartUp(addr, pid string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr) // want "l from net.Listen is not closed when os.WriteFile fails"
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(pid, hello, 0o644); err != nil {
		return nil, err
	}
	return l, nil
}

func up(addr, pid string) error {
	l, err := BadRestartUp(addr, pid)
	if err != nil {
		return err
	}
	return l.Close()
}

func upper(addr, pid string) {
	for up(addr, pid) != nil {
		time.Sleep(time.Second)
	}
}

// badOwner: the goroutine has it alone, and a step of its own fails.
func badOwner(conn net.Conn) { // want "parameter conn is not closed when .net.Conn..Write fails"
	if _, err := conn.Write(hello); err != nil {
		return
	}
	conn.Close()
}

func startOwner(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go badOwner(conn)
	}
}

// BadServe: it has served when Accept fails, and goes on elsewhere.
func BadServe(addr string) error {
	l, err := net.Listen("tcp", addr) // want "l from net.Listen is never closed"
	if err != nil {
		return err
	}
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		conn.Close()
	}
}

// BadPacket: a socket of a client, not of a start.
func BadPacket(addr *net.UDPAddr) (*net.UDPConn, error) {
	conn, err := net.ListenUDP("udp", addr) // want "conn from net.ListenUDP is not closed when .*SetReadBuffer fails"
	if err != nil {
		return nil, err
	}
	if err := conn.SetReadBuffer(1 << 20); err != nil {
		return nil, err
	}
	return conn, nil
}

// likelyReader: when its loop ends the process may end.
func likelyReader(addr *net.UDPAddr, stop func() bool) {
	conn, err := net.ListenUDP("udp", addr)
	if err != nil {
		return
	}
	buf := make([]byte, 1500)
	for !stop() {
		conn.Read(buf)
	}
}

// badSelect: when nobody wants it any more, it is dropped.
func badSelect(ctx context.Context, addr string, dialled chan<- net.Conn) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed on every path .leaks at line 2"
	if err != nil {
		return
	}
	select {
	case dialled <- conn:
	case <-ctx.Done():
		return
	}
}

// badWriterRuns: other paths close it although its writer runs.
func badWriterRuns(addr string, lines <-chan []byte) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .net.Conn..Read fails"
	if err != nil {
		return err
	}
	go likelyWriter(conn, lines)
	buf := make([]byte, 64)
	if _, err := conn.Read(buf); err != nil {
		return err
	}
	return conn.Close()
}

func likelyWriter(conn net.Conn, lines <-chan []byte) {
	for line := range lines {
		conn.Write(line)
	}
}

// likelyServed: the goroutine works with it for as long as it likes.
func likelyServed(addr string, lines <-chan []byte) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	go likelyWriter(conn, lines)
	_, err = conn.Write(hello)
	return err
}

// badSleeper: its deferred Close never runs.
func badSleeper(conn net.Conn) { // want "parameter conn stays open for ever, its deferred Close never runs"
	defer conn.Close()
	if _, err := conn.Write(hello); err != nil {
		return
	}
	for {
		time.Sleep(time.Second)
	}
}

func startSleeper(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go badSleeper(conn)
	}
}
