// Package good waits for clients in their own goroutines.
package good

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/rpc"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/sync/errgroup"

	"sockvet.test/acceptblock/wire"
)

func handle(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	tc := tls.Server(conn, cfg)
	tc.SetDeadline(time.Now().Add(10 * time.Second))
	if tc.Handshake() != nil {
		return
	}
	tc.SetDeadline(time.Time{})
	io.Copy(io.Discard, tc)
}

func goodGo(ln net.Listener, cfg *tls.Config) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go handle(conn, cfg)
	}
}

func goodLiteral(ln net.Listener, cfg *ssh.ServerConfig) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			continue
		}
		go func() {
			if err := conn.SetDeadline(time.Now().Add(15 * time.Second)); err != nil {
				return
			}
			_, chans, reqs, err := ssh.NewServerConn(conn, cfg)
			if err != nil {
				return
			}
			conn.SetDeadline(time.Time{})
			go ssh.DiscardRequests(reqs)
			for range chans {
			}
		}()
	}
}

type timer struct{}

func (timer) time(f func()) { f() }

// goodTimed: the literal is an argument of what go starts.
func goodTimed(ln net.Listener, cfg *tls.Config, t timer) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go t.time(func() { handle(conn, cfg) })
	}
}

func goodGroup(ctx context.Context, ln net.Listener, cfg *tls.Config) error {
	g, ctx := errgroup.WithContext(ctx)
	_ = ctx
	for {
		conn, err := ln.Accept()
		if err != nil {
			return g.Wait()
		}
		g.Go(func() error { handle(conn, cfg); return nil })
	}
}

// goodPool: what the pool does with the literal is its business.
type pool interface{ Submit(func()) error }

func goodPool(ln net.Listener, cfg *tls.Config, p pool) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		if p.Submit(func() { handle(conn, cfg) }) != nil {
			conn.Close()
		}
	}
}

// goodBackground: a helper of another package starts the literal.
func goodBackground(ln net.Listener, cfg *tls.Config) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		wire.Background(func() { handle(conn, cfg) })
	}
}

func goodAfterFunc(ln net.Listener, cfg *tls.Config) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		time.AfterFunc(0, func() { handle(conn, cfg) })
	}
}

// goodLazyWrappers do no I/O.
func goodLazyWrappers(ln net.Listener, cfg *tls.Config) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		tc := tls.Server(conn, cfg)
		br := bufio.NewReader(tc)
		s := wire.NewSession(tc)
		go func() {
			br.ReadByte()
			s.Greet()
		}()
	}
}

// goodStarts: the callee starts a goroutine.
func goodStarts(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		wire.Start(conn)
	}
}

// goodWrites greets first: the buffer of a new connection is empty.
func goodWrites(ln net.Listener, cfg *tls.Config) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		io.WriteString(conn, "220 ready\r\n")
		go handle(conn, cfg)
	}
}

// goodSequential serves one at a time, by design.
func goodSequential(ln net.Listener, cfg *tls.Config) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		handle(conn, cfg)
	}
}

// goodServeConn serves in the library's function, one after the other.
func goodServeConn(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		rpc.ServeConn(conn)
	}
}

// goodWatched is sequential too; the goroutine before the work only watches.
func goodWatched(ctx context.Context, ln net.Listener, cfg *tls.Config) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		done := make(chan struct{})
		go func() {
			select {
			case <-ctx.Done():
				conn.Close()
			case <-done:
			}
		}()
		handle(conn, cfg)
		close(done)
	}
}

// goodRelay serves one client at a time; the goroutine only copies the other way.
func goodRelay(ln net.Listener, dial func() (net.Conn, error)) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		relay(conn, dial)
	}
}

func relay(conn net.Conn, dial func() (net.Conn, error)) {
	defer conn.Close()
	up, err := dial()
	if err != nil {
		return
	}
	defer up.Close()
	go io.Copy(conn, up)
	io.Copy(up, conn)
}

// goodRegistered serves one at a time too; the registry is for those who ask.
type current struct {
	mu    sync.Mutex
	conns map[net.Conn]bool
}

func (c *current) goodRegistered(ln net.Listener, cfg *tls.Config) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		tc := tls.Server(conn, cfg)
		if tc.Handshake() != nil {
			conn.Close()
			continue
		}
		c.mu.Lock()
		c.conns[conn] = true
		c.mu.Unlock()
		go func() { io.WriteString(tc, "welcome") }()
		io.Copy(io.Discard, tc)
		c.mu.Lock()
		delete(c.conns, conn)
		c.mu.Unlock()
		conn.Close()
	}
}

// goodJoined waits for both copies.
func goodJoined(ln net.Listener, up net.Conn) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		var wg sync.WaitGroup
		wg.Add(2)
		go func() { defer wg.Done(); io.Copy(conn, up) }()
		go func() { defer wg.Done(); io.Copy(up, conn) }()
		wg.Wait()
		conn.Close()
	}
}

// goodOnce accepts one client.
func goodOnce(ln net.Listener, cfg *tls.Config) error {
	conn, err := ln.Accept()
	if err != nil {
		return err
	}
	tc := tls.Server(conn, cfg)
	if err := tc.Handshake(); err != nil {
		return err
	}
	go io.Copy(io.Discard, tc)
	return nil
}

// handshaker is named so and waits for nobody: its implementations only look at
// the socket.
type handshaker interface {
	Handshake(ctx context.Context, conn net.Conn) (net.Conn, any, error)
}

type handshakerFunc func(ctx context.Context, conn net.Conn) (net.Conn, any, error)

func (f handshakerFunc) Handshake(ctx context.Context, conn net.Conn) (net.Conn, any, error) {
	return f(ctx, conn)
}

func noop(_ context.Context, conn net.Conn) (net.Conn, any, error) { return conn, nil, nil }

type credentials struct{}

func (credentials) Handshake(_ context.Context, conn net.Conn) (net.Conn, any, error) {
	raw, err := conn.(*net.UnixConn).SyscallConn()
	if err != nil {
		return nil, nil, err
	}
	var cred any
	err = raw.Control(func(fd uintptr) { cred = fd })
	return conn, cred, err
}

type goodServer struct {
	shaker handshaker
	mu     sync.Mutex
}

func (s *goodServer) goodNamedHandshake(ctx context.Context, ln net.Listener, cfg *tls.Config) {
	h := s.shaker
	if h == nil {
		h = handshakerFunc(noop)
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		approved, _, err := h.Handshake(ctx, conn)
		if err != nil {
			conn.Close()
			continue
		}
		go handle(approved, cfg)
	}
}

// goodReadsUpstream waits, but not for the client.
func goodReadsUpstream(ln net.Listener, upstream net.Conn, cfg *tls.Config) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		var b [1]byte
		io.ReadFull(upstream, b[:])
		go handle(conn, cfg)
	}
}
