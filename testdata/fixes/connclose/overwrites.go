package connclose

import (
	"crypto/tls"
	"log"
	"net"

	"golang.org/x/sys/unix"
)

// startTLS gives nil along with its error, and leaves conn open.
func startTLS(conn net.Conn, cfg *tls.Config) (net.Conn, error) {
	tc := tls.Client(conn, cfg)
	if err := tc.Handshake(); err != nil {
		return nil, err
	}
	return tc, nil
}

// wrapOver: what conn was before is kept, and closed.
func wrapOver(addr string, cfg *tls.Config) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return nil, err
	}
	// from here on in secret
	conn, err = startTLS(conn, cfg)
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// wrapOverInHead: of an if statement, in a branch.
func wrapOverInHead(addr string, cfg *tls.Config) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return nil, err
	}
	if cfg != nil {
		if conn, err = startTLS(conn, cfg); err != nil {
			return nil, err
		}
	}
	return conn, nil
}

// wrapOverOutside: the return is outside of the branch, and raw has a meaning.
func wrapOverOutside(addr string, cfg *tls.Config) (net.Conn, error) {
	rawConn := addr
	conn, err := net.Dial("tcp", rawConn) // want "is not closed"
	if err != nil {
		return nil, err
	}
	if cfg != nil {
		conn, err = startTLS(conn, cfg)
	}
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// wrapTwice: each by a variable of its own.
func wrapTwice(addr string, cfg *tls.Config) (net.Conn, error) {
	c, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return nil, err
	}
	c, err = startTLS(c, cfg)
	if err != nil {
		return nil, err
	}
	if err := greet(c); err != nil {
		return nil, err
	}
	c, err = startTLS(c, cfg)
	return c, err
}

type client struct {
	nc  net.Conn
	cfg *tls.Config
}

func (c *client) hello() error { return greet(c.nc) }

// Close closes what there is.
func (c *client) Close() {
	if c.nc != nil {
		c.nc.Close()
	}
}

// wrapOverField: conn is still at hand.
func wrapOverField(addr string, cfg *tls.Config) (*client, error) {
	conn, err := net.Dial("tcp", addr) // want "is (not closed|overwritten)"
	if err != nil {
		return nil, err
	}
	c := &client{nc: conn, cfg: cfg}
	c.nc, err = startTLS(c.nc, cfg)
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// wrapOverReceiver: only the field has it.
func (c *client) wrapOverReceiver(addr string) (err error) {
	c.nc, err = net.Dial("tcp", addr) // want "is (not closed|overwritten)"
	if err != nil {
		return err
	}
	c.nc, err = startTLS(c.nc, c.cfg)
	return err
}

// nilOver: closed before it is forgotten.
func (c *client) nilOver(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "is (not closed|overwritten)"
	if err != nil {
		return err
	}
	c.nc = conn
	if err := c.hello(); err != nil {
		c.nc = nil
		return err
	}
	return nil
}

// oneOf: the one or the other.
func oneOf(any bool) (int, error) {
	var fd int
	var err error
	if any {
		fd, err = unix.Socket(unix.AF_INET6, unix.SOCK_DGRAM, 0) // want "is not closed"
	} else {
		fd, err = unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	}
	if err != nil {
		return -1, err
	}
	defer func() { log.Print("done with ", fd) }()
	if err := unix.SetNonblock(fd, true); err != nil {
		return -1, err
	}
	return fd, nil
}

// tail: when it succeeds, the result is the caller's.
func tail(addr string, cfg *tls.Config) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return nil, err
	}
	return startTLS(conn, cfg)
}

// named: so, too, where the results have names.
func named(addr string, cfg *tls.Config) (nc net.Conn, err error) {
	conn, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return nil, err
	}
	nc, err = startTLS(conn, cfg)
	return
}

// closesOnce: its parameter, where it does not.
func closesOnce(conn net.Conn, cfg *tls.Config) (net.Conn, error) { // want "is not closed"
	tc := tls.Client(conn, cfg)
	if err := tc.Handshake(); err != nil {
		return nil, err
	}
	if err := tc.VerifyHostname("localhost"); err != nil {
		tc.Close()
		return nil, err
	}
	return tc, nil
}

// maybeClosed: what is closed on one failure of the callee may not be closed
// again; this is the callee's to mend.
func maybeClosed(addr string, cfg *tls.Config) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	conn, err = closesOnce(conn, cfg)
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// redial: the first one is closed before the second takes its variable.
func redial(addr, fallback string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "is (not closed|overwritten)"
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		conn, err = net.Dial("tcp", fallback)
		if err != nil {
			return nil, err
		}
	}
	return conn, nil
}

type pair struct{ first, second net.Conn }

// bothKept: the first one is still needed.
func bothKept(addr string) (*pair, error) {
	conn, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return nil, err
	}
	p := &pair{first: conn}
	conn, err = net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	p.second = conn
	return p, nil
}
