// Package unseen gives objects that have a connection to packages of which some are not
// analyzed, as interfaces without a Close.
package unseen

import (
	"net"
	"sync"

	"sockvet.test/connclose/unseen/api"
	"sockvet.test/connclose/unseen/keeper"
	"sockvet.test/connclose/unseen/lib"
	"sockvet.test/connclose/unseen/ship"
)

type named = api.Named

type hub struct {
	mu    sync.Mutex
	conns map[string]named
}

func (h *hub) register(c named) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conns[c.Name()] = c
}

func (h *hub) keep(c net.Conn) bool { return len(h.conns) < 10 }

// goodHandler: a package that is not analyzed keeps it, and so does the hub.
func (h *hub) goodHandler(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if !h.keep(conn) {
		conn.Close()
		return nil
	}
	w := lib.NewConn(conn, "")
	hh := ship.NewHandler(w, "a")
	hh.Run()
	h.register(hh)
	return nil
}

// goodNotRegistered: NewHandler may have started what ends it.
func (h *hub) goodNotRegistered(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if !h.keep(conn) {
		conn.Close()
		return nil
	}
	w := lib.NewConn(conn, "")
	hh := ship.NewHandler(w, "a")
	hh.Run()
	return nil
}

func (h *hub) goodInOne(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	hh := &ship.Handler{}
	hh.Run()
	h.register(ship.NewHandler(lib.NewConn(conn, ""), "a"))
	return nil
}

// goodPlain: the object that has the writer is registered.
func (h *hub) goodPlain(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	h.register(keeper.New(lib.NewConn(conn, "")))
	return nil
}

func (h *hub) goodRegistered(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	keeper.Register(lib.NewConn(conn, ""))
	return nil
}

// goodPart: the methods are those of an embedded part.
func (h *hub) goodPart(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	h.register(ship.NewHandler(lib.NewSub(conn, "b"), "b"))
	return nil
}

// tagged only looks at what has the connection.
type tagged interface{ Tag() string }

type owned struct {
	conn net.Conn
	tag  string
}

func (o *owned) Tag() string { return o.tag }

// badOwned: its end is nobody's.
func (h *hub) badOwned(addr string) error {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is never closed`
	if err != nil {
		return err
	}
	look(&owned{conn, "c"})
	return nil
}

func look(t tagged) { println(t.Tag()) }

// badDropped: nobody has the object.
func (h *hub) badDropped(addr string) error {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is never closed`
	if err != nil {
		return err
	}
	keeper.New(lib.NewConn(conn, ""))
	return nil
}

// badFails: the last step fails before anybody has it.
func (h *hub) badFails(addr string) error {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed when \(net.Conn\).Write fails`
	if err != nil {
		return err
	}
	w := lib.NewConn(conn, "")
	if _, err := conn.Write([]byte("hello")); err != nil {
		return err
	}
	h.register(ship.NewHandler(w, "a"))
	return nil
}
