package cycles

import (
	"log"
	"net"
	"time"
)

// wrapped accepts from the listener in its field.
type wrapped struct {
	inner net.Listener
	n     int
}

func (w wrapped) Accept() (net.Conn, error) { return w.inner.Accept() }
func (w wrapped) Close() error              { return w.inner.Close() }
func (w wrapped) Addr() net.Addr            { return w.inner.Addr() }

// exchanged are two listeners of which each is the other.
func exchanged() {
	var a, b wrapped
	a = b
	b = a
	acceptOf(b)
	acceptOf(a)
	for {
		conn, err := b.Accept()
		if err != nil {
			log.Print(err)
			time.Sleep(time.Second)
			continue
		}
		conn.Close()
	}
}

// itself is set to itself.
func itself() net.Listener {
	var a wrapped
	p := &a
	a = *p
	return a
}

func acceptOf(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			log.Print(err)
			time.Sleep(time.Second)
			continue
		}
		conn.Close()
	}
}

func serveItself() { acceptOf(itself()) }
