package feasible

import (
	"log"
	"net"
)

// dispatching gives its connections to one of its methods.
type dispatching struct {
	full    func() bool
	clients int
}

// handler handles a connection.
type handler func(net.Conn) error

// goodLoop is given a method by all its callers, and never nil.
func (s *dispatching) goodLoop(ln net.Listener, handle handler) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if s.full() {
			conn.Close()
		} else if handle != nil {
			if err := handle(conn); err != nil {
				log.Print(err)
			}
		}
	}
}

func (s *dispatching) plain(conn net.Conn) error {
	s.clients++
	go func() {
		defer conn.Close()
		conn.Write([]byte("hello"))
	}()
	return nil
}

func (s *dispatching) counted(conn net.Conn) error {
	s.clients++
	return conn.Close()
}

func (s *dispatching) serve(ln net.Listener, count bool) error {
	if count {
		return s.goodLoop(ln, s.counted)
	}
	return s.goodLoop(ln, s.plain)
}

// badLoop is given nil by a caller: nobody takes the connection then.
func (s *dispatching) badLoop(ln net.Listener, handle func(net.Conn) error) error {
	for {
		conn, err := ln.Accept() // want `conn from .*Accept is not closed before the next iteration`
		if err != nil {
			return err
		}
		if s.full() {
			conn.Close()
		} else if handle != nil {
			if err := handle(conn); err != nil {
				log.Print(err)
			}
		}
	}
}

func (s *dispatching) serveBadly(ln net.Listener, count bool) error {
	if count {
		return s.badLoop(ln, s.counted)
	}
	return s.badLoop(ln, nil)
}
