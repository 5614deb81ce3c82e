package sessions

import (
	"log"
	"net"

	"sockvet.test/accepterror/lib/inmemory"
)

// -- listeners that accept from another one --

// goodWrapped: in memory, behind a wrapper of another package.
func goodWrapped(stop <-chan struct{}) {
	inner, err := inmemory.Listen(8)
	if err != nil {
		return
	}
	ln := inmemory.NewGreeted(8, inner)
	go func() {
		<-stop
		ln.Close()
	}()
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go handle(conn)
		}
	}()
}

// badWrappedTCP: the wrapper passes on the error of the listener inside.
func badWrappedTCP(addr string) {
	inner, err := net.Listen("tcp", addr)
	if err != nil {
		return
	}
	ln := inmemory.NewGreeted(8, inner)
	defer ln.Close()
	for {
		conn, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// badWrappedUnknown: what is inside may be anything.
func badWrappedUnknown(inner net.Listener) {
	ln := inmemory.NewGreeted(8, inner)
	defer ln.Close()
	for {
		conn, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// goodWrappedTwice: two wrappers, behind an interface and with a promoted Accept.
func goodWrappedTwice() {
	inner, err := inmemory.Counted(8)
	if err != nil {
		return
	}
	ln, err := inmemory.Name("inner", inner)
	if err != nil {
		return
	}
	defer ln.Close()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// badWrappedTwice: with a listener of the kernel's inside.
func badWrappedTwice(addr string) {
	inner, err := net.Listen("tcp", addr)
	if err != nil {
		return
	}
	ln, err := inmemory.Name("inner", inmemory.Count(inner))
	if err != nil {
		return
	}
	defer ln.Close()
	for {
		conn, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// badTwo: the other one may be the kernel's.
func badTwo(other net.Listener) {
	inner, err := inmemory.Listen(8)
	if err != nil {
		return
	}
	ln := inmemory.NewTwo(inner, other)
	defer ln.Close()
	for {
		conn, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// badReopening: what is inside changes.
func badReopening() {
	inner, err := inmemory.Listen(8)
	if err != nil {
		return
	}
	ln := inmemory.NewReopening(inner)
	defer ln.Close()
	for {
		conn, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// logging logs what it accepts.
type logging struct {
	net.Listener
	prefix string
}

func newLogging(ln net.Listener) *logging { return &logging{Listener: ln} }

func (l *logging) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	log.Print(l.prefix, err)
	return c, err
}

// goodOwnWrapper: a wrapper of this package, which wraps others elsewhere.
func goodOwnWrapper() {
	inner, err := inmemory.Listen(8)
	if err != nil {
		return
	}
	ln := newLogging(inner)
	defer ln.Close()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// badOwnWrapper: the same one around another listener.
func badOwnWrapper(addr string) {
	inner, err := net.Listen("tcp", addr)
	if err != nil {
		return
	}
	ln := newLogging(inner)
	defer ln.Close()
	for {
		conn, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// pumped is a wrapper whose constructor accepts for it.
type pumped struct {
	net.Listener
	conns chan net.Conn
	end   error
}

func newPumped(ln net.Listener) *pumped {
	q := &pumped{Listener: ln, conns: make(chan net.Conn)}
	go func() {
		defer close(q.conns)
		for {
			c, err := ln.Accept()
			if err != nil {
				q.end = err
				return
			}
			q.conns <- c
		}
	}()
	return q
}

func (q *pumped) Accept() (net.Conn, error) {
	if c, ok := <-q.conns; ok {
		return c, nil
	}
	return nil, q.end
}

// goodPumped: in memory.
func goodPumped() {
	inner, err := inmemory.Listen(8)
	if err != nil {
		return
	}
	ln := newPumped(inner)
	defer ln.Close()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// badPumped: of the kernel's.
func badPumped(addr string) {
	inner, err := net.Listen("tcp", addr)
	if err != nil {
		return
	}
	ln := newPumped(inner)
	defer ln.Close()
	for {
		conn, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// badControl: behind the channel is a listener of the kernel's.
func badControl(path string) {
	ln, err := inmemory.OpenControl(path)
	if err != nil {
		return
	}
	defer ln.Close()
	for {
		conn, err := ln.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(conn)
	}
}
