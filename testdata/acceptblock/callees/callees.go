// Package callees waits for the client in functions that the accept loop calls.
package callees

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"time"

	"sockvet.test/acceptblock/wire"
)

type server struct {
	ln  net.Listener
	cfg *tls.Config

	mu      sync.Mutex
	clients map[*client]bool
}

type client struct {
	srv  *server
	tls  *tls.Conn
	name string
}

// newClient shakes hands in the constructor.
func newClient(srv *server, conn net.Conn) (*client, error) {
	c := &client{srv: srv, tls: tls.Server(conn, srv.cfg)}
	if err := c.handshake(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *client) handshake() error { return c.tls.Handshake() }

func (c *client) run() { io.Copy(io.Discard, c.tls) }

func (s *server) badConstructor() error {
	for {
		conn, err := s.ln.Accept() // want `accept loop -> newClient -> \(\*client\).handshake -> \(\*tls.Conn\).Handshake, no deadline\)$`
		if err != nil {
			return err
		}
		c, err := newClient(s, conn)
		if err != nil {
			conn.Close()
			continue
		}
		go c.run()
	}
}

// start shakes hands before it starts its goroutine.
func (c *client) start() error {
	if err := c.handshake(); err != nil {
		return err
	}
	go c.run()
	return nil
}

func (s *server) badStart() {
	for {
		conn, err := s.ln.Accept() // want `accept loop -> \(\*client\).start -> \(\*client\).handshake -> \(\*tls.Conn\).Handshake`
		if err != nil {
			return
		}
		c := &client{srv: s, tls: tls.Server(conn, s.cfg)}
		if err := c.start(); err != nil {
			conn.Close()
		}
	}
}

// badOtherPackage waits in a function of another package.
func (s *server) badOtherPackage() {
	for {
		conn, err := s.ln.Accept() // want `accept loop -> wire.ReadHello -> io.ReadFull`
		if err != nil {
			return
		}
		if _, err := wire.ReadHello(conn); err != nil {
			conn.Close()
			continue
		}
		go s.serve(conn)
	}
}

// badOtherType waits in a method of an object that another package made.
func (s *server) badOtherType() {
	for {
		conn, err := s.ln.Accept() // want `accept loop -> \(\*wire.Session\).Greet -> \(\*bufio.Reader\).ReadString`
		if err != nil {
			return
		}
		sess := wire.NewSession(conn)
		name, err := sess.Greet()
		if err != nil {
			conn.Close()
			continue
		}
		_ = name
		go s.serve(conn)
	}
}

// badFilled: the object gets its connection later.
func (s *server) badFilled() {
	for {
		conn, err := s.ln.Accept() // want `bounded to 2s by SetReadDeadline`
		if err != nil {
			return
		}
		sess := new(wire.Session)
		sess.Fill(conn)
		if _, err := sess.GreetSoon(); err != nil {
			continue
		}
		go s.serve(conn)
	}
}

// badLimited: the deadline is set by another package.
func (s *server) badLimited() {
	for {
		conn, err := s.ln.Accept() // want `wire.Secure -> \(\*tls.Conn\).Handshake, bounded to 10s by SetDeadline`
		if err != nil {
			return
		}
		if err := wire.Limit(conn); err != nil {
			conn.Close()
			continue
		}
		tc, err := wire.Secure(conn, s.cfg)
		if err != nil {
			continue
		}
		wire.Unlimit(conn)
		go s.serve(tc)
	}
}

// badLiteral: the helper runs the literal here.
func (s *server) badLiteral() {
	for {
		conn, err := s.ln.Accept() // want `a function literal -> io.ReadFull`
		if err != nil {
			return
		}
		ok := false
		wire.Each(conn, func(net.Conn) {
			var b [1]byte
			_, err := io.ReadFull(conn, b[:])
			ok = err == nil
		})
		if !ok {
			continue
		}
		go s.serve(conn)
	}
}

// badOnce: sync.Once runs what it is given.
func (s *server) badOnce() {
	for {
		conn, err := s.ln.Accept() // want `Handshake`
		if err != nil {
			return
		}
		tc := tls.Server(conn, s.cfg)
		var once sync.Once
		once.Do(func() { _ = tc.Handshake() })
		go s.serve(tc)
	}
}

// authenticator has one implementation in the package, and it waits.
type authenticator interface {
	authenticate(conn net.Conn) (string, error)
}

type plainAuth struct{}

func (plainAuth) authenticate(conn net.Conn) (string, error) {
	return bufio.NewReader(conn).ReadString('\n')
}

func (s *server) badInterface(a authenticator) {
	for {
		conn, err := s.ln.Accept() // want `accept loop -> \(plainAuth\).authenticate -> \(\*bufio.Reader\).ReadString`
		if err != nil {
			return
		}
		if _, err := a.authenticate(conn); err != nil {
			conn.Close()
			continue
		}
		go s.serve(conn)
	}
}

// hooks has a func field whose every assignment is in the package.
type hooks struct{ check func(net.Conn) error }

func newHooks() *hooks { return &hooks{check: readToken} }

func readToken(conn net.Conn) error {
	_, err := io.ReadFull(conn, make([]byte, 16))
	return err
}

func (s *server) badFuncField(h *hooks) {
	for {
		conn, err := s.ln.Accept() // want `accept loop -> readToken -> io.ReadFull`
		if err != nil {
			return
		}
		if err := h.check(conn); err != nil {
			conn.Close()
			continue
		}
		go s.serve(conn)
	}
}

// badLazy: asking a lazy connection for its address waits for its header.
func (s *server) badLazy(log func(...any)) {
	ln := &wire.LazyListener{Listener: s.ln}
	for {
		conn, err := ln.Accept() // want `accept loop -> \(\*wire.Lazy\).RemoteAddr -> io.ReadFull`
		if err != nil {
			return
		}
		log(conn.RemoteAddr())
		go s.serve(conn)
	}
}

func (s *server) serve(conn net.Conn) { conn.Close() }

// step accepts one client; its caller loops.
func (s *server) step() error {
	conn, err := s.ln.Accept() // want `accept loop -> \(\*tls.Conn\).Handshake`
	if err != nil {
		return err
	}
	tc := tls.Server(conn, s.cfg)
	if err := tc.Handshake(); err != nil {
		return nil
	}
	go s.serve(tc)
	return nil
}

func (s *server) badStep() {
	for s.step() == nil {
	}
}

// next returns clients that have shaken hands.
func (s *server) next() (net.Conn, error) {
	conn, err := s.ln.Accept() // want `accept loop -> \(\*tls.Conn\).Handshake`
	if err != nil {
		return nil, err
	}
	tc := tls.Server(conn, s.cfg)
	if err := tc.Handshake(); err != nil {
		tc.Close()
		return nil, err
	}
	return tc, nil
}

func (s *server) badNext() {
	for {
		conn, err := s.next()
		if err != nil {
			continue
		}
		go s.serve(conn)
	}
}

// badHelperDeadline: the helper sets the deadline and returns how to remove it.
func (s *server) badHelperDeadline() {
	for {
		conn, err := s.ln.Accept() // want `accept loop -> \(\*server\).greet -> io.ReadFull, bounded to 5s by SetDeadline`
		if err != nil {
			return
		}
		if err := s.greet(context.Background(), conn); err != nil {
			conn.Close()
			continue
		}
	}
}

func (s *server) greet(ctx context.Context, conn net.Conn) error {
	defer limited(ctx, conn)()
	if _, err := io.ReadFull(conn, make([]byte, 8)); err != nil {
		return err
	}
	go s.serve(conn)
	return nil
}

func limited(ctx context.Context, conn net.Conn) func() {
	_ = ctx
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	return func() { conn.SetDeadline(time.Time{}) }
}

// badJoined shakes hands in a goroutine and waits for it here.
func (s *server) badJoined() {
	for {
		conn, err := s.ln.Accept() // want `accept loop -> shakeIn -> a function literal -> \(\*tls.Conn\).Handshake, bounded to 3s by time.After`
		if err != nil {
			return
		}
		tc := tls.Server(conn, s.cfg)
		if err := shakeIn(tc); err != nil {
			tc.Close()
			continue
		}
		go s.serve(tc)
	}
}

func shakeIn(tc *tls.Conn) error {
	errc := make(chan error, 1)
	go func() { errc <- tc.Handshake() }()
	select {
	case err := <-errc:
		return err
	case <-time.After(3 * time.Second):
		return context.DeadlineExceeded
	}
}

// badWaitGroup waits for two goroutines, one of which reads.
func (s *server) badWaitGroup() {
	for {
		conn, err := s.ln.Accept() // want `io.ReadFull, no deadline`
		if err != nil {
			return
		}
		var wg sync.WaitGroup
		wg.Add(2)
		go func() {
			defer wg.Done()
			io.WriteString(conn, "hello")
		}()
		go func() {
			defer wg.Done()
			io.ReadFull(conn, make([]byte, 4))
		}()
		wg.Wait()
		go s.serve(conn)
	}
}

// goodNotJoined waits for something else.
func (s *server) goodNotJoined(tokens chan struct{}) {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return
		}
		done := make(chan struct{})
		go func() {
			io.ReadFull(conn, make([]byte, 4))
			close(done)
		}()
		<-tokens
	}
}

