// Package good bounds its handshakes, or makes none.
package good

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"time"

	"golang.org/x/crypto/ssh"
)

func goodDeadline(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return
	}
	if tls.Server(conn, cfg).Handshake() != nil {
		return
	}
	conn.SetDeadline(time.Time{})
}

// goodOnWrapper sets it on the TLS connection.
func goodOnWrapper(conn net.Conn, cfg *tls.Config) {
	tc := tls.Server(conn, cfg)
	defer tc.Close()
	tc.SetReadDeadline(time.Now().Add(10 * time.Second))
	tc.Handshake()
}

func goodTimeout(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	tls.Server(conn, cfg).HandshakeContext(ctx)
}

// goodCallerContext: the context may have a deadline.
func goodCallerContext(ctx context.Context, conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	tls.Server(conn, cfg).HandshakeContext(ctx)
}

// goodConfigured always sets one: a timeout of 0 ends it at once.
func goodConfigured(conn net.Conn, cfg *tls.Config, timeout time.Duration) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(timeout))
	tls.Server(conn, cfg).Handshake()
}

// goodBothArms sets it on both.
func goodBothArms(conn net.Conn, cfg *tls.Config, slow bool) {
	defer conn.Close()
	if slow {
		conn.SetDeadline(time.Now().Add(time.Minute))
	} else {
		conn.SetDeadline(time.Now().Add(time.Second))
	}
	tls.Server(conn, cfg).Handshake()
}

// goodTimer closes the connection when the time is up.
func goodTimer(conn net.Conn, cfg *ssh.ServerConfig) {
	t := time.AfterFunc(10*time.Second, func() { conn.Close() })
	_, _, _, err := ssh.NewServerConn(conn, cfg)
	t.Stop()
	if err != nil {
		return
	}
}

// goodMethodTimer closes it with a method value.
func goodMethodTimer(tc *net.TCPConn, cfg *ssh.ServerConfig) {
	t := time.AfterFunc(10*time.Second, func() { tc.SetDeadline(time.Now()) })
	defer t.Stop()
	ssh.NewServerConn(tc, cfg)
}

// goodGuard is a goroutine that does the same.
func goodGuard(conn net.Conn, cfg *ssh.ServerConfig) {
	done := make(chan struct{})
	go func() {
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			conn.Close()
		}
	}()
	ssh.NewServerConn(conn, cfg)
	close(done)
}

// goodSelected shakes hands in another goroutine and gives up on it.
func goodSelected(conn net.Conn, cfg *tls.Config) error {
	tc := tls.Server(conn, cfg)
	errc := make(chan error, 1)
	go func() { errc <- tc.Handshake() }()
	select {
	case err := <-errc:
		return err
	case <-time.After(10 * time.Second):
		conn.Close()
		return errors.New("timeout")
	}
}

// goodTypeTest: what has no deadlines gets none.
func goodTypeTest(conn net.Conn, cfg *ssh.ServerConfig) {
	defer conn.Close()
	if d, ok := conn.(interface{ SetDeadline(time.Time) error }); ok {
		d.SetDeadline(time.Now().Add(10 * time.Second))
	}
	ssh.NewServerConn(conn, cfg)
}

// goodSwitched: a setting other than a time may turn the guard off.
func goodSwitched(conn net.Conn, cfg *ssh.ServerConfig, cleanup bool) {
	defer conn.Close()
	if cleanup {
		t := time.AfterFunc(time.Minute, func() { conn.Close() })
		defer t.Stop()
	}
	ssh.NewServerConn(conn, cfg)
}

// goodDefaulted: zero was replaced before it is tested.
func goodDefaulted(conn net.Conn, cfg *ssh.ServerConfig, timeout time.Duration) {
	defer conn.Close()
	if timeout == 0 {
		timeout = 10 * time.Second
	}
	if timeout > 0 {
		conn.SetDeadline(time.Now().Add(timeout))
	}
	ssh.NewServerConn(conn, cfg)
}

// goodEcho makes no exchange.
func goodEcho(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// goodFirstRead waits for a request as long as it likes.
func goodFirstRead(conn net.Conn) {
	defer conn.Close()
	br := bufio.NewReader(conn)
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			return
		}
		io.WriteString(conn, line)
	}
}

// proxy is a program, not the PROXY protocol.
type proxy struct{ upstream string }

func (p *proxy) goodProxy(conn net.Conn) {
	defer conn.Close()
	up, err := net.Dial("tcp", p.upstream)
	if err != nil {
		return
	}
	defer up.Close()
	go io.Copy(up, conn)
	io.Copy(conn, up)
}

// authorName is not authentication.
func authorName(conn net.Conn) string {
	s, _ := bufio.NewReader(conn).ReadString('\n')
	return s
}

// goodClientSide shakes hands with an upstream it dialled.
func goodClientSide(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	up, err := net.Dial("tcp", "localhost:1")
	if err != nil {
		return
	}
	defer up.Close()
	tls.Client(up, cfg).Handshake()
}

// GoodHelper shakes hands on a parameter; nobody here calls it.
func GoodHelper(conn net.Conn, cfg *tls.Config) error {
	return tls.Server(conn, cfg).Handshake()
}

func accept(ctx context.Context, ln *net.TCPListener, cfg *tls.Config, scfg *ssh.ServerConfig, p *proxy) {
	for {
		conn, err := ln.AcceptTCP()
		if err != nil {
			return
		}
		go goodDeadline(conn, cfg)
		go goodOnWrapper(conn, cfg)
		go goodTimeout(conn, cfg)
		go goodCallerContext(ctx, conn, cfg)
		go goodConfigured(conn, cfg, time.Since(time.Time{}))
		go goodBothArms(conn, cfg, cfg == nil)
		go goodTimer(conn, scfg)
		go goodMethodTimer(conn, scfg)
		go goodGuard(conn, scfg)
		go goodSelected(conn, cfg)
		go goodTypeTest(conn, scfg)
		go goodSwitched(conn, scfg, cfg != nil)
		go goodDefaulted(conn, scfg, time.Since(time.Time{}))
		go goodEcho(conn)
		go goodFirstRead(conn)
		go p.goodProxy(conn)
		go authorName(conn)
		go goodClientSide(conn, cfg)
	}
}

// goodBeforeGo sets the deadline before the goroutine starts.
func goodBeforeGo(ln net.Listener, cfg *tls.Config) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		go func() {
			defer conn.Close()
			tls.Server(conn, cfg).Handshake()
		}()
	}
}
