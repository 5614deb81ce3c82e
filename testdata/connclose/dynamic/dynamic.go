// Package dynamic holds acquisitions that no static callee makes: interface
// methods and function values, known by their names and types; and dynamic
// callees that get a conn, about which nothing is known.
package dynamic

import (
	"context"
	"errors"
	"io"
	"net"
	"os"

	"golang.org/x/net/proxy"
)

func greet(conn net.Conn) error {
	_, err := conn.Write([]byte("HELO\n"))
	return err
}

// A Dialer is what packages like to ask for.
type Dialer interface {
	DialContext(ctx context.Context, network, addr string) (net.Conn, error)
}

// A Transport opens packet conns and accepts streams.
type Transport interface {
	ListenPacket(ctx context.Context) (net.PacketConn, error)
	Accept() (net.Conn, error)
	Conn() net.Conn
}

// A Handler is told about conns.
type Handler interface {
	Handle(net.Conn)
}

type client struct {
	dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	onConn  func(net.Conn)
	handler Handler
	dialer  Dialer
}

// Dialer gives the function that dials.
func (c *client) Dialer() func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		return c.dial(ctx, "unix", "/run/d.sock")
	}
}

// badInterfaceDial: an interface's DialContext acquires.
func (c *client) badInterfaceDial(ctx context.Context, addr string) (net.Conn, error) {
	conn, err := c.dialer.DialContext(ctx, "tcp", addr) // want "conn from .*DialContext is not closed when .*greet fails"
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// goodInterfaceDial: closed like any other conn.
func (c *client) goodInterfaceDial(ctx context.Context, addr string) (net.Conn, error) {
	conn, err := c.dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// badFieldDial: a function field named dial acquires.
func (c *client) badFieldDial(ctx context.Context, addr string) error {
	conn, err := c.dial(ctx, "tcp", addr) // want "conn from .*dial is never closed"
	if err != nil {
		return err
	}
	return greet(conn)
}

// goodFieldDial: deferred.
func (c *client) goodFieldDial(ctx context.Context, addr string) error {
	conn, err := c.dial(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	return greet(conn)
}

// badDialerValue: the function came out of a method.
func badDialerValue(ctx context.Context, c *client) error {
	dialer := c.Dialer()
	conn, err := dialer(ctx) // want "conn from .* is never closed"
	if err != nil {
		return err
	}
	go io.Copy(os.Stdout, conn)
	_, err = io.Copy(conn, os.Stdin)
	return err
}

// goodDialerValue: the same with a deferred Close.
func goodDialerValue(ctx context.Context, c *client) error {
	dialer := c.Dialer()
	conn, err := dialer(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	go io.Copy(os.Stdout, conn)
	_, err = io.Copy(conn, os.Stdin)
	return err
}

// badEitherDial: a field when it is set, the library when it is not.
func (c *client) badEitherDial(ctx context.Context, addr string) (net.Conn, error) {
	var conn net.Conn
	var err error
	if c.dial != nil {
		conn, err = c.dial(ctx, "tcp", addr) // want "from .*dial is not closed when .*greet fails"
	} else {
		conn, err = net.Dial("tcp", addr) // the other acquisition of the same finding
	}
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// badInterfaceAccept: an interface's Accept acquires.
func badInterfaceAccept(t Transport) error {
	conn, err := t.Accept() // want "conn from .*Accept is not closed when .*greet fails"
	if err != nil {
		return err
	}
	if err := greet(conn); err != nil {
		return err
	}
	return conn.Close()
}

// badInterfaceListen: and its ListenPacket.
func badInterfaceListen(ctx context.Context, t Transport, to string) (net.PacketConn, error) {
	pc, err := t.ListenPacket(ctx) // want "pc from .*ListenPacket is not closed when .*ResolveUDPAddr fails"
	if err != nil {
		return nil, err
	}
	if _, err := net.ResolveUDPAddr("udp", to); err != nil {
		return nil, err
	}
	return pc, nil
}

// goodGetter: a method without an error gives what somebody else owns.
func goodGetter(t Transport) error {
	return greet(t.Conn())
}

// badProxyDial: golang.org/x/net/proxy's interface is one of many.
func badProxyDial(d proxy.Dialer, addr string) (net.Conn, error) {
	conn, err := d.Dial("tcp", addr) // want "conn from .*Dial is not closed when .*greet fails"
	if err != nil {
		return nil, err
	}
	if err := greet(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

// badSOCKSDial: the dialer itself is nothing to close, its conn is.
func badSOCKSDial(via, addr string) error {
	d, err := proxy.SOCKS5("tcp", via, nil, proxy.Direct)
	if err != nil {
		return err
	}
	conn, err := d.Dial("tcp", addr) // want "conn from .*Dial is never closed"
	if err != nil {
		return err
	}
	return greet(conn)
}

// goodUnknownCallback: what the callback does is not known.
func (c *client) goodUnknownCallback(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	c.onConn(conn)
	return nil
}

// goodUnknownHandler: nor what an interface's method does.
func (c *client) goodUnknownHandler(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	c.handler.Handle(conn)
	return nil
}

// goodUnknownGoroutine: nor what it does in a goroutine.
func (c *client) goodUnknownGoroutine(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go c.handler.Handle(conn)
	}
}

// badFailsBeforeUnknown: the callback was never reached.
func (c *client) badFailsBeforeUnknown(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .*greet fails"
	if err != nil {
		return err
	}
	if err := greet(conn); err != nil {
		return err
	}
	c.onConn(conn)
	return nil
}

// A directory is a conn type of somebody else's library.
type directory struct{ conn net.Conn }

func (d *directory) Bind(user string) error {
	_, err := d.conn.Write([]byte(user))
	return err
}

// Close closes the conn.
func (d *directory) Close() error { return d.conn.Close() }

type config struct{ addr string }

// Connect acquires a directory.
func (c *config) Connect() (*directory, error) {
	conn, err := net.Dial("tcp", c.addr)
	if err != nil {
		return nil, err
	}
	return &directory{conn}, nil
}

// badDirectoryNeverClosed: a bad bind, a bad name, or success.
func badDirectoryNeverClosed(c *config, user string) error {
	dir, err := c.Connect() // want "dir from .*Connect is never closed"
	if err != nil {
		return err
	}
	if err := dir.Bind(user); err != nil {
		return err
	}
	if user == "" {
		return errors.New("no name")
	}
	return dir.Bind("")
}

// goodDirectoryClosed: one deferred Close.
func goodDirectoryClosed(c *config, user string) error {
	dir, err := c.Connect()
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Bind(user)
}
