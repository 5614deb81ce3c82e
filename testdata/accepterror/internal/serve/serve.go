// Package serve is called by its own module only.
package serve

import (
	"log"
	"net"
	"time"
)

func handle(c net.Conn) { c.Close() }

// Good waits, and has no exit: that its listener is closed is not seen.
func Good(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			log.Print(err)
			time.Sleep(time.Second)
			continue
		}
		go handle(conn)
	}
}

// BadSpins needs nobody who closes it.
func BadSpins(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `is retried at once`
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}

// Run is called here, too, with a listener that is closed.
func Run(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `the loop has no exit`
		if err != nil {
			log.Print(err)
			time.Sleep(time.Second)
			continue
		}
		go handle(conn)
	}
}

// Start starts it until done.
func Start(addr string, done <-chan struct{}) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	go Run(ln)
	<-done
	return ln.Close()
}

type server struct{ ln net.Listener }

// NewServer keeps it.
func NewServer(ln net.Listener) *server { return &server{ln: ln} }

// Serve accepts from it.
func (s *server) Serve() {
	for {
		conn, err := s.ln.Accept() // want `the loop has no exit`
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		go handle(conn)
	}
}

// Close closes it.
func (s *server) Close() error { return s.ln.Close() }
