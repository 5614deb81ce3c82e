// Package faults holds the clients that a server must survive: silent, slow, gone, broken, hostile and many at once.
package faults

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sockvet/sockvet/integration/client"
)

// dialParallel is how many connections are opened at a time. More would overflow an accept queue, which is another
// fault than the one asked for.
const dialParallel = 32

// A Herd is a number of connections that are kept open.
type Herd struct {
	mu    sync.Mutex
	conns []net.Conn
}

// Len is the number of connections.
func (h *Herd) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.conns)
}

// Close closes them all.
func (h *Herd) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var errs []error
	for _, c := range h.conns {
		errs = append(errs, c.Close())
	}
	h.conns = nil
	return errors.Join(errs...)
}

func (h *Herd) add(c net.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conns = append(h.conns, c)
}

// herd opens n connections and does something to each.
func herd(ctx context.Context, addr string, n int, act func(net.Conn) error) (*Herd, error) {
	h := new(Herd)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(dialParallel)
	for i := range n {
		g.Go(func() error {
			conn, err := dialFrom(ctx, source(i), addr)
			if err != nil {
				return err
			}
			h.add(conn)
			return act(conn)
		})
	}
	if err := g.Wait(); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

// portsPerSource is how many connections share a source address: the system has some 28,000 ports for each.
const portsPerSource = 5000

// source spreads large herds over the loopback network.
func source(i int) net.IP {
	if i < portsPerSource {
		return nil
	}
	return net.IPv4(127, 0, 0, byte(2+i/portsPerSource))
}

// Dial connects as any client does, but for Multipath TCP, which the observers do not look for.
func Dial(ctx context.Context, addr string) (net.Conn, error) { return dialFrom(ctx, nil, addr) }

func dialFrom(ctx context.Context, ip net.IP, addr string) (net.Conn, error) {
	var d net.Dialer
	d.SetMultipathTCP(false)
	if ip != nil {
		d.LocalAddr = &net.TCPAddr{IP: ip}
	}
	return d.DialContext(ctx, "tcp", addr)
}

// Stalled is n clients that connect and say nothing.
func Stalled(ctx context.Context, addr string, n int) (*Herd, error) {
	return herd(ctx, addr, n, func(net.Conn) error { return nil })
}

// HalfHello is n clients that send the first half of a ClientHello and no more.
func HalfHello(ctx context.Context, addr string, n int, cfg *tls.Config) (*Herd, error) {
	hello := clientHello(cfg)
	return herd(ctx, addr, n, func(c net.Conn) error {
		_, err := c.Write(hello[:len(hello)/2])
		return err
	})
}

// HalfOpen is n clients that have closed their side and keep the other open.
func HalfOpen(ctx context.Context, addr string, n int) (*Herd, error) {
	return herd(ctx, addr, n, func(c net.Conn) error {
		return c.(*net.TCPConn).CloseWrite()
	})
}

// Garbage is n clients that speak another protocol.
func Garbage(ctx context.Context, addr string, n int) (*Herd, error) {
	return herd(ctx, addr, n, func(c net.Conn) error {
		_, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: tak\r\n\r\n")
		return err
	})
}

// Reset is n clients that break the connection as soon as they have it.
func Reset(ctx context.Context, addr string, n int) error {
	h, err := herd(ctx, addr, n, func(c net.Conn) error {
		return c.(*net.TCPConn).SetLinger(0)
	})
	if err != nil {
		return err
	}
	return h.Close()
}

// ResetInSession is a client that joins and then breaks the connection.
func ResetInSession(ctx context.Context, addr string, cfg *tls.Config, uid string) error {
	c, err := client.Dial(ctx, addr, cfg, uid)
	if err != nil {
		return err
	}
	if err := c.Ping(ctx); err != nil {
		return errors.Join(err, c.Close())
	}
	tcp := c.Conn().NetConn().(*net.TCPConn)
	return errors.Join(tcp.SetLinger(0), tcp.Close())
}

// Drip is a client that sends its ClientHello a byte at a time, one every pause. It returns the handshake's error.
func Drip(ctx context.Context, addr string, cfg *tls.Config, pause time.Duration) error {
	conn, err := dialFrom(ctx, nil, addr)
	if err != nil {
		return err
	}
	tc := tls.Client(&dripConn{Conn: conn, pause: pause}, cfg)
	defer tc.Close()
	return tc.HandshakeContext(ctx)
}

// dripConn writes a byte at a time.
type dripConn struct {
	net.Conn
	pause time.Duration
}

func (d *dripConn) Write(p []byte) (int, error) {
	for i := range p {
		if _, err := d.Conn.Write(p[i : i+1]); err != nil {
			return i, err
		}
		time.Sleep(d.pause)
	}
	return len(p), nil
}

// slowBuffer is the slow reader's receive buffer; the less the system holds, the sooner the server notices.
const slowBuffer = 2048

// SlowReader is a client that joins and never reads what it is sent.
func SlowReader(ctx context.Context, addr string, cfg *tls.Config, uid string) (*client.Client, error) {
	conn, err := dialFrom(ctx, nil, addr)
	if err != nil {
		return nil, err
	}
	if err := conn.(*net.TCPConn).SetReadBuffer(slowBuffer); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return client.New(ctx, conn, cfg, uid)
}

// Impostor is a client whose certificate does not cover uid. It leaves when it has said so.
func Impostor(ctx context.Context, addr string, cfg *tls.Config, uid string) error {
	c, err := client.Dial(ctx, addr, cfg, uid)
	if err != nil {
		return err
	}
	return c.Close()
}

// Burst runs n clients at once and returns how many got through.
func Burst(ctx context.Context, n int, one func(ctx context.Context, i int) error) int {
	var wg sync.WaitGroup
	results := make([]error, n)
	for i := range n {
		wg.Go(func() { results[i] = one(ctx, i) })
	}
	wg.Wait()
	through := 0
	for _, err := range results {
		if err == nil {
			through++
		}
	}
	return through
}

// Reconnects has n clients join at the same time. When all have, or failed to, they break their connections at the
// same time and come back at once, as clients do when a network is up again. It returns how many got an answer both
// times.
func Reconnects(ctx context.Context, addr string, cfg *tls.Config, uid string, n int) int {
	first := new(Herd)
	in := Burst(ctx, n, func(ctx context.Context, _ int) error {
		c, err := client.DialQuiet(ctx, addr, cfg, uid)
		if err != nil {
			return err
		}
		tcp := c.Conn().NetConn().(*net.TCPConn)
		first.add(tcp)
		return tcp.SetLinger(0)
	})
	if first.Close() != nil {
		return 0
	}
	return Burst(ctx, in, func(ctx context.Context, _ int) error {
		return client.Served(ctx, addr, cfg, uid)
	})
}

// clientHello is the first message of a handshake. The handshake is cut off after it, and its error means nothing.
func clientHello(cfg *tls.Config) []byte {
	w := new(firstWrite)
	_ = tls.Client(w, cfg).Handshake()
	return w.Bytes()
}

// firstWrite is a connection that keeps what is written first and then is at its end.
type firstWrite struct {
	net.Conn // nil: nothing else is called
	bytes.Buffer
}

func (w *firstWrite) Write(p []byte) (int, error)      { return w.Buffer.Write(p) }
func (w *firstWrite) Read([]byte) (int, error)         { return 0, io.EOF }
func (w *firstWrite) Close() error                     { return nil }
func (w *firstWrite) SetWriteDeadline(time.Time) error { return nil }
