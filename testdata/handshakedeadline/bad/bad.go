// Package bad shakes hands without a deadline.
package bad

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/sync/errgroup"
)

// badSSH is the commonest shape.
func badSSH(ln net.Listener, cfg *ssh.ServerConfig) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			continue
		}
		go func() {
			_, chans, reqs, err := ssh.NewServerConn(conn, cfg) // want `^nothing bounds ssh.NewServerConn on an accepted connection: a client that goes silent keeps its goroutine and descriptor for ever \(accepted -> a function literal -> ssh.NewServerConn\)$`
			if err != nil {
				return
			}
			go ssh.DiscardRequests(reqs)
			for range chans {
			}
		}()
	}
}

// badHandler is called with go.
func badHandler(conn net.Conn, cfg *tls.Config) {
	tc := tls.Server(conn, cfg)
	defer tc.Close()
	if err := tc.Handshake(); err != nil { // want `nothing bounds \(\*tls.Conn\).Handshake`
		return
	}
	io.Copy(tc, tc)
}

func acceptHandler(ln net.Listener, cfg *tls.Config) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go badHandler(conn, cfg)
	}
}

// badWriteDeadline bounds no read, and a handshake reads.
func badWriteDeadline(conn net.Conn, cfg *tls.Config) {
	defer conn.Close()
	conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	tc := tls.Server(conn, cfg)
	if tc.Handshake() != nil { // want `nothing bounds`
		return
	}
}

// badImplicit greets first: the write shakes hands, and a write deadline does not
// bound what that reads.
func badImplicit(conn net.Conn, cfg *tls.Config) {
	tc := tls.Server(conn, cfg)
	defer tc.Close()
	tc.SetWriteDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.WriteString(tc, "220 ready\r\n"); err != nil { // want `nothing bounds io.WriteString`
		return
	}
	io.Copy(io.Discard, tc)
}

// badConfigured: 0 means no timeout.
func badConfigured(conn net.Conn, cfg *tls.Config, timeout time.Duration) {
	defer conn.Close()
	if timeout > 0 {
		conn.SetDeadline(time.Now().Add(timeout))
	}
	tc := tls.Server(conn, cfg)
	if tc.Handshake() != nil { // want `nothing bounds`
		return
	}
}

// badConfiguredContext: the same with a context.
func badConfiguredContext(conn net.Conn, cfg *tls.Config, timeout time.Duration) {
	defer conn.Close()
	ctx := context.Background()
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	tc := tls.Server(conn, cfg)
	if tc.HandshakeContext(ctx) != nil { // want `nothing bounds \(\*tls.Conn\).HandshakeContext`
		return
	}
}

// badMaybeZero: a time that stays zero removes the deadline.
func badMaybeZero(conn net.Conn, cfg *tls.Config, timeout time.Duration) {
	defer conn.Close()
	var deadline time.Time
	if timeout > 0 {
		deadline = time.Now().Add(timeout)
	}
	conn.SetDeadline(deadline)
	tc := tls.Server(conn, cfg)
	if tc.Handshake() != nil { // want `the deadline is removed before`
		return
	}
}

// badBackground is a context without a deadline.
func badBackground(conn net.Conn, cfg *tls.Config) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	defer conn.Close()
	if tls.Server(conn, cfg).HandshakeContext(ctx) != nil { // want `nothing bounds`
		return
	}
}

// badTooLate sets it after the handshake.
func badTooLate(conn net.Conn, cfg *ssh.ServerConfig) {
	defer conn.Close()
	sc, _, _, err := ssh.NewServerConn(conn, cfg) // want `nothing bounds`
	if err != nil {
		return
	}
	conn.SetDeadline(time.Now().Add(time.Minute))
	sc.Wait()
}

// badRemoved removes it for the second exchange.
func badRemoved(conn net.Conn, cfg *ssh.ServerConfig, tcfg *tls.Config) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	tc := tls.Server(conn, tcfg)
	if tc.Handshake() != nil {
		return
	}
	conn.SetDeadline(time.Time{})
	ssh.NewServerConn(tc, cfg) // want `the deadline is removed before ssh.NewServerConn`
}

