package engine

import (
	"bufio"
	"crypto/tls"
	"net"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"sockvet.test/engine/peek"
)

var (
	global   net.Conn
	registry = map[string]net.Conn{}
)

func borrow(c net.Conn) error {
	_, err := c.Write([]byte("x"))
	return err
}

func closer(c net.Conn) { c.Close() }

// closeOnFailure closes when it fails and else gives its conn back wrapped.
func closeOnFailure(c net.Conn) (*tls.Conn, error) {
	tc := tls.Client(c, nil)
	if err := tc.Handshake(); err != nil {
		c.Close()
		return nil, err
	}
	return tc, nil
}

// tryDial tells by its bool.
func tryDial() (net.Conn, bool) {
	c, err := dial()
	if err != nil {
		return nil, false
	}
	return c, true
}

// helpers: what the callees do is done.
func helpers() {
	c, err := dial()
	if err != nil {
		return
	}
	borrow(c)
	peek.Peek(c) // want `^open$`
	closer(c)
	peek.Peek(c) // want `^closed$`
}

// outcomes: the callee's error tells what it did.
func outcomes() {
	c, err := dial()
	if err != nil {
		return
	}
	tc, err := closeOnFailure(c)
	if err != nil {
		peek.Peek(c) // want `^closed$`
		return
	}
	peek.Peek(tc) // want `^open$`
	tc.Close()
	peek.Peek(c) // want `^closed$`
}

// boolResult: a callee's bool splits like an error.
func boolResult() {
	c, ok := tryDial()
	if !ok {
		peek.Peek(c) // want `^nil$`
		return
	}
	peek.Peek(c) // want `^open$`
}

// moved: others have it now.
func moved(out chan<- net.Conn, x int) {
	c, err := dial()
	if err != nil {
		return
	}
	switch x {
	case 0:
		out <- c
		peek.Peek(c) // want `^moved$`
	case 1:
		global = c
		peek.Peek(c) // want `^moved$`
	case 2:
		registry["c"] = c
		peek.Peek(c) // want `^moved$`
	default:
		peek.Peek(c) // want `^open$`
	}
}

// selected: one arm sends it, the other does not.
func selected(out chan<- net.Conn, stop <-chan struct{}) {
	c, err := dial()
	if err != nil {
		return
	}
	select {
	case out <- c:
		peek.Peek(c) // want `^moved$`
	case <-stop:
		peek.Peek(c) // want `^open$`
	}
	peek.Peek(c) // want `^(moved\|open|open\|moved)$`
}

// goroutines: a closing one takes it over, a borrowing one does not.
func goroutines(x bool) {
	c, err := dial()
	if err != nil {
		return
	}
	if x {
		go func() { borrow(c) }()
		peek.Peek(c) // want `^open$`
		return
	}
	go closer(c)
	peek.Peek(c) // want `^moved$`
}

type holder struct {
	conn net.Conn
	name string
}

func (h *holder) Close() { h.conn.Close() }

// localStruct: a local object carries it and is closed for it.
func localStruct() {
	c, err := dial()
	if err != nil {
		return
	}
	h := &holder{conn: c, name: "h"}
	peek.Peek(c)      // want `^open$`
	peek.Peek(h.conn) // want `^open$`
	h.Close()
	peek.Peek(c) // want `^closed$`
}

// structValue: a field of a struct value is the same conn.
func structValue() {
	c, err := dial()
	if err != nil {
		return
	}
	var h holder
	h.conn = c
	h.conn.Close()
	peek.Peek(c) // want `^closed$`
}

// receiver: an object of somebody else has it now.
func (h *holder) receiver() {
	c, err := dial()
	if err != nil {
		return
	}
	h.conn = c
	peek.Peek(c) // want `^moved$`
}

// wrappers: closing the wrapper closes what it wraps.
func wrappers() {
	c, err := dial()
	if err != nil {
		return
	}
	bufio.NewReader(c).ReadByte()
	peek.Peek(c) // want `^open$`
	tc := tls.Client(c, nil)
	peek.Peek(tc) // want `^open$`
	tc.Close()
	peek.Peek(c) // want `^closed$`
}

// wrapped: and the other way round.
func wrapped() {
	c, err := dial()
	if err != nil {
		return
	}
	tc := tls.Client(c, nil)
	c.Close()
	peek.Peek(tc) // want `^closed$`
}

// slices: a local slice takes nothing over.
func slices(keep *[]net.Conn, x bool) {
	c, err := dial()
	if err != nil {
		return
	}
	if x {
		conns := []net.Conn{c}
		peek.Peek(c) // want `^open$`
		conns[0].Close()
		peek.Peek(c) // want `^closed$`
		return
	}
	*keep = append(*keep, c)
	peek.Peek(c) // want `^moved$`
}

// descriptors: an int is a conn as well, and a file of it an alias.
func descriptors() {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return
	}
	peek.Peek(fd) // want `^open$`
	f := os.NewFile(uintptr(fd), "s")
	f.Close()
	peek.Peek(fd) // want `^closed$`
}

// methodValue: Close called by another name.
func methodValue() {
	c, err := dial()
	if err != nil {
		return
	}
	f := c.Close
	peek.Peek(c) // want `^open$`
	f()
	peek.Peek(c) // want `^closed$`
}

// once: the function given to Do is called.
func once() {
	c, err := dial()
	if err != nil {
		return
	}
	var o sync.Once
	o.Do(func() { c.Close() })
	peek.Peek(c) // want `^closed$`
}
