// Package errpaths holds the commonest leak: a step after the acquisition
// fails and the function returns.
package errpaths

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
)

type client struct {
	addr string
	user string
	conn net.Conn
}

// auth only borrows conn.
func (c *client) auth(conn net.Conn) error {
	if _, err := conn.Write([]byte("USER " + c.user + "\n")); err != nil {
		return err
	}
	_, err := conn.Read(make([]byte, 64))
	return err
}

// greet only borrows conn.
func greet(conn net.Conn) error {
	_, err := conn.Write([]byte("HELO\n"))
	return err
}

// badLeakOnAuthError: the method is no owner and the return is bare.
func (c *client) badLeakOnAuthError() error {
	conn, err := net.Dial("tcp", c.addr) // want "conn from net.Dial is not closed when .*auth fails .*until a GC"
	if err != nil {
		return err
	}
	if err := c.auth(conn); err != nil {
		return err
	}
	c.conn = conn
	return nil
}

// goodCloseOnAuthError: one Close before the return mends it.
func (c *client) goodCloseOnAuthError() error {
	conn, err := net.Dial("tcp", c.addr)
	if err != nil {
		return err
	}
	if err := c.auth(conn); err != nil {
		conn.Close()
		return err
	}
	c.conn = conn
	return nil
}

// badLeakOnTwoReturns: one report names both steps and both lines.
func badLeakOnTwoReturns(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*greet or .*ReadFull fails .leaks at lines 69, 72 until a GC"
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(conn, make([]byte, 4)); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodCloseOnTwoReturns: each failing step closes.
func goodCloseOnTwoReturns(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		conn.Close()
		return nil, err
	}
	if _, err := io.ReadFull(conn, make([]byte, 4)); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// badSecondStepForgotten: the author knew, and forgot once.
func badSecondStepForgotten(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Write fails"
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		conn.Close()
		return nil, err
	}
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		return nil, err
	}
	return conn, nil
}

// badUnrelatedStepFails: the failing step never saw the conn.
func badUnrelatedStepFails(addr, keyFile string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when os.ReadFile fails"
	if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write(key); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// goodUnrelatedStepFirst: what can fail without the conn is done before it.
func goodUnrelatedStepFirst(addr, keyFile string) (net.Conn, error) {
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, err
	}
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write(key); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// badTLSHandshakeFails: neither the TLS conn nor the TCP conn below is closed.
func badTLSHandshakeFails(addr string, cfg *tls.Config) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*Handshake fails"
	if err != nil {
		return nil, err
	}
	tc := tls.Client(conn, cfg)
	if err := tc.Handshake(); err != nil {
		return nil, err
	}
	return tc, nil
}

// goodTLSHandshakeFails: closing the wrapper closes what it wraps.
func goodTLSHandshakeFails(addr string, cfg *tls.Config) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	tc := tls.Client(conn, cfg)
	if err := tc.Handshake(); err != nil {
		tc.Close()
		return nil, err
	}
	return tc, nil
}

// badOptionFails: an option of a dialled conn is a step like any other.
func badOptionFails(d *net.Dialer, addr string) (*net.TCPConn, error) {
	conn, err := d.Dial("tcp", addr) // want "conn from .*Dial is not closed when .*SetKeepAlive fails"
	if err != nil {
		return nil, err
	}
	tc := conn.(*net.TCPConn)
	if err := tc.SetKeepAlive(true); err != nil {
		return nil, err
	}
	return tc, nil
}

// goodOptionOnlyLogged: a failed option does not end the conn.
func goodOptionOnlyLogged(d *net.Dialer, addr string, logf func(string, ...any)) (*net.TCPConn, error) {
	conn, err := d.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	tc := conn.(*net.TCPConn)
	if err := tc.SetKeepAlive(true); err != nil {
		logf("keep-alive: %v", err)
	}
	return tc, nil
}

// goodErrorsJoin: the Close stands inside the return.
func goodErrorsJoin(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// goodCloseInIfInit: the Close stands in the header of an if.
func goodCloseInIfInit(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		if cerr := conn.Close(); cerr != nil {
			return nil, cerr
		}
		return nil, err
	}
	return conn, nil
}

// goodOwnPort takes its own address apart, and says what is encoded by its type.
func goodOwnPort(network string) (*net.UDPConn, []byte, error) {
	conn, err := net.ListenPacket(network, ":0")
	if err != nil {
		return nil, nil, err
	}
	addr, err := net.ResolveUDPAddr(network, conn.LocalAddr().String())
	if err != nil {
		return nil, nil, err
	}
	hello, err := json.Marshal(struct{ Port int }{addr.Port})
	if err != nil {
		return nil, nil, err
	}
	return conn.(*net.UDPConn), hello, nil
}
