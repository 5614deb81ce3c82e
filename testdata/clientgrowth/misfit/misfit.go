// Package misfit holds handlers, of which the accept loop can be given some.
package misfit

import (
	"bufio"
	"context"
	"net"
	"sync"
)

// Handler is what the accept loop is given.
type Handler interface {
	Handle(ctx context.Context, conn net.Conn)
	Close() error
	Count() int
}

func serve(ln net.Listener, h Handler) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() { h.Handle(context.Background(), conn) }()
	}
}

// Old has no Count: it was a handler once.
type Old struct{ conns sync.Map }

// goodOld: no loop is given it.
func (o *Old) Handle(_ context.Context, conn net.Conn) {
	o.conns.Store(conn, true)
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		conn.Write([]byte(line))
	}
}

// Close closes.
func (o *Old) Close() error { return nil }

// New has all.
type New struct{ conns sync.Map }

// badNew: the loop may be given one.
func (n *New) Handle(_ context.Context, conn net.Conn) {
	n.conns.Store(conn, true) // want `field conns of New gets an entry for every accepted connection and never loses one`
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		conn.Write([]byte(line))
	}
}

// Close closes.
func (n *New) Close() error { return nil }

// Count counts.
func (n *New) Count() int { return 0 }

// Other is given its connections by somebody else.
type Other struct{ conns sync.Map }

// badOther: the loop here calls no such method.
func (o *Other) ServeClient(conn net.Conn) {
	o.conns.Store(conn, true) // want `field conns of Other gets an entry for every accepted connection and never loses one`
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		conn.Write([]byte(line))
	}
}