// badImportedInterface: a type next to the interface waits.
func (s *server) badImportedInterface(g wire.Guard) {
	for {
		conn, err := s.ln.Accept() // want `accept loop -> \(wire.TokenGuard\).Check -> io.ReadFull`
		if err != nil {
			return
		}
		if g.Check(conn) != nil {
			conn.Close()
			continue
		}
		go s.serve(conn)
	}
}

// goodImportedInterface: no type next to it does.
func (s *server) goodImportedInterface(a wire.Admitter) {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return
		}
		if a.Admit(conn) != nil {
			conn.Close()
			continue
		}
		go s.serve(conn)
	}
}

// badLater calls what is declared after it, through a func field.
func (s *server) badLater(l *laterHooks) {
	for {
		conn, err := s.ln.Accept() // want `accept loop -> readLater -> io.ReadFull`
		if err != nil {
			return
		}
		if l.do(conn) != nil {
			continue
		}
		go s.serve(conn)
	}
}

type laterHooks struct{ do func(net.Conn) error }

func newLaterHooks() laterHooks { return laterHooks{do: readLater} }

func readLater(conn net.Conn) error {
	_, err := io.ReadFull(conn, make([]byte, 16))
	return err
}

// transport is chosen when the server is made; both kinds are here.
type transport interface {
	open(conn net.Conn) (net.Conn, error)
}

type plainTransport struct{}

func (plainTransport) open(conn net.Conn) (net.Conn, error) { return conn, nil }

type tlsTransport struct{ cfg *tls.Config }

func (t tlsTransport) open(conn net.Conn) (net.Conn, error) { return wire.Secure(conn, t.cfg) }

func (s *server) badTransport(t transport) {
	for {
		conn, err := s.ln.Accept() // want `accept loop -> \(tlsTransport\).open -> wire.Secure -> \(\*tls.Conn\).Handshake`
		if err != nil {
			return
		}
		opened, err := t.open(conn)
		if err != nil {
			continue
		}
		go s.serve(opened)
	}
}
