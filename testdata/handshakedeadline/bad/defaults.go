package bad

import (
	"net"
	"time"

	"sockvet.test/handshakedeadline/settings"
)

// -- settings that nothing gives a value: 0 is for ever --

// options are settings without a default.
type options struct {
	ReadTimeout time.Duration
	IdleTimeout time.Duration
	optTimeout  time.Duration
	sometimes   time.Duration
	zero        time.Duration
}

// NewOptions leaves them at zero, all but one.
func NewOptions() *options { return &options{zero: 0, sometimes: time.Minute} }

// WithTimeout leaves it to the caller.
func (o *options) WithTimeout(d time.Duration) *options {
	o.optTimeout = d
	return o
}

func (o *options) serve(ln net.Listener, cfg *settings.Config) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		go o.badNoDefault(c)
		go o.badOption(c)
		go o.badZero(c)
		go o.badTwoSettings(c)
		go o.badHelper(c)
		go o.badTime(c)
		go badSeconds(c, cfg)
		go o.badOtherSetting(c)
		badParameter(c, o.ReadTimeout)
		go badZeroTime(c, 0)
	}
}

// badNoDefault: as it is set by users only.
func (o *options) badNoDefault(c net.Conn) {
	defer c.Close()
	if d := o.ReadTimeout; d != 0 {
		c.SetDeadline(time.Now().Add(d))
	}
	authLoop(c) // want `nothing bounds authLoop on an accepted connection`
}

// badOption: by an option.
func (o *options) badOption(c net.Conn) {
	defer c.Close()
	if o.optTimeout > 0 {
		c.SetDeadline(time.Now().Add(o.optTimeout))
	}
	authLoop(c) // want `nothing bounds authLoop on an accepted connection`
}

// badZero: the constant is 0.
func (o *options) badZero(c net.Conn) {
	defer c.Close()
	if o.zero > 0 {
		c.SetDeadline(time.Now().Add(o.zero))
	}
	authLoop(c) // want `nothing bounds authLoop on an accepted connection`
}

// badTwoSettings: one of two has a default.
func (o *options) badTwoSettings(c net.Conn) {
	defer c.Close()
	if o.ReadTimeout > 0 {
		if o.sometimes > 0 {
			c.SetDeadline(time.Now().Add(o.ReadTimeout))
		}
	}
	authLoop(c) // want `nothing bounds authLoop on an accepted connection`
}

// next is zero when no setting is.
func (o *options) next() time.Time {
	var deadline time.Time
	if o.IdleTimeout > 0 {
		deadline = time.Now().Add(o.IdleTimeout)
	}
	return deadline
}

// badHelper: a function makes the time of the setting.
func (o *options) badHelper(c net.Conn) {
	defer c.Close()
	if d := o.next(); !d.IsZero() {
		c.SetDeadline(d)
	}
	authLoop(c) // want `nothing bounds authLoop on an accepted connection`
}

// badTime: the time is zero when the setting is.
func (o *options) badTime(c net.Conn) {
	defer c.Close()
	var deadline time.Time
	if o.IdleTimeout > 0 {
		deadline = time.Now().Add(o.IdleTimeout)
	}
	c.SetDeadline(deadline)
	authLoop(c) // want `the deadline is removed before authLoop on an accepted connection`
}

// badSeconds: of a setting of another package.
func badSeconds(c net.Conn, cfg *settings.Config) {
	defer c.Close()
	if timeout := time.Duration(cfg.NoDefault) * time.Second; timeout > 0 {
		c.SetDeadline(time.Now().Add(timeout))
	}
	authLoop(c) // want `nothing bounds authLoop on an accepted connection`
}

// badOtherSetting: the setting with a default is used only where it is set.
func (o *options) badOtherSetting(c net.Conn) {
	defer c.Close()
	d := o.IdleTimeout
	if o.ReadTimeout > 0 {
		d = o.sometimes
	}
	if d > 0 {
		c.SetDeadline(time.Now().Add(d))
	}
	authLoop(c) // want `nothing bounds authLoop on an accepted connection`
}

// badParameter: it is given a setting without a default.
func badParameter(c net.Conn, d time.Duration) {
	defer c.Close()
	if d > 0 {
		c.SetDeadline(time.Now().Add(d))
	}
	authLoop(c) // want `nothing bounds authLoop on an accepted connection`
}

// badZeroTime: it is given none.
func badZeroTime(c net.Conn, d time.Duration) {
	defer c.Close()
	if d > 0 {
		c.SetDeadline(time.Now().Add(d))
	}
	authLoop(c) // want `nothing bounds authLoop on an accepted connection`
}
