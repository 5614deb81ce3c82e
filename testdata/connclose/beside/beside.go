// Package beside holds claims about connections in a struct that has an error, too:
// where it is set, there is no connection.
package beside

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"time"

	"sockvet.test/connclose/beside/dialer"
)

var errRefused = errors.New("refused")

func ping(conn net.Conn) error {
	_, err := conn.Write([]byte("ping\n"))
	return err
}

// A stream is one connection of several kinds, or why there is none.
type stream struct {
	tcp  *net.TCPConn
	unix net.Conn
	err  error
}

func (s *stream) Close() {
	if s.tcp != nil {
		s.tcp.Close()
	}
	if s.unix != nil {
		s.unix.Close()
	}
}

func (s *stream) Err() error { return s.err }

func (s *stream) failed() bool { return s.err != nil }

// Wrapped tells more of the error.
func (s *stream) Wrapped() error {
	if s.err != nil {
		return fmt.Errorf("stream: %w", s.err)
	}
	return nil
}

func reason(s *stream) error { return s.err }

func dialTCP(addr *net.TCPAddr) (*net.TCPConn, error) { return net.DialTCP("tcp", nil, addr) }

func connect(addr string) *stream {
	if addr == "" {
		return &stream{err: errRefused}
	}
	to, err := net.ResolveTCPAddr("tcp", addr)
	if err == nil {
		conn, err := dialTCP(to)
		return &stream{tcp: conn, err: err}
	}
	conn, err := net.Dial("unix", addr)
	return &stream{unix: conn, err: err}
}

// goodField: nothing is open where the field is set.
func goodField(addr string) error {
	s := connect(addr)
	if s.err != nil {
		log.Print("connect: ", s.err)
		return s.err
	}
	defer s.Close()
	return ping(s.unix)
}

// badField: it is open where the field is nil.
func badField(addr string) error {
	s := connect(addr) // want "s from connect is not closed when ping fails"
	if s.err != nil {
		return s.err
	}
	if err := ping(s.unix); err != nil {
		return err
	}
	s.Close()
	return nil
}

// badDropped: nobody looks at it.
func badDropped(addr string) error {
	s := connect(addr) // want "s from connect is never closed"
	if s.err != nil {
		return s.err
	}
	return ping(s.unix)
}

// goodIs: so where the field is one error in particular.
func goodIs(ctx context.Context, addr string) error {
	s := connect(addr)
	if errors.Is(s.err, context.Canceled) {
		return ctx.Err()
	}
	if s.err == io.EOF {
		return s.err
	}
	s.Close()
	return nil
}

// goodMethod: a method gives the field.
func goodMethod(addr string) error {
	s := connect(addr)
	if err := s.Err(); err != nil {
		return err
	}
	s.Close()
	return nil
}

// goodWrappedMethod: a method tells more of it.
func goodWrappedMethod(addr string) error {
	s := connect(addr)
	if err := s.Wrapped(); err != nil {
		return err
	}
	s.Close()
	return nil
}

// goodAsked: a method asks it.
func goodAsked(addr string) error {
	s := connect(addr)
	if s.failed() {
		return errRefused
	}
	s.Close()
	return nil
}

// goodHelper: a function gives the field.
func goodHelper(addr string) error {
	s := connect(addr)
	if err := reason(s); err != nil {
		return err
	}
	s.Close()
	return nil
}

// goodAskedTwice: what only looks at it changes nothing.
func goodAskedTwice(addr string) error {
	s := connect(addr)
	if s.failed() {
		log.Print("failed")
	}
	if s.err != nil {
		return s.err
	}
	s.Close()
	return nil
}

// goodRetry: the next round has nothing to close.
func goodRetry(addr string) {
	for {
		s := connect(addr)
		if s.err != nil {
			time.Sleep(time.Second)
			continue
		}
		use(s)
	}
}

func use(s *stream) {
	defer s.Close()
	io.Copy(io.Discard, s.unix)
}

