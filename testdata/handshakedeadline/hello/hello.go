// Package hello has helpers that shake hands on a parameter: the callers are
// reported.
package hello

import (
	"context"
	"crypto/tls"
	"net"
	"time"
)

// Shake shakes hands.
func Shake(conn net.Conn, cfg *tls.Config) error {
	return tls.Server(conn, cfg).Handshake()
}

// ShakeContext is bounded by the caller's context.
func ShakeContext(ctx context.Context, conn net.Conn, cfg *tls.Config) error {
	return tls.Server(conn, cfg).HandshakeContext(ctx)
}

// ShakeSoon bounds itself.
func ShakeSoon(conn net.Conn, cfg *tls.Config) error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	return ShakeContext(ctx, conn, cfg)
}

// Limit sets a deadline.
func Limit(conn net.Conn) { conn.SetReadDeadline(time.Now().Add(time.Second)) }

// LimitIf sets one perhaps.
func LimitIf(conn net.Conn, d time.Duration) {
	if d > 0 {
		conn.SetReadDeadline(time.Now().Add(d))
	}
}

// Listener gives out connections with a deadline.
type Listener struct{ net.Listener }

// Accept sets the deadline.
func (l *Listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// Idle is a connection that waits at most a minute for each read.
type Idle struct{ net.Conn }

// Read sets a deadline first.
func (c *Idle) Read(b []byte) (int, error) {
	if err := c.Conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

// WithIdle puts one around a connection.
func WithIdle(conn net.Conn) net.Conn { return &Idle{Conn: conn} }

// SetTimeout sets a deadline, or removes it.
func SetTimeout(conn net.Conn, d time.Duration) {
	if d > 0 {
		conn.SetReadDeadline(time.Now().Add(d))
	} else {
		conn.SetReadDeadline(time.Time{})
	}
}
