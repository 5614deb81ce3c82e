package inmemory

import (
	"errors"
	"net"
	"sync/atomic"
)

// Greeted hands out connections that have been greeted.
type Greeted struct {
	inner net.Listener
	conns chan net.Conn
	errs  chan error
	die   chan struct{}
}

// NewGreeted accepts from another one, in a goroutine.
func NewGreeted(size int, ln net.Listener) *Greeted { // want NewGreeted:`returns a listener that accepts from operand 1`
	l := &Greeted{inner: ln, conns: make(chan net.Conn, size), errs: make(chan error, 1), die: make(chan struct{})}
	if size > 10 {
		go func() {
			if ln.Addr() == nil {
				l.errs <- errors.New("no address")
			}
		}()
	}
	go l.pump()
	return l
}

func (l *Greeted) pump() {
	for {
		c, err := l.inner.Accept()
		if err != nil {
			l.errs <- err
			return
		}
		l.conns <- c
	}
}

// Accept takes the next one and greets it.
func (l *Greeted) Accept() (c net.Conn, err error) {
	select {
	case <-l.die:
		err = <-l.errs
		return
	case c = <-l.conns:
		return greet(c), nil
	}
}

func greet(c net.Conn) net.Conn {
	c.Write([]byte("hello"))
	return c
}

// Close ends it.
func (l *Greeted) Close() error { close(l.die); return l.inner.Close() }

// Addr is the inner one's.
func (l *Greeted) Addr() net.Addr { return l.inner.Addr() }

// Counting counts.
type Counting struct {
	net.Listener
	n atomic.Int64
}

// Accept counts.
func (l *Counting) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	l.n.Add(1)
	return c, err
}

// Count wraps a listener.
func Count(ln net.Listener) net.Listener { // want Count:`returns a listener that accepts from operand 0`
	if ln == nil {
		return nil
	}
	return &Counting{Listener: ln}
}

// Named has a name.
type Named struct {
	net.Listener
	name string
}

// Name wraps a counting one; an Accept that is promoted is the field's.
func Name(name string, ln net.Listener) (Named, error) { // want Name:`returns a listener that accepts from operand 1`
	return Named{Count(ln), name}, nil
}

// Counted is in memory.
func Counted(size int) (net.Listener, error) { // want Counted:`returns a listener that takes from a channel`
	return Count(&Listener{make(chan net.Conn, size)}), nil
}

// Two accepts from either.
type Two struct {
	first, second net.Listener
	conns         chan net.Conn
}

// NewTwo wraps two.
func NewTwo(first, second net.Listener) *Two {
	return &Two{first: first, second: second}
}

// Accept takes turns.
func (l *Two) Accept() (net.Conn, error) {
	if c, err := l.first.Accept(); err == nil {
		return c, nil
	}
	return l.second.Accept()
}

// Close closes both.
func (l *Two) Close() error { return errors.Join(l.first.Close(), l.second.Close()) }

// Addr is the first's.
func (l *Two) Addr() net.Addr { return l.first.Addr() }

// Reopening opens its listener again.
type Reopening struct {
	inner net.Listener
	n     int
}

// NewReopening wraps one, for the first time.
func NewReopening(ln net.Listener) *Reopening { return &Reopening{inner: ln} }

// Accept accepts, and opens it again every now and then.
func (l *Reopening) Accept() (net.Conn, error) {
	c, err := l.inner.Accept()
	if l.n++; l.n > 10 {
		if ln, err := net.Listen("tcp", ":0"); err == nil {
			l.inner, l.n = ln, 0
		}
	}
	return c, err
}

// Close closes it.
func (l *Reopening) Close() error { return l.inner.Close() }

// Addr is the inner one's.
func (l *Reopening) Addr() net.Addr { return l.inner.Addr() }

// Control hands out what a goroutine accepts from the kernel, and its error.
type Control struct {
	inner net.Listener
	conns chan net.Conn
	errs  chan error
}

// Accept takes the next one.
func (l *Control) Accept() (net.Conn, error) { // want Accept:`takes from a channel`
	select {
	case c := <-l.conns:
		return c, nil
	case err := <-l.errs:
		return nil, err
	}
}

// Close closes it.
func (l *Control) Close() error { return l.inner.Close() }

// Addr is the inner one's.
func (l *Control) Addr() net.Addr { return l.inner.Addr() }

func openControl(path string) (net.Listener, error) {
	ln, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	l := &Control{inner: ln, conns: make(chan net.Conn), errs: make(chan error, 1)}
	go func() {
		for {
			c, err := l.inner.Accept()
			if err != nil {
				l.errs <- err
				return
			}
			l.conns <- c
		}
	}()
	return l, nil
}

// OpenControl passes on what another function opens: whether it is in memory is not
// known.
func OpenControl(path string) (net.Listener, error) { return openControl(path) }
