// Package overwrites holds the last reference to a conn being assigned over.
package overwrites

import (
	"crypto/tls"
	"errors"
	"net"
)

type client struct {
	nc  net.Conn
	cfg *tls.Config
}

func (c *client) hello() error {
	_, err := c.nc.Write([]byte("HELO\n"))
	return err
}

// Close closes what there is.
func (c *client) Close() {
	if c.nc != nil {
		c.nc.Close()
	}
}

// startTLS gives nil along with its error and leaves conn open.
func startTLS(conn net.Conn, cfg *tls.Config) (net.Conn, error) {
	tc := tls.Client(conn, cfg)
	if err := tc.Handshake(); err != nil {
		return nil, err
	}
	return tc, nil
}

// startTLSOrClose gives nil along with its error and closes conn.
func startTLSOrClose(conn net.Conn, cfg *tls.Config) (net.Conn, error) {
	tc := tls.Client(conn, cfg)
	if err := tc.Handshake(); err != nil {
		tc.Close()
		return nil, err
	}
	return tc, nil
}

// badWrapOverField: the failed wrap sets the field to nil, so Close has nothing
// to close.
func badWrapOverField(addr string, cfg *tls.Config) (*client, error) {
	conn, err := net.Dial("tcp", addr) // want "from net.Dial is (not closed when .*startTLS fails|overwritten)"
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

// goodWrapBesideField: the field is set when the wrap has succeeded.
func goodWrapBesideField(addr string, cfg *tls.Config) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &client{nc: conn, cfg: cfg}
	tc, err := startTLS(c.nc, cfg)
	if err != nil {
		c.Close()
		return nil, err
	}
	c.nc = tc
	return c, nil
}

// goodWrapThatCloses: the wrap's own failure closes.
func goodWrapThatCloses(addr string, cfg *tls.Config) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &client{nc: conn, cfg: cfg}
	if c.nc, err = startTLSOrClose(c.nc, cfg); err != nil {
		return nil, err
	}
	return c, nil
}

// badWrapOverReceiver: the receiver owned the conn until its field was
// overwritten.
func (c *client) badWrapOverReceiver(addr string) (err error) {
	c.nc, err = net.Dial("tcp", addr) // want "from net.Dial is (not closed when .*startTLS fails|overwritten)"
	if err != nil {
		return err
	}
	c.nc, err = startTLS(c.nc, c.cfg)
	return err
}

// goodFieldOnEntry: what the field held before is not known.
func (c *client) goodFieldOnEntry() (err error) {
	c.nc, err = startTLS(c.nc, c.cfg)
	return err
}

// badNilOverReceiver: nil over the field, and the conn has no owner left.
func (c *client) badNilOverReceiver(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is (not closed when .*hello fails|overwritten)"
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

// goodNilAfterClose: closed, then forgotten.
func (c *client) goodNilAfterClose(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	c.nc = conn
	if err := c.hello(); err != nil {
		c.nc.Close()
		c.nc = nil
		return err
	}
	return nil
}

// badWrapOverVariable: the variable is nil when the wrap has failed.
func badWrapOverVariable(addr string, cfg *tls.Config) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "from net.Dial is (not closed when .*startTLS fails|overwritten)"
	if err != nil {
		return nil, err
	}
	conn, err = startTLS(conn, cfg)
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// goodWrapOverVariable: the wrap that closes may be assigned over it.
func goodWrapOverVariable(addr string, cfg *tls.Config) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	conn, err = startTLSOrClose(conn, cfg)
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// badRedial: the second dial takes the variable of the first.
func badRedial(addr, fallback string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "from net.Dial is (not closed|overwritten at line 169)"
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		conn, err = net.Dial("tcp", fallback)
		if err != nil {
			return nil, err
		}
	}
	return conn, nil
}

// goodRedial: closed before it is assigned over.
func goodRedial(addr, fallback string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		conn.Close()
		conn, err = net.Dial("tcp", fallback)
		if err != nil {
			return nil, err
		}
	}
	return conn, nil
}

// badShadowed: the inner conn is another variable, the outer one is nil.
func badShadowed(addr string, online bool) error {
	var conn net.Conn
	if online {
		conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
		if err != nil {
			return err
		}
		conn.Write([]byte("HELO\n"))
	}
	if conn != nil {
		return conn.Close()
	}
	return nil
}

// goodNotShadowed: one variable, assigned in the inner block.
func goodNotShadowed(addr string, online bool) (err error) {
	var conn net.Conn
	if online {
		conn, err = net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		conn.Write([]byte("HELO\n"))
	}
	if conn != nil {
		return conn.Close()
	}
	return nil
}

// front has a listener in a field.
type front struct{ ln net.Listener }

// goodClearedAfterDefer: the deferred Close was given the listener before the field
// was cleared.
func (f *front) goodClearedAfterDefer(addr string) error {
	var err error
	f.ln, err = net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	defer f.ln.Close()
	for {
		conn, err := f.ln.Accept()
		if err != nil {
			break
		}
		conn.Close()
	}
	f.ln = nil
	return nil
}

// badClearedBeforeClose: the closure looks at the field when it runs.
func (f *front) badClearedBeforeClose(addr string) error {
	var err error
	f.ln, err = net.Listen("tcp", addr) // want "f.ln from net.Listen is overwritten"
	if err != nil {
		return err
	}
	defer func() {
		if f.ln != nil {
			f.ln.Close()
		}
	}()
	conn, err := f.ln.Accept()
	f.ln = nil
	if err == nil {
		conn.Close()
	}
	return err
}

func (f *front) listener() net.Listener { return f.ln }

// goodClosedByAccessor closes it by the method that gives the field.
func (f *front) goodClosedByAccessor(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	f.ln = ln
	if addr == "" {
		f.listener().Close()
		f.ln = nil
		return errors.New("no address")
	}
	return nil
}

// badAddrOnly asks for the address, and drops the listener.
func (f *front) badAddrOnly(addr string) error {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is overwritten"
	if err != nil {
		return err
	}
	f.ln = ln
	if f.addr() == "" {
		f.ln = nil
		return errors.New("no address")
	}
	return nil
}

func (f *front) addr() string { return f.ln.Addr().String() }