// badOneArm bounds only one protocol.
func badOneArm(conn net.Conn, cfg *tls.Config, secure bool) {
	defer conn.Close()
	if secure {
		conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		tls.Server(conn, cfg).Handshake()
		return
	}
	http.ReadRequest(bufio.NewReader(conn)) // want `nothing bounds http.ReadRequest`
}

func accepts(ln net.Listener, cfg *tls.Config, scfg *ssh.ServerConfig, timeout time.Duration) error {
	var g errgroup.Group
	for {
		conn, err := ln.Accept()
		if err != nil {
			return g.Wait()
		}
		go badWriteDeadline(conn, cfg)
		go badImplicit(conn, cfg)
		go badConfigured(conn, cfg, timeout)
		go badConfiguredContext(conn, cfg, timeout)
		go badMaybeZero(conn, cfg, timeout)
		go badBackground(conn, cfg)
		go badTooLate(conn, scfg)
		go badRemoved(conn, scfg, cfg)
		go badOneArm(conn, cfg, timeout > 0)
		g.Go(func() error {
			return tls.Server(conn, cfg).Handshake() // want `nothing bounds`
		})
	}
}

// -- exchanges by name --

type socks struct{ methods map[byte]func(net.Conn) error }

func (s *socks) serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go s.ServeConn(conn)
	}
}

// ServeConn reads a version byte, which is a plain read, and then authenticates.
func (s *socks) ServeConn(conn net.Conn) error {
	defer conn.Close()
	br := bufio.NewReader(conn)
	version, err := br.ReadByte()
	if err != nil || version != 5 {
		return errors.New("version")
	}
	if err := s.authenticate(conn, br); err != nil { // want `nothing bounds \(\*socks\).authenticate`
		return err
	}
	return nil
}

func (s *socks) authenticate(conn io.Writer, br io.Reader) error {
	head := []byte{0}
	if _, err := br.Read(head); err != nil {
		return err
	}
	if head[0] == 1 {
		return userPass{}.login(br)
	}
	_, err := io.ReadFull(br, make([]byte, head[0]))
	return err
}

// userPass is one of the methods; the report stands at the outermost exchange.
type userPass struct{}

func (userPass) login(r io.Reader) error {
	_, err := io.ReadFull(r, make([]byte, 2))
	return err
}

type session struct {
	conn net.Conn
	br   *bufio.Reader
}

func newSession(conn net.Conn) *session {
	return &session{conn: conn, br: bufio.NewReader(conn)}
}

func (s *session) run() {
	defer s.conn.Close()
	if s.login() != nil { // want `nothing bounds \(\*session\).login on .* \(accepted -> \(\*session\).run -> \(\*session\).login -> \(\*bufio.Reader\).ReadString\)`
		return
	}
	for {
		if _, err := s.br.ReadString('\n'); err != nil {
			return
		}
	}
}

func (s *session) login() error {
	_, err := s.br.ReadString('\n')
	return err
}

func acceptSessions(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		s := newSession(conn)
		go s.run()
	}
}

// readProxyHeader is named for the PROXY protocol.
func readProxyHeader(conn net.Conn) error {
	line, err := bufio.NewReader(conn).ReadBytes('\n')
	if err == nil && !bytes.HasPrefix(line, []byte("PROXY ")) {
		err = errors.New("no PROXY header")
	}
	return err
}

func acceptProxied(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			if readProxyHeader(conn) != nil { // want `nothing bounds readProxyHeader`
				return
			}
			io.Copy(conn, conn)
		}()
	}
}

// -- Accept methods --

// noise reads the first act in Accept: whatever that is, it is in the way.
type noise struct{ net.Listener }

func (l noise) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(conn, make([]byte, 50)); err != nil { // want `nothing bounds io.ReadFull`
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// -- channels --

func acceptToChannel(ln net.Listener, cfg *tls.Config) {
	conns := make(chan net.Conn)
	go func() {
		for conn := range conns {
			go func() {
				defer conn.Close()
				tls.Server(conn, cfg).Handshake() // want `nothing bounds .*\(accepted -> channel -> a function literal -> \(\*tls.Conn\).Handshake\)`
			}()
		}
	}()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		conns <- conn
	}
}
