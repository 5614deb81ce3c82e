// Package accepting takes connections from a library that keeps them.
package accepting

import (
	"io"
	"net"
	"net/http"

	"sockvet.test/clientgrowth/lib/dock"
)

type server struct{ dock *dock.Server }

func newServer() *server { return &server{dock: dock.NewServer()} }

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.dock.ServeHTTP(w, r) }

// badForgets: the library keeps each session until it is told to remove it.
func (s *server) badForgets() error {
	defer s.dock.Close()
	for {
		conn, err := s.dock.Accept() // want `field dock of server gets an entry for every accepted connection and never loses one: \(\*dock.Server\).Remove, which removes it, is not called when a connection ends`
		if err != nil {
			return err
		}
		go serve(conn)
	}
}

func serve(conn net.Conn) {
	defer conn.Close()
	io.Copy(io.Discard, conn)
}

type removing struct{ dock *dock.Server }

func newRemoving() *removing { return &removing{dock: dock.NewServer()} }

// goodRemoves: the connection's goroutine tells it.
func (s *removing) goodRemoves() error {
	for {
		conn, err := s.dock.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer s.dock.Remove(conn.(*dock.Session).ID())
			serve(conn)
		}()
	}
}

type tidy struct{ dock *dock.Tidy }

// goodTidy: the library removes what is closed.
func (s *tidy) goodTidy() error {
	for {
		conn, err := s.dock.Accept()
		if err != nil {
			return err
		}
		go serve(conn)
	}
}

// Shared has a server that its user may tell as well.
type Shared struct{ Dock *dock.Server }

// GoodShared: who has made the server can remove.
func (s *Shared) GoodShared() error {
	for {
		conn, err := s.Dock.Accept()
		if err != nil {
			return err
		}
		go serve(conn)
	}
}

// GoodGiven: so can who passes it.
func GoodGiven(d *dock.Server) error {
	for {
		conn, err := d.Accept()
		if err != nil {
			return err
		}
		go serve(conn)
	}
}

type pooled struct{ dock *dock.Pooled }

// goodPooled: that the pool's entry is the connection's is not certain.
func (s *pooled) goodPooled() error {
	for {
		conn, err := s.dock.Accept()
		if err != nil {
			return err
		}
		go serve(conn)
	}
}

type given struct{ dock *dock.Server }

func newGiven(d *dock.Server) *given { return &given{d} }

// New lets its caller keep the server.
func New(d *dock.Server) interface{ Run() error } { return newGiven(d) }

// Run accepts.
func (s *given) Run() error {
	for {
		conn, err := s.dock.Accept()
		if err != nil {
			return err
		}
		go serve(conn)
	}
}

type lent struct{ dock *dock.Server }

func newLent() *lent { return &lent{dock: dock.NewServer()} }

// goodLent: the server is given to somebody who may remove.
func (s *lent) goodLent(watch func(*dock.Server)) error {
	go watch(s.dock)
	for {
		conn, err := s.dock.Accept()
		if err != nil {
			return err
		}
		go serve(conn)
	}
}
