package feasible

import (
	"errors"
	"net"
)

// -- what the variables of the package are made with --

var sharedJobs = make(chan bool)

// jobber has a channel from a variable of the package.
type jobber struct {
	addr string
	in   chan bool
}

var defaultJobber = &jobber{in: sharedJobs}

// StopJobs closes the channel.
func StopJobs() { close(sharedJobs) }

// RunJobs runs it.
func RunJobs() error { return defaultJobber.badSharedJobs() }

func (j *jobber) badSharedJobs() error {
	conn, err := net.Dial("tcp", j.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return err
	}
	if _, ok := <-j.in; !ok {
		return nil
	}
	return conn.Close()
}

// ringer has a bell, which is not always loud.
type ringer struct {
	addr string
	bell bell
}

type bell interface{ ring() }

type loudBell struct{}

func (loudBell) ring()        {}
func (loudBell) louder() bool { return true }

type quietBell struct{}

func (quietBell) ring() {}

var (
	quietRinger  = &ringer{bell: quietBell{}}
	quietRingers = map[string]ringer{"quiet": {bell: quietBell{}}}
)

func newRinger(addr string) *ringer { return &ringer{addr: addr, bell: loudBell{}} }

// Ringer finds one.
func Ringer(addr string) *ringer {
	if addr == "" {
		return quietRinger
	}
	return newRinger(addr)
}

func (r *ringer) badBell() error {
	conn, err := net.Dial("tcp", r.addr) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return err
	}
	loud, ok := r.bell.(loudBell)
	if !ok {
		return errors.New("not loud")
	}
	loud.louder()
	return conn.Close()
}
