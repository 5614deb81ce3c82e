// Package crosspkg shakes hands in another package.
package crosspkg

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"golang.org/x/crypto/ssh"

	"sockvet.test/handshakedeadline/hello"
)

func serve(ln net.Listener, handle func(net.Conn)) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// badGo leads out of the package.
func badGo(ln net.Listener, cfg *tls.Config) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go hello.Shake(conn, cfg) // want `nothing bounds hello.Shake on .* \(accepted -> hello.Shake -> \(\*tls.Conn\).Handshake\)`
	}
}

// badCall is in a handler.
func badCall(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	if hello.Shake(conn, cfg) != nil { // want `nothing bounds hello.Shake`
		return
	}
}

// badBackground passes a context without a deadline.
func badBackground(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	hello.ShakeContext(context.Background(), conn, cfg) // want `nothing bounds hello.ShakeContext`
}

// badLimitIf relies on a deadline that may not be set.
func badLimitIf(conn net.Conn, cfg *tls.Config, d time.Duration) {
	defer conn.Close()
	hello.LimitIf(conn, d)
	hello.Shake(conn, cfg) // want `nothing bounds`
}

func goodLimit(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	hello.Limit(conn)
	hello.Shake(conn, cfg)
}

func goodContext(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	hello.ShakeContext(ctx, conn, cfg)
}

func goodBoundsItself(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	hello.ShakeSoon(conn, cfg)
}

// goodIdle: each read is bounded by the wrapper.
func goodIdle(conn net.Conn, cfg *ssh.ServerConfig) {
	defer conn.Close()
	ssh.NewServerConn(&hello.Idle{Conn: conn}, cfg)
}

// goodIdleReader: the reader reads through the wrapper.
func goodIdleReader(conn net.Conn) {
	defer conn.Close()
	br := bufio.NewReader(&hello.Idle{Conn: conn})
	http.ReadRequest(br)
}

// goodIdleMade: another function made the wrapper.
func goodIdleMade(conn net.Conn) {
	defer conn.Close()
	http.ReadRequest(bufio.NewReader(hello.WithIdle(conn)))
}

// goodGivenTime: the helper is given a time that is not zero.
func goodGivenTime(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	hello.SetTimeout(conn, 10*time.Second)
	hello.Shake(conn, cfg)
}

func goodLimitIfGiven(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	hello.LimitIf(conn, time.Second)
	hello.Shake(conn, cfg)
}

// badGivenZero removes it.
func badGivenZero(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	hello.Limit(conn)
	hello.SetTimeout(conn, 0)
	hello.Shake(conn, cfg) // want `the deadline is removed before hello.Shake`
}

// badGivenUnknown may remove it.
func badGivenUnknown(conn net.Conn, cfg *tls.Config, d time.Duration) {
	defer conn.Close()
	hello.SetTimeout(conn, d)
	hello.Shake(conn, cfg) // want `nothing bounds`
}

func accept(ln net.Listener, cfg *tls.Config, scfg *ssh.ServerConfig, d time.Duration) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go badCall(conn, cfg)
		go badBackground(conn, cfg)
		go badLimitIf(conn, cfg, d)
		go goodLimit(conn, cfg)
		go goodContext(conn, cfg)
		go goodBoundsItself(conn, cfg)
		go goodGivenTime(conn, cfg)
		go goodLimitIfGiven(conn, cfg)
		go badGivenZero(conn, cfg)
		go badGivenUnknown(conn, cfg, d)
		go goodIdle(conn, scfg)
		go goodIdleReader(conn)
		go goodIdleMade(conn)
	}
}

// goodListener: the connections come with a deadline.
func goodListener(inner net.Listener, cfg *tls.Config) {
	ln := &hello.Listener{Listener: inner}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go hello.Shake(conn, cfg)
	}
}

// onlyTested gets its connections from a test.
func onlyTested(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	tls.Server(conn, cfg).Handshake()
}
