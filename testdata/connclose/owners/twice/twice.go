// Package twice leaves one connection open in ways that could be told of twice.
package twice

import (
	"errors"
	"log"
	"net"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// server asks its peers in turn.
type server struct {
	keepalive time.Duration
	stop      chan struct{}
}

// badHandle is where the Close is missing, once.
func (s *server) badHandle(c net.Conn, dynamic bool) error { // want "parameter c is not closed when .*SetKeepAlive or .*SetKeepAlivePeriod fails"
	if s.keepalive != 0 {
		if err := c.(*net.TCPConn).SetKeepAlive(true); err != nil {
			return err
		}
		if err := c.(*net.TCPConn).SetKeepAlivePeriod(s.keepalive); err != nil {
			return err
		}
	}
	err := serve(c)
	if err != nil && dynamic {
		log.Print(err)
	}
	return err
}

func serve(c net.Conn) error {
	defer c.Close()
	_, err := c.Write([]byte("hello\n"))
	return err
}

// goodLoop has a literal that calls it.
func (s *server) goodLoop(addr string) {
	go func() {
		for {
			select {
			case <-s.stop:
				return
			default:
			}
			c, err := net.Dial("tcp", addr)
			if err != nil {
				continue
			}
			s.badHandle(c, false)
		}
	}()
}

// goodOnce calls it, too, and asks for its error.
func (s *server) goodOnce(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if err := s.badHandle(c, false); err != nil {
		return err
	}
	return nil
}

// badBeside has another connection, which is not that of the parameter.
func (s *server) badBeside(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	f, err := net.Dial("udp", addr) // want "f from net.Dial is never closed"
	if err != nil {
		return errors.Join(err, c.Close())
	}
	if err := s.badHandle(c, false); err != nil {
		return err
	}
	log.Print(f.LocalAddr())
	return nil
}

type addr struct {
	network string
	port    int
}

// badArms: one variable, two ways to it, one missing Close.
func badArms(addrs []addr) ([]net.Conn, error) {
	var conns []net.Conn
	for _, a := range addrs {
		var conn net.Conn
		var err error
		if a.network == "tcp4" {
			conn, err = net.Dial(a.network, "") // want "conn from net.Dial is never closed|conn from net.Dial is not closed"
		}
		if a.network == "tcp6" {
			conn, err = net.Dial(a.network, "::")
		}
		if err != nil {
			return nil, err
		}
		if a.port == 0 {
			if _, err := netip.ParseAddrPort(conn.LocalAddr().String()); err != nil {
				return nil, err
			}
		}
		if conn != nil {
			conns = append(conns, conn)
		}
	}
	return conns, nil
}

// listener has two resources, which it closes together.
type listener struct {
	net.Listener
	watch int
}

func (l *listener) Close() error { return errors.Join(unix.Close(l.watch), l.Listener.Close()) }

func listen(addr string) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	l := &listener{Listener: ln}
	if l.watch, err = unix.InotifyInit(); err != nil {
		ln.Close()
		return nil, err
	}
	return l, nil
}

// badBoth leaves both open.
func badBoth(addr string) error {
	l, err := listen(addr) // want `l from listen is not closed when os.Chmod fails \(leaks at line \d+ for ever`
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	return l.Close()
}

// badServed is served by a goroutine.
func badServed(addr string) error {
	l, err := listen(addr) // want "l from listen is never closed"
	if err != nil {
		return err
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	return nil
}
