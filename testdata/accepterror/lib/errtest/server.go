package errtest

import (
	"errors"
	"net"
	"time"
)

// Server accepts until it is done.
type Server struct {
	ln   net.Listener
	done bool
	// AcceptError is told of errors.
	AcceptError func(error)
}

// Serve goes on after any error but that of a closed listener.
func (s *Server) Serve(ln net.Listener) error { // want Serve:`goes on accepting from operand 1 after an error of one connection`
	s.ln = ln
	_ = ln.Addr()
	return serve(s)
}

func serve(s *Server) error {
	defer s.ln.Close()
	for {
		c, err := s.ln.Accept()
		if err != nil {
			if s.done {
				return nil
			}
			if errors.Is(err, net.ErrClosed) {
				return nil
			}
			if s.AcceptError != nil {
				s.AcceptError(err)
			}
			continue
		}
		go func() { defer c.Close(); time.Sleep(time.Second) }()
	}
}

// Strict goes on after temporary errors only.
type Strict struct{}

// Serve ends at any other error.
func (s *Strict) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			var ne net.Error
			if errors.As(err, &ne) && ne.Temporary() {
				time.Sleep(time.Second)
				continue
			}
			return err
		}
		go func() { defer c.Close(); time.Sleep(time.Second) }()
	}
}
