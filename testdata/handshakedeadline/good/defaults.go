package good

import (
	"cmp"
	"flag"
	"net"
	"time"

	"sockvet.test/handshakedeadline/settings"
)

// -- settings with a default: a deadline if they are not 0 --

// Settings are settings with a default, each given in another way.
type Settings struct {
	// Literal is given one where they are made.
	Literal time.Duration
	// Assigned is given one afterwards, Or when it is zero, Flag by a flag.
	Assigned, Or, Flag time.Duration
	// Idle is given one in a copy, Auth has none and is used only when it is set.
	Idle, Auth time.Duration
	// Named is given what a variable holds.
	Named time.Duration
}

// DefaultTimeout is used by default.
var DefaultTimeout = 20 * time.Second

var (
	flagTimeout = flag.Duration("timeout", 10*time.Second, "of a login")
	seconds     = 5
)

// NewOptions makes some.
func NewOptions() *Settings {
	o := &Settings{Literal: 10 * time.Second, Named: DefaultTimeout}
	o.Assigned = time.Minute
	o.Or = cmp.Or(o.Or, time.Minute)
	flag.DurationVar(&o.Flag, "flag", time.Minute, "of a login")
	return o
}

// withDefaults returns a copy with defaults.
func (o *Settings) withDefaults() Settings {
	c := *o
	if c.Idle == 0 {
		c.Idle = 10 * time.Minute
	}
	return c
}

type optServer struct {
	Settings
	start  time.Time
	inAuth bool
}

// ServeOptions serves.
func ServeOptions(ln net.Listener, o *Settings, cfg *settings.Config) {
	s := &optServer{Settings: o.withDefaults(), start: time.Now()}
	limit := 10 * time.Second
	flag.DurationVar(&limit, "limit", limit, "of a login")
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		go s.goodLiteral(c)
		go s.goodAssigned(c)
		go s.goodOr(c)
		go s.goodFlag(c)
		go s.goodNamed(c)
		go s.goodHelper(c)
		go s.goodTime(c)
		go goodFlagVariable(c)
		go goodSeconds(c, cfg)
		go goodOtherVariable(c)
		go goodParameter(c, s.Literal)
		go goodParameter(c, *flagTimeout)
		go goodParameter(c, 5*time.Second)
		go func() {
			defer c.Close()
			if limit > 0 {
				c.SetDeadline(time.Now().Add(limit))
			}
			readLogin(c)
		}()
	}
}

// goodLiteral: in the literal.
func (s *optServer) goodLiteral(c net.Conn) {
	defer c.Close()
	if s.Literal > 0 {
		c.SetDeadline(time.Now().Add(s.Literal))
	}
	readLogin(c)
}

// goodAssigned: after it.
func (s *optServer) goodAssigned(c net.Conn) {
	defer c.Close()
	if d := s.Assigned; d != 0 {
		c.SetReadDeadline(time.Now().Add(d))
	}
	readLogin(c)
}

// goodOr: with a call.
func (s *optServer) goodOr(c net.Conn) {
	defer c.Close()
	if s.Or != 0 {
		c.SetDeadline(time.Now().Add(s.Or))
	}
	readLogin(c)
}

// goodFlag: as a flag.
func (s *optServer) goodFlag(c net.Conn) {
	defer c.Close()
	if 0 < s.Flag {
		c.SetDeadline(time.Now().Add(s.Flag))
	}
	readLogin(c)
}

// goodNamed: by a variable.
func (s *optServer) goodNamed(c net.Conn) {
	defer c.Close()
	if s.Named > 0 {
		c.SetDeadline(time.Now().Add(s.Named))
	}
	readLogin(c)
}

// nextDeadline is not zero, as Idle is not.
func (s *optServer) nextDeadline() time.Time {
	opts := s.Settings
	idle := opts.Idle
	if s.inAuth && opts.Auth > 0 {
		idle = opts.Auth
	}
	var deadline time.Time
	if idle > 0 {
		deadline = time.Now().Add(idle)
	}
	if opts.Auth > 0 {
		last := s.start.Add(opts.Auth)
		if deadline.IsZero() || last.Before(deadline) {
			deadline = last
		}
	}
	return deadline
}

// goodHelper: a function makes the time.
func (s *optServer) goodHelper(c net.Conn) {
	defer c.Close()
	if d := s.nextDeadline(); !d.IsZero() {
		c.SetReadDeadline(d)
	}
	readLogin(c)
}

// goodTime: the time is zero only if the setting is.
func (s *optServer) goodTime(c net.Conn) {
	defer c.Close()
	var deadline time.Time
	if s.Idle > 0 {
		deadline = time.Now().Add(s.Idle)
	}
	c.SetDeadline(deadline)
	readLogin(c)
}

// goodFlagVariable: a variable that a flag sets.
func goodFlagVariable(c net.Conn) {
	defer c.Close()
	if *flagTimeout > 0 {
		c.SetDeadline(time.Now().Add(*flagTimeout))
	}
	readLogin(c)
}

// goodSeconds: a setting of another package.
func goodSeconds(c net.Conn, cfg *settings.Config) {
	defer c.Close()
	timeout := time.Duration(cfg.TimeoutSeconds) * time.Second
	if timeout > 0 {
		c.SetDeadline(time.Now().Add(timeout))
	}
	readLogin(c)
}

// goodOtherVariable: variables, here and in another package.
func goodOtherVariable(c net.Conn) {
	defer c.Close()
	if seconds+settings.Timeout > 0 {
		c.SetDeadline(time.Now().Add(time.Duration(seconds) * time.Second))
	}
	readLogin(c)
}

// goodParameter: it is given a setting with a default.
func goodParameter(c net.Conn, d time.Duration) {
	defer c.Close()
	if d > 0 {
		c.SetDeadline(time.Now().Add(d))
	}
	readLogin(c)
}
