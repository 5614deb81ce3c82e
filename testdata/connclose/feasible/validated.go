package feasible

import (
	"errors"
	"log"
	"net"
	"strconv"

	"sockvet.test/connclose/feasible/maker"
	"sockvet.test/connclose/feasible/queues"
)

// goodAllMade: what it is given was made before, so New does not fail.
func goodAllMade(ln net.Listener) error {
	requests, answers := make(chan *maker.Action), make(chan *maker.Action)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		c, err := maker.New(conn, requests, answers)
		if err != nil {
			log.Print(err)
			continue
		}
		go c.Close()
	}
}

// badOneGiven: one of them is the caller's.
func badOneGiven(ln net.Listener, answers chan *maker.Action) error {
	requests := make(chan *maker.Action)
	for {
		conn, err := ln.Accept() // want "conn from .* is not closed before the next iteration when maker.New fails"
		if err != nil {
			return err
		}
		c, err := maker.New(conn, requests, answers)
		if err != nil {
			log.Print(err)
			continue
		}
		go c.Close()
	}
}

// goodFromHub: a constructor has made them.
func goodFromHub(ln net.Listener) error {
	hub, err := maker.NewHub("hub")
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		c, err := maker.New(conn, hub.Requests, hub.Answers)
		if err != nil {
			log.Print(err)
			continue
		}
		go c.Close()
	}
}

// badFromHub: it does not make this one.
func badFromHub(ln net.Listener) error {
	hub, err := maker.NewHub("hub")
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Accept() // want "conn from .* is not closed before the next iteration when maker.New fails"
		if err != nil {
			return err
		}
		c, err := maker.New(conn, hub.Requests, hub.Spare)
		if err != nil {
			log.Print(err)
			continue
		}
		go c.Close()
	}
}

// goodFromQueues: whoever makes queues makes their channels.
func goodFromQueues(ln net.Listener, size int) error {
	q, err := queues.New(size)
	if err != nil {
		return err
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		c, err := maker.NewQueued(conn, q.In, q.Out)
		if err != nil {
			log.Print(err)
			continue
		}
		go c.Close()
	}
}

// badFromQueues: a name may well be empty.
func badFromQueues(addr string) (*maker.Client, error) {
	q, err := queues.New(1)
	if err != nil {
		return nil, err
	}
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when maker.Named fails"
	if err != nil {
		return nil, err
	}
	c, err := maker.Named(q.Name, conn)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// badNilGiven: it always fails.
func badNilGiven(addr string) (*maker.Client, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when maker.New fails"
	if err != nil {
		return nil, err
	}
	return maker.New(conn, nil, make(chan *maker.Action))
}

// goodNamed has a name that is not empty.
func goodNamed(addr string, n int) (*maker.Client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c, err := maker.Named("client "+strconv.Itoa(n), conn)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// goodAddressed is named by an address.
func goodAddressed(addr string) (*maker.Client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c, err := maker.Named(conn.RemoteAddr().String(), conn)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// badNamed may be given no name.
func badNamed(addr, name string) (*maker.Client, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when maker.Named fails"
	if err != nil {
		return nil, err
	}
	c, err := maker.Named(name, conn)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// badGreeted: it may fail otherwise.
func badGreeted(addr string) (*maker.Client, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when maker.Greeted fails"
	if err != nil {
		return nil, err
	}
	c, err := maker.Greeted(conn, make(chan *maker.Action))
	if err != nil {
		return nil, err
	}
	return c, nil
}

type session struct {
	conn net.Conn
	l    *log.Logger
	name string
}

func (s *session) Close() error { return s.conn.Close() }

// newSession passes on what it is given.
func newSession(conn net.Conn, l *log.Logger, name string) (*session, error) {
	if err := verify(l, name); err != nil {
		return nil, err
	}
	if conn == nil {
		return nil, errors.New("no connection")
	}
	return &session{conn, l, name}, nil
}

func verify(l *log.Logger, name string) error {
	if l == nil {
		return errors.New("no logger")
	}
	if len(name) == 0 {
		return errors.New("no name")
	}
	return nil
}

// goodVerified: the constructor asks another function.
func goodVerified(addr string) (*session, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	s, err := newSession(conn, &log.Logger{}, "session")
	if err != nil {
		return nil, err
	}
	return s, nil
}

// badVerified: the name is the caller's.
func badVerified(addr, name string) (*session, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when newSession fails"
	if err != nil {
		return nil, err
	}
	s, err := newSession(conn, &log.Logger{}, name)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// badHardware: an interface without an address has an empty one.
func badHardware(addr string, hw net.HardwareAddr) (*maker.Client, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when maker.Named fails"
	if err != nil {
		return nil, err
	}
	return maker.Named(hw.String(), conn)
}

// badUnnamed: a socket that dials has no name.
func badUnnamed(path string) (*maker.Client, error) {
	conn, err := net.Dial("unix", path) // want "conn from net.Dial is not closed when maker.Named fails"
	if err != nil {
		return nil, err
	}
	return maker.Named(conn.LocalAddr().String(), conn)
}

// goodIP: none at all has a text, too.
func goodIP(addr string, ip net.IP) (*maker.Client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return maker.Named(ip.String(), conn)
}

// goodAnyAddress is of whatever network, most of which have a text.
func goodAnyAddress(ln net.Listener) (*maker.Client, error) {
	conn, err := ln.Accept()
	if err != nil {
		return nil, err
	}
	return maker.Named(conn.RemoteAddr().String(), conn)
}
