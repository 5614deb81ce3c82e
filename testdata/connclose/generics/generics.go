// Package generics holds helpers with type parameters: a fact stands on the
// generic function and counts for each instance.
package generics

import (
	"fmt"
	"io"
	"net"
)

func greet(conn net.Conn) error {
	_, err := conn.Write([]byte("HELO\n"))
	return err
}

// quiet closes.
func quiet[T io.Closer](c T) {
	if err := c.Close(); err != nil {
		fmt.Println(err)
	}
}

// closeAll closes each of them.
func closeAll[T io.Closer](cs ...T) {
	for _, c := range cs {
		c.Close()
	}
}

// with closes after f.
func with[T io.Closer](c T, f func(T) error) error {
	defer c.Close()
	return f(c)
}

// send only borrows.
func send[W io.Writer](w W, line string) error {
	_, err := io.WriteString(w, line)
	return err
}

// must gives its first argument or panics.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A box owns what it holds.
type box[T io.Closer] struct {
	inner T
	n     int
}

func newBox[T io.Closer](v T) *box[T] { return &box[T]{inner: v} }

// Close closes what it holds.
func (b *box[T]) Close() error { return b.inner.Close() }

// goodQuiet: an instance of quiet closes.
func goodQuiet(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		quiet(conn)
		return nil, err
	}
	return conn, nil
}

// badSend: an instance of send only borrows.
func badSend(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*send.* fails"
	if err != nil {
		return nil, err
	}
	if err := send(conn, "HELO\n"); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodSend: with a deferred quiet.
func goodSend(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer quiet(conn)
	return send(conn, "HELO\n")
}

// goodWith: the helper closes after the function it is given.
func goodWith(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	return with(conn, greet)
}

// goodCloseAll: a variadic generic closer.
func goodCloseAll(a, b string) error {
	first, err := net.Dial("tcp", a)
	if err != nil {
		return err
	}
	second, err := net.Dial("tcp", b)
	if err != nil {
		quiet(first)
		return err
	}
	closeAll(first, second)
	return nil
}

// goodMust: the conn goes in and comes out.
func goodMust(addr string) error {
	conn := must(net.Dial("tcp", addr))
	defer conn.Close()
	return greet(conn)
}

// goodBox: closing the box closes what it holds.
func goodBox(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	b := newBox(conn)
	defer b.Close()
	return greet(b.inner)
}

// badBox: the box is dropped.
func badBox(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	return greet(newBox(conn).inner)
}