// badRetry: it goes on with an open one.
func badRetry(addr string) {
	for {
		s := connect(addr) // want "s from connect is not closed before the next iteration"
		if s.err != nil {
			time.Sleep(time.Second)
			continue
		}
		if ping(s.unix) != nil {
			continue
		}
		use(s)
	}
}

// badSetHere: this function sets the field of an open one.
func badSetHere(addr string) error {
	s := connect(addr) // want "s from connect is not closed when ping fails"
	if s.err != nil {
		return s.err
	}
	s.err = ping(s.unix)
	if s.err != nil {
		return s.err
	}
	s.Close()
	return nil
}

// greet gives an error beside an open connection.
func greet(addr string) *stream {
	conn, err := net.Dial("unix", addr)
	if err != nil {
		return &stream{err: err}
	}
	if err := ping(conn); err != nil {
		return &stream{unix: conn, err: err}
	}
	return &stream{unix: conn}
}

// badBoth: the connection is open beside the error.
func badBoth(addr string) error {
	s := greet(addr) // want "s from greet is not closed on every path"
	if s.err != nil {
		return s.err
	}
	s.Close()
	return nil
}

// badSticky: a method sets the field later.
func badSticky(addr string) error {
	s := connect(addr) // want "s from connect is not closed on every path"
	if s.err != nil {
		return s.err
	}
	s.step()
	if s.err != nil {
		return s.err
	}
	s.Close()
	return nil
}

func (s *stream) step() { s.err = ping(s.unix) }

// A pair has two errors: which of them tells is not known.
type pair struct {
	net.Conn
	dialErr, warning error
}

func dialPair(addr string) pair {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return pair{dialErr: err}
	}
	return pair{Conn: conn, warning: recent()}
}

func recent() error {
	if time.Now().Hour() > 12 {
		return errRefused
	}
	return nil
}

// badPair: the other of two errors is set.
func badPair(addr string) error {
	p := dialPair(addr) // want "p from dialPair is not closed on every path"
	if p.warning != nil {
		return p.warning
	}
	if p.dialErr == nil {
		p.Close()
	}
	return p.dialErr
}

// A value is given by value.
type value struct {
	net.Conn
	Err error
}

func dialValue(addr string) (v value) {
	v.Conn, v.Err = net.Dial("tcp", addr)
	return v
}

// goodValue: by value it is the same.
func goodValue(addr string) error {
	v := dialValue(addr)
	if v.Err != nil {
		return v.Err
	}
	defer v.Close()
	return ping(v.Conn)
}

// A Result is one of anything that can be closed.
type Result[T io.Closer] struct {
	Val T
	Err error
}

func (r Result[T]) Close() error { return r.Val.Close() }

// Get gives both.
func (r Result[T]) Get() (T, error) { return r.Val, r.Err }

func try[T io.Closer](v T, err error) Result[T] { return Result[T]{v, err} }

func dialResult(addr string) Result[net.Conn] { return try(net.Dial("tcp", addr)) }

// goodGeneric: of a generic struct it is the same.
func goodGeneric(addr string) error {
	r := dialResult(addr)
	if r.Err != nil {
		return r.Err
	}
	defer r.Close()
	return ping(r.Val)
}

// goodTry: what wraps both does not set the error.
func goodTry(addr string) error {
	r := try(net.Dial("tcp", addr))
	if r.Err != nil {
		return r.Err
	}
	defer r.Val.Close()
	return ping(r.Val)
}

// badTry: it is open where the error is nil.
func badTry(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when ping fails"
	r := try(conn, err)
	if r.Err != nil {
		return r.Err
	}
	if err := ping(r.Val); err != nil {
		return err
	}
	return r.Val.Close()
}

// goodGet: the two come apart again.
func goodGet(addr string) error {
	conn, err := try(net.Dial("tcp", addr)).Get()
	if err != nil {
		return err
	}
	defer conn.Close()
	return ping(conn)
}

// An attempt is one of several dials.
type attempt struct {
	conn net.Conn
	err  error
}

