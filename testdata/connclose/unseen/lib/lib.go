// Package lib has a connection whose end has a name of its own.
package lib

import (
	"net"

	"sockvet.test/connclose/unseen/api"
)

// Conn is a connection with a reader.
type Conn struct {
	conn net.Conn
	p    api.Processor
}

func NewConn(conn net.Conn, ski string) *Conn { return &Conn{conn: conn} }

func (w *Conn) Init(p api.Processor) {
	w.p = p
	go w.pump()
}

func (w *Conn) pump() {
	buf := make([]byte, 100)
	for {
		n, err := w.conn.Read(buf)
		if err != nil {
			w.CloseData(1, "")
			return
		}
		w.p.Handle(buf[:n])
	}
}
func (w *Conn) Write(b []byte) error              { _, err := w.conn.Write(b); return err }
func (w *Conn) CloseData(code int, reason string) { w.conn.Close() }

func (w *Conn) IsClosed() (bool, error) { return false, nil }

// Sub has its end from a part of it.
type Sub struct {
	name string
	Conn
}

func NewSub(conn net.Conn, name string) *Sub { return &Sub{name: name, Conn: Conn{conn: conn}} }
