package bad

import (
	"net"
	"time"
)

// -- a setting that a function changes, and zero stays zero --

type clampedServer struct{ handshake, login time.Duration }

// clamp knows no time below 0.
func clamp(d time.Duration) time.Duration {
	if d < 0 {
		return 0
	}
	return d
}

func inSeconds(n int) time.Duration { return time.Duration(n) * time.Second }

// NewClamped makes a server.
func NewClamped(handshake time.Duration, login int) *clampedServer {
	return &clampedServer{handshake: clamp(handshake), login: inSeconds(login)}
}

func (s *clampedServer) serve(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		go s.badClamped(c)
		go s.badSeconds(c)
	}
}

// badClamped: 0 is none.
func (s *clampedServer) badClamped(c net.Conn) {
	defer c.Close()
	if s.handshake > 0 {
		c.SetDeadline(time.Now().Add(s.handshake))
	}
	authLoop(c) // want `nothing bounds authLoop on an accepted connection`
}

// badSeconds: 0 seconds are none.
func (s *clampedServer) badSeconds(c net.Conn) {
	defer c.Close()
	if s.login > 0 {
		c.SetDeadline(time.Now().Add(s.login))
	}
	authLoop(c) // want `nothing bounds authLoop on an accepted connection`
}
