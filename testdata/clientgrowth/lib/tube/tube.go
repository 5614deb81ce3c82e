// Package tube is a library that is given a connection and a handler, and calls
// the handler for it.
package tube

import "net"

// A Link is a connection that has other methods than net.Conn.
type Link interface {
	Next() ([]byte, error)
	Close() error
	GetLocalAddr() net.Addr
	GetRemoteAddr() net.Addr
}

// A Tube is what runs over a link.
type Tube interface {
	Send([]byte) error
	Close() error
	IsClosed() bool
}

// A Binding is given to a handler.
type Binding interface {
	Tube() Tube
	OnClose(func())
}

// A Handler is told of each new tube.
type Handler interface {
	Bind(Binding) error
}

// A Gate hands out links.
type Gate struct{ ln net.Listener }

// Serve calls f with each link.
func (g *Gate) Serve(f func(Link) error) error { return nil }

// Open makes a tube of a link.
func Open(l Link, h Handler) (Tube, error) { return nil, nil }
