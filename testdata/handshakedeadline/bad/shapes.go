package bad

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"time"
)

// badOtherDeadline: the deadline is for another connection.
func badOtherDeadline(ln net.Listener, up net.Conn) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			greetingOf(bufio.NewReader(c), up) // want `nothing bounds greetingOf on an accepted connection`
		}()
	}
}

func greetingOf(br *bufio.Reader, up net.Conn) error {
	up.SetDeadline(time.Now().Add(time.Minute))
	_, err := br.ReadString('\n')
	return err
}

// badNoTime: the caller gives no time.
func badNoTime(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			loginWithin(c, bufio.NewReader(c), 0) // want `nothing bounds loginWithin on an accepted connection`
		}()
	}
}

func loginWithin(c net.Conn, br *bufio.Reader, timeout time.Duration) error {
	if timeout > 0 {
		c.SetReadDeadline(time.Now().Add(timeout))
	}
	_, err := br.ReadString('\n')
	return err
}

// badAuthLoop: it reads until it has what it wants, and goes on then.
func badAuthLoop(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			if authLoop(c) == nil { // want `nothing bounds authLoop on an accepted connection`
				io.Copy(io.Discard, c)
			}
		}()
	}
}

func authLoop(c net.Conn) error {
	buf := make([]byte, 64)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return err
		}
		if string(buf[:n]) == "secret" {
			return nil
		}
		if _, err := c.Write([]byte("again")); err != nil {
			return err
		}
	}
}

// mayTLS is given a listener by its user.
type mayTLS struct{ ln net.Listener }

// newMayTLS takes any.
func newMayTLS(ln net.Listener) *mayTLS { return &mayTLS{ln} }

// Serve accepts from it.
func (s *mayTLS) serve() error {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go s.badMayTLS(c)
	}
}

func (s *mayTLS) badMayTLS(c net.Conn) {
	defer c.Close()
	if t, ok := c.(*tls.Conn); ok {
		if err := t.Handshake(); err != nil { // want `nothing bounds \(\*tls.Conn\).Handshake on an accepted connection`
			return
		}
	}
	io.Copy(io.Discard, c)
}

// NewMayTLS makes one for others.
func NewMayTLS(ln net.Listener) interface{ Run() error } { return &running{newMayTLS(ln)} }

type running struct{ s *mayTLS }

func (r *running) Run() error { return r.s.serve() }

// badIsTLS: its listener is TLS.
func badIsTLS(config *tls.Config) error {
	ln, err := tls.Listen("tcp", "localhost:0", config)
	if err != nil {
		return err
	}
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			if t, ok := c.(*tls.Conn); ok {
				t.Handshake() // want `nothing bounds \(\*tls.Conn\).Handshake on an accepted connection`
			}
		}()
	}
}

// Timed has a timeout that one of its functions gives a default.
type Timed struct{ Timeout time.Duration }

// ListenAndServe gives it.
func (s *Timed) ListenAndServe(addr string) error {
	if s.Timeout == 0 {
		s.Timeout = time.Minute
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return s.Serve(ln)
}

// Serve does not.
func (s *Timed) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			if s.Timeout > 0 {
				c.SetDeadline(time.Now().Add(s.Timeout))
			}
			authLoop(c) // want `nothing bounds authLoop on an accepted connection`
		}()
	}
}
