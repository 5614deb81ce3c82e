// Package tak holds what all variants of the TAK server share and do right: configuration, counters, shutdown and
// the delay after a failed accept. The packages below it are the variants: fixed, and one for each bug. They
// have the same exported surface,
//
//	func Listen(cfg tak.Config) (*Server, error)
//	func (*Server) Serve() error
//	func (*Server) Close() error
//	func (*Server) Addr() net.Addr
//	func (*Server) Stats() tak.Stats
//
// so that a test can put the one in the other's place.
package tak

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"sync/atomic"
	"time"

	"github.com/sockvet/sockvet/integration/hub"
)

// drainTimeout bounds Close. A client that does not read takes the longest: a write must time out, and then the
// close_notify of crypto/tls, which it allows five seconds.
const drainTimeout = 10 * time.Second

// ErrDrain is the error of a Close that gave up waiting for connections to end.
var ErrDrain = errors.New("tak: connections did not end in time")

// A Server is what every variant is.
type Server interface {
	// Serve accepts clients until Close.
	Serve() error
	// Close stops accepting, delivers what is queued, and waits for the connections to end.
	Close() error
	Addr() net.Addr
}

// A Counter is a server that counts: all variants of the TAK server are.
type Counter interface {
	Stats() Stats
}

// A Config says how to serve.
type Config struct {
	// Addr is the address to listen at.
	Addr string
	// TLS must demand client certificates: their common name is the client's identity.
	TLS *tls.Config
	// HandshakeTimeout bounds a client's handshake, and again its first event.
	HandshakeTimeout time.Duration
}

// Stats are a server's counters.
type Stats struct {
	// Accepted counts connections.
	Accepted uint64
	// AcceptErrors counts failed calls of Accept, but for the one that ends Serve.
	AcceptErrors uint64
	// Rejected counts connections that failed in the handshake or at the first event.
	Rejected uint64
	// Joined counts connections that got through both.
	Joined uint64
	// Registered is the number of clients that the server holds in its registry.
	Registered int
}

// Core is the part of a server that is the same in every variant.
type Core struct {
	Config   Config
	Listener net.Listener
	Hub      *hub.Hub

	ctx    context.Context
	cancel context.CancelFunc
	group  group

	accepted, acceptErrors, rejected atomic.Uint64
}

// NewCore returns the core of a server that accepts from ln. Its Close closes ln.
func NewCore(cfg Config, ln net.Listener) *Core {
	ctx, cancel := context.WithCancel(context.Background())
	return &Core{Config: cfg, Listener: ln, Hub: hub.New(), ctx: ctx, cancel: cancel}
}

// Listen returns a listener with the longest accept queue that the system allows. Multipath TCP is off because the
// observers look for plain TCP sockets.
func Listen(addr string) (net.Listener, error) {
	var lc net.ListenConfig
	lc.SetMultipathTCP(false)
	return lc.Listen(context.Background(), "tcp", addr)
}

// Addr is the address the server listens at.
func (c *Core) Addr() net.Addr { return c.Listener.Addr() }

// Context ends when Close is called.
func (c *Core) Context() context.Context { return c.ctx }

// Stats returns the counters.
func (c *Core) Stats() Stats {
	return Stats{
		Accepted:     c.accepted.Load(),
		AcceptErrors: c.acceptErrors.Load(),
		Rejected:     c.rejected.Load(),
		Joined:       c.Hub.Joined(),
		Registered:   c.Hub.Len(),
	}
}

// Enter counts an accepted connection whose goroutine will call Leave. It reports false when the server is
// closing.
func (c *Core) Enter() bool {
	c.accepted.Add(1)
	return c.group.enter()
}

// Leave says that a connection's goroutine is done.
func (c *Core) Leave() { c.group.leave() }

// CountAcceptError counts a failed accept.
func (c *Core) CountAcceptError() { c.acceptErrors.Add(1) }

// CountRejected counts a client that was turned away.
func (c *Core) CountRejected() { c.rejected.Add(1) }

// Close stops the server: no more clients are accepted, those that shake hands are cut off, the others get
// what is queued for them. It waits for their goroutines, but not for ever.
func (c *Core) Close() error {
	err := c.Listener.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	c.cancel()
	if !c.group.wait(drainTimeout) {
		err = errors.Join(err, ErrDrain)
	}
	return err
}

// Discard is the log for what clients do wrong, which a rig has them do by the thousand.
func Discard() *log.Logger { return log.New(io.Discard, "", 0) }
