package closures

import (
	"context"
	"errors"
	"net"
)

// Functional options: what a literal stores or returns when the callee runs it.

type optServer struct{ conn net.PacketConn }

type serverOption func(*optServer)

func withConn(c net.PacketConn) serverOption {
	return func(s *optServer) { s.conn = c }
}

func withHello(c net.PacketConn) serverOption {
	return func(s *optServer) { c.WriteTo([]byte("hello"), nil) }
}

func newOptServer(opts ...serverOption) (*optServer, error) {
	s := &optServer{}
	for _, o := range opts {
		o(s)
	}
	if s.conn == nil {
		c, err := net.ListenPacket("udp", ":0")
		if err != nil {
			return nil, err
		}
		s.conn = c
	}
	return s, nil
}

// goodOption: the option stores it in the server.
func goodOption() (*optServer, error) {
	c, err := net.ListenPacket("udp", ":67")
	if err != nil {
		return nil, err
	}
	return newOptServer(withConn(c))
}

// badBeforeOption: nobody has it yet when the check fails.
func badBeforeOption(allowed bool) (*optServer, error) {
	c, err := net.ListenPacket("udp", ":67") // want "c from net.ListenPacket is not closed"
	if err != nil {
		return nil, err
	}
	if !allowed {
		return nil, errors.New("not allowed")
	}
	return newOptServer(withConn(c))
}

type proxyTo struct {
	dial func(context.Context) (net.Conn, error)
}

func (p *proxyTo) handle(src net.Conn) {
	dst, err := p.dial(context.Background())
	if err != nil {
		return
	}
	defer dst.Close()
	dst.Write(nil)
}

// goodDialledBefore: the method gets it from the literal, and closes it.
func goodDialledBefore(src net.Conn) {
	out, err := net.Dial("tcp", "localhost:80")
	if err != nil {
		return
	}
	p := proxyTo{dial: func(context.Context) (net.Conn, error) { return out, nil }}
	p.handle(src)
}

type hooks struct{ hello func() }

func (h *hooks) run() { h.hello() }

// badHookUses: the literal only uses it.
func badHookUses() {
	c, err := net.Dial("tcp", "localhost:80") // want "c from net.Dial is never closed"
	if err != nil {
		return
	}
	h := hooks{hello: func() { c.Write([]byte("hello")) }}
	h.run()
}

// elsewhere is of a platform that has no such listener.
func elsewhere() (net.Listener, error) { return nil, errors.New("not here") }

// listenBound makes its listener in a way that is not followed.
type listenBound struct{ make func() net.Listener }

// goodNeverListens: there is never a listener.
func goodNeverListens(check func() error) (net.Listener, error) {
	ln, err := listenElsewhere()
	if err != nil {
		return nil, err
	}
	if err := check(); err != nil {
		return nil, err
	}
	return ln, nil
}

func listenElsewhere() (net.Listener, error) { return elsewhere() }
