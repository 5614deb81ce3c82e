package goroutines

import "net"

// A tended has a goroutine that closes its conn.
type tended struct {
	conn net.Conn
	in   chan []byte
}

func newTended(conn net.Conn) *tended {
	t := &tended{conn: conn, in: make(chan []byte)}
	go t.read()
	return t
}

func (t *tended) read() {
	defer t.conn.Close()
	buf := make([]byte, 1)
	for {
		n, err := t.conn.Read(buf)
		if err != nil {
			return
		}
		t.in <- buf[:n]
	}
}

// goodTended: the result is dropped, and its goroutine closes the conn.
func goodTended(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		newTended(conn)
	}
}

// An untended has a goroutine that only reads.
type untended struct {
	conn net.Conn
	in   chan []byte
}

func newUntended(conn net.Conn) *untended {
	t := &untended{conn: conn, in: make(chan []byte)}
	go t.read()
	return t
}

func (t *untended) read() {
	buf := make([]byte, 1)
	for {
		n, err := t.conn.Read(buf)
		if err != nil {
			return
		}
		t.in <- buf[:n]
	}
}

// badUntended: nobody closes it.
func badUntended(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed"
		if err != nil {
			return err
		}
		newUntended(conn)
	}
}
