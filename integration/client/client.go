// Package client is a TAK client that does everything right.
package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/sockvet/sockvet/integration/cot"
)

// A Client is connected and has said who it is. It is for one goroutine at a time.
type Client struct {
	conn *tls.Conn
	dec  *cot.Decoder
	uid  string
}

// Dial connects to addr, shakes hands and sends a first event from uid.
func Dial(ctx context.Context, addr string, cfg *tls.Config, uid string) (*Client, error) {
	conn, err := dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	return New(ctx, conn, cfg, uid)
}

// DialQuiet is Dial for a client that makes itself known by a ping, which is not relayed to all others, and waits for
// the answer.
func DialQuiet(ctx context.Context, addr string, cfg *tls.Config, uid string) (*Client, error) {
	conn, err := dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	c, err := introduce(ctx, conn, cfg, uid, cot.TypePing)
	if err != nil {
		return nil, err
	}
	if err := c.awaitPong(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func dial(ctx context.Context, addr string) (net.Conn, error) {
	var d net.Dialer
	d.SetMultipathTCP(false)
	return d.DialContext(ctx, "tcp", addr)
}

// New is Dial over a connection that exists; the client owns it, also when New fails.
func New(ctx context.Context, conn net.Conn, cfg *tls.Config, uid string) (*Client, error) {
	return introduce(ctx, conn, cfg, uid, cot.TypePosition)
}

// introduce shakes hands and sends a first event of the given type.
func introduce(ctx context.Context, conn net.Conn, cfg *tls.Config, uid, typ string) (*Client, error) {
	tc := tls.Client(conn, cfg)
	if err := tc.HandshakeContext(ctx); err != nil {
		tc.Close()
		return nil, fmt.Errorf("handshake: %w", err)
	}
	c := &Client{conn: tc, dec: cot.NewDecoder(tc), uid: uid}
	if err := c.Send(ctx, typ); err != nil {
		tc.Close()
		return nil, err
	}
	return c, nil
}

// Send sends an event of the given type.
func (c *Client) Send(ctx context.Context, typ string) error {
	return c.SendEvent(ctx, cot.New(c.uid, typ, time.Now()))
}

// SendEvent sends ev as it is.
func (c *Client) SendEvent(ctx context.Context, ev cot.Event) error {
	msg, err := ev.Encode()
	if err != nil {
		return err
	}
	defer c.bound(ctx)()
	_, err = c.conn.Write(msg)
	return err
}

// Next returns the next event from the server.
func (c *Client) Next(ctx context.Context) (cot.Event, error) {
	defer c.bound(ctx)()
	return c.dec.Next()
}

// Ping asks the server for a sign of life and waits for it; events that come first are passed over.
func (c *Client) Ping(ctx context.Context) error {
	if err := c.Send(ctx, cot.TypePing); err != nil {
		return err
	}
	return c.awaitPong(ctx)
}

func (c *Client) awaitPong(ctx context.Context) error {
	for {
		ev, err := c.Next(ctx)
		if err != nil {
			return fmt.Errorf("waiting for the pong: %w", err)
		}
		if ev.Type == cot.TypePong {
			return nil
		}
	}
}

// Conn is the connection, for those who mistreat it.
func (c *Client) Conn() *tls.Conn { return c.conn }

// Close leaves.
func (c *Client) Close() error { return c.conn.Close() }

// Leave says goodbye, waits for the server to do the same, and closes the connection either way. It fails with ctx's
// error when the server did not answer before ctx ended.
func (c *Client) Leave(ctx context.Context) error {
	defer c.conn.Close()
	defer c.bound(ctx)()
	if err := c.conn.CloseWrite(); err != nil {
		return err
	}
	if tcp, ok := c.conn.NetConn().(*net.TCPConn); ok {
		if err := tcp.CloseWrite(); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, c.conn); err != nil {
		return errors.Join(ctx.Err(), err)
	}
	return nil
}

// bound makes reads and writes fail when ctx ends, until the returned function is called.
func (c *Client) bound(ctx context.Context) func() {
	stop := context.AfterFunc(ctx, func() { _ = c.conn.SetDeadline(time.Unix(1, 0)) }) // a closed conn needs none
	return func() { stop() }
}

// Served reports whether a client that does everything right gets an answer before ctx ends.
func Served(ctx context.Context, addr string, cfg *tls.Config, uid string) error {
	c, err := Dial(ctx, addr, cfg, uid)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Ping(ctx)
}
