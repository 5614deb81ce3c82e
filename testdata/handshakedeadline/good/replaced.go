package good

import (
	"net"
	"time"
)

// -- a setting whose zero a function replaces --

// Limits are set by users: 0 is the default, and below 0 none.
type Limits struct{ Handshake, Login, Greeting time.Duration }

const defaultHandshake = 5 * time.Second

func normalize(d time.Duration) time.Duration {
	if d < 0 {
		return 0
	}
	if d == 0 {
		return defaultHandshake
	}
	return d
}

func orDefault(d time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return defaultHandshake
}

type replacing struct {
	handshake, login time.Duration
	Greeting         time.Duration
}

// NewReplacing makes a server.
func NewReplacing(o Limits) *replacing {
	s := &replacing{handshake: normalize(o.Handshake), Greeting: orDefault(o.Greeting)}
	login := o.Login
	if login < 0 {
		login = 0
	} else if login == 0 {
		login = defaultHandshake
	}
	s.login = login
	return s
}

func (s *replacing) serve(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		go s.goodReplaced(c)
		go s.goodInline(c)
		go s.goodShared(c)
	}
}

// goodReplaced: by a function, in the constructor.
func (s *replacing) goodReplaced(c net.Conn) {
	defer c.Close()
	if s.handshake > 0 {
		c.SetDeadline(time.Now().Add(s.handshake))
	}
	readLogin(c)
}

// goodInline: by the constructor itself.
func (s *replacing) goodInline(c net.Conn) {
	defer c.Close()
	if s.login > 0 {
		c.SetDeadline(time.Now().Add(s.login))
	}
	readLogin(c)
}

// goodShared: in a field that others may set.
func (s *replacing) goodShared(c net.Conn) {
	defer c.Close()
	if s.Greeting > 0 {
		c.SetDeadline(time.Now().Add(s.Greeting))
	}
	readLogin(c)
}