// finish closes what an attempt has got.
func finish(a *attempt) error {
	if a.err != nil {
		return a.err
	}
	return a.conn.Close()
}

// goodFinish: where the field is set, finish has nothing to close.
func goodFinish(addr string) error {
	conn, err := net.Dial("tcp", addr)
	a := &attempt{conn, err}
	return finish(a)
}

// drain gives up early when there is nothing.
func drain(a *attempt) {
	if a.err != nil {
		log.Print(a.err)
		return
	}
	defer a.conn.Close()
	io.Copy(io.Discard, a.conn)
}

// goodDrain: drain closes what there is.
func goodDrain(addr string) {
	a := &attempt{}
	a.conn, a.err = net.Dial("tcp", addr)
	drain(a)
}

// look uses what there is.
func look(a *attempt) {
	if a.err != nil {
		return
	}
	io.Copy(io.Discard, a.conn)
}

// badLook: look closes nothing.
func badLook(addr string) {
	a := &attempt{}
	a.conn, a.err = net.Dial("tcp", addr) // want "from net.Dial is never closed"
	look(a)
}

// ended closes what has failed later.
func ended(a *attempt) bool {
	if a.err != nil {
		a.conn.Close()
		return true
	}
	return false
}

// goodEnded: who closes where the field is set does so.
func goodEnded(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	a := &attempt{conn: conn}
	a.err = ping(conn)
	if ended(a) {
		return a.err
	}
	return conn.Close()
}

// goodMany: those that have failed have nothing to close.
func goodMany(addrs []string) {
	var all []attempt
	for _, addr := range addrs {
		conn, err := net.Dial("tcp", addr)
		all = append(all, attempt{conn, err})
	}
	for _, a := range all {
		if a.err != nil {
			continue
		}
		a.conn.Close()
	}
}

// goodManyPointers: of pointers it is the same.
func goodManyPointers(addrs []string) {
	var all []*attempt
	for _, addr := range addrs {
		conn, err := net.Dial("tcp", addr)
		all = append(all, &attempt{conn, err})
	}
	for _, a := range all {
		if a.err != nil {
			log.Print(a.err)
			continue
		}
		a.conn.Close()
	}
}

// goodByName: in a map it is the same.
func goodByName(addrs []string) {
	all := map[string]attempt{}
	for _, addr := range addrs {
		conn, err := net.Dial("tcp", addr)
		all[addr] = attempt{conn, err}
	}
	for addr, a := range all {
		if a.err != nil {
			log.Print(addr, a.err)
			continue
		}
		a.conn.Close()
	}
}

// badMany: nobody closes those that are open.
func badMany(addrs []string) {
	var all []attempt
	for _, addr := range addrs {
		conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
		all = append(all, attempt{conn, err})
	}
	for _, a := range all {
		if a.err != nil {
			continue
		}
		if ping(a.conn) != nil {
			return
		}
		a.conn.Close()
	}
}

// goodRaced: who receives it looks at the error first.
func goodRaced(addrs []string) (net.Conn, error) {
	got := make(chan attempt, len(addrs))
	for _, addr := range addrs {
		go func() {
			conn, err := net.Dial("tcp", addr)
			got <- attempt{conn, err}
		}()
	}
	a := <-got
	if a.err != nil {
		return nil, a.err
	}
	return a.conn, nil
}

// goodOther: a function of another package makes it.
func goodOther(addr string) error {
	r := dialer.Dial(addr)
	if r.Fail != nil {
		return r.Fail
	}
	defer r.Close()
	return ping(r.Conn)
}

// goodOtherMethod: its method gives the field.
func goodOtherMethod(addr string) error {
	r := dialer.Dial(addr)
	if err := r.Err(); err != nil {
		return err
	}
	defer r.Close()
	return ping(r.Conn)
}

// badOther: another function there gives both.
func badOther(addr string) error {
	r := dialer.Greet(addr) // want "r from dialer.Greet is not closed on every path"
	if r.Fail != nil {
		return r.Fail
	}
	defer r.Close()
	return ping(r.Conn)
}
