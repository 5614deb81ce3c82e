package good

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"log"
	"net"
	"time"

	"golang.org/x/crypto/ssh"
)

// -- a deadline before each read, on another name of the connection --

// goodEachRead: the reader is the connection's, which gets a deadline before each
// read; the caller gives the time.
func goodEachRead(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			br, bw := bufio.NewReader(c), bufio.NewWriter(c)
			timeout := time.Duration(10) * time.Second
			if err := handshakeEach(c, br, bw, timeout); err != nil {
				return
			}
			io.Copy(io.Discard, br)
		}()
	}
}

func handshakeEach(c net.Conn, br *bufio.Reader, bw *bufio.Writer, timeout time.Duration) error {
	if timeout > 0 {
		c.SetWriteDeadline(time.Now().Add(timeout))
	}
	if err := bw.Flush(); err != nil {
		return err
	}
	if timeout > 0 {
		c.SetReadDeadline(time.Now().Add(timeout))
	}
	if _, err := br.ReadByte(); err != nil {
		return err
	}
	if timeout > 0 {
		c.SetReadDeadline(time.Now().Add(timeout))
	}
	_, err := io.ReadFull(br, make([]byte, 1536))
	return err
}

// goodReaderToo: the deadline is set by a parameter that is never zero.
func goodReaderToo(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			authReader(c, bufio.NewReader(c))
		}()
	}
}

func authReader(c net.Conn, br *bufio.Reader) error {
	c.SetReadDeadline(time.Now().Add(time.Minute))
	_, err := br.ReadString('\n')
	return err
}

// -- relays --

// goodAuthRelay: what is copied both ways for ever is no exchange, whatever its name.
func goodAuthRelay(ln net.Listener, upstream func() (net.Conn, error)) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go handleAuthSocket(c, upstream)
		go relayAuthLoop(c, upstream)
	}
}

func handleAuthSocket(c net.Conn, upstream func() (net.Conn, error)) {
	defer c.Close()
	up, err := upstream()
	if err != nil {
		return
	}
	defer up.Close()
	go io.Copy(c, up)
	io.Copy(up, c)
}

func relayAuthLoop(c net.Conn, upstream func() (net.Conn, error)) {
	up, err := upstream()
	if err != nil {
		c.Close()
		return
	}
	go func() {
		defer up.Close()
		buf := make([]byte, 4096)
		for {
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			if _, err := up.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	defer c.Close()
	io.Copy(c, up)
}

// -- timers and watchdogs --

// goodAfterFunc: a timer closes it.
func goodAfterFunc(ln net.Listener, config *tls.Config) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			t := tls.Server(c, config)
			timer := time.AfterFunc(5*time.Second, func() { c.Close() })
			err := t.Handshake()
			timer.Stop()
			if err == nil {
				io.Copy(io.Discard, t)
			}
			t.Close()
		}()
	}
}

// goodAfterFuncMethod: with a method value.
func goodAfterFuncMethod(ln net.Listener, config *ssh.ServerConfig) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			kill := time.AfterFunc(5*time.Second, func() { _ = c.Close() })
			conn, chans, reqs, err := ssh.NewServerConn(c, config)
			if !kill.Stop() || err != nil {
				c.Close()
				return
			}
			go ssh.DiscardRequests(reqs)
			for ch := range chans {
				ch.Reject(ssh.Prohibited, "no")
			}
			conn.Close()
		}()
	}
}

// goodSelect: the exchange runs beside, and who waits for it gives up.
func goodSelect(ln net.Listener, config *tls.Config) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			t := tls.Server(c, config)
			done := make(chan error, 1)
			go func() { done <- t.Handshake() }()
			select {
			case err := <-done:
				if err == nil {
					io.Copy(io.Discard, t)
				}
			case <-time.After(10 * time.Second):
			}
			t.Close()
		}()
	}
}

// goodHandshakeContext: its context has a deadline.
func goodHandshakeContext(ctx context.Context, ln net.Listener, config *tls.Config) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go shakeIn(ctx, tls.Server(c, config))
	}
}

func shakeIn(ctx context.Context, t *tls.Conn) {
	defer t.Close()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if t.HandshakeContext(ctx) == nil {
		io.Copy(io.Discard, t)
	}
}

// goodContextCloses: what closes it waits for a context with a deadline.
func goodContextCloses(ctx context.Context, ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			stop := context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) })
			defer stop()
			readLogin(c)
		}()
	}
}

func readLogin(c net.Conn) error {
	var n uint32
	return binary.Read(c, binary.BigEndian, &n)
}

// limited is a connection whose reads all have a deadline.
type limited struct {
	net.Conn
	idle time.Duration
}

func (l *limited) Read(p []byte) (int, error) {
	if err := l.Conn.SetReadDeadline(time.Now().Add(l.idle)); err != nil {
		return 0, err
	}
	return l.Conn.Read(p)
}

// goodIdle: each read is bounded by the wrapper.
func goodIdle(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			readLogin(&limited{c, time.Minute})
		}()
	}
}

// server has a timeout with a default.
type defaulted struct {
	ln      net.Listener
	timeout time.Duration
}

func (s *defaulted) serve() error {
	if s.timeout == 0 {
		s.timeout = 30 * time.Second
	}
	for {
		c, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go s.goodDefaulted(c)
	}
}

// goodDefaulted: nobody leaves the timeout at zero.
func (s *defaulted) goodDefaulted(c net.Conn) {
	defer c.Close()
	if s.timeout > 0 {
		c.SetDeadline(time.Now().Add(s.timeout))
	}
	if err := readLogin(c); err != nil {
		log.Print(err)
	}
}

// -- types that a connection does not have --

// plain accepts from the kernel, whose connections are no TLS.
type plain struct{ addr string }

// run listens without TLS.
func (s *plain) run(ctx context.Context) error {
	ln, err := net.Listen("tcp", s.addr)
	if err != nil {
		return err
	}
	go func() {
		<-ctx.Done()
		ln.Close()
	}()
	for {
		c, err := ln.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return nil
			}
			return err
		}
		go s.goodNeverTLS(c)
	}
}

// goodNeverTLS: the branch is never taken.
func (s *plain) goodNeverTLS(c net.Conn) {
	defer c.Close()
	if t, ok := c.(*tls.Conn); ok {
		if err := t.Handshake(); err != nil {
			return
		}
	}
	io.Copy(io.Discard, c)
}

// goodNeverTLSIn: nor in a switch in another function.
func goodNeverTLSIn() error {
	ln, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return err
	}
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			prepare(c)
		}()
	}
}

func prepare(c net.Conn) {
	switch c := c.(type) {
	case *tls.Conn:
		c.Handshake()
	case *net.TCPConn:
		c.SetNoDelay(true)
	}
}

// -- times that are never zero --

type always struct {
	ln      net.Listener
	timeout time.Duration
}

func newAlways(ln net.Listener) *always { return &always{ln: ln, timeout: time.Minute} }

// goodAlways: each is made with a timeout.
func (s *always) goodAlways() error {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			if s.timeout > 0 {
				c.SetDeadline(time.Now().Add(s.timeout))
			}
			readLogin(c)
		}()
	}
}

// Options are given by the user.
type Options struct{ LoginTimeout time.Duration }

type optioned struct {
	ln      net.Listener
	options Options
}

// NewOptioned fills in what is missing.
func NewOptioned(ln net.Listener, options Options) *optioned {
	if options.LoginTimeout <= 0 {
		options.LoginTimeout = 10 * time.Second
	}
	return &optioned{ln: ln, options: options}
}

// goodOptioned: zero is ten seconds.
func (s *optioned) goodOptioned() error {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			if t := s.options.LoginTimeout; t != 0 {
				c.SetReadDeadline(time.Now().Add(t))
			}
			readLogin(c)
		}()
	}
}

// -- deadlines in other ways --

type deadliner interface{ SetReadDeadline(time.Time) error }

// goodAsserted: through another interface.
func goodAsserted(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func(c io.ReadWriteCloser) {
			defer c.Close()
			if d, ok := c.(deadliner); ok {
				d.SetReadDeadline(time.Now().Add(time.Minute))
			}
			loginOn(c)
		}(c)
	}
}

func loginOn(c io.ReadWriter) error {
	_, err := io.ReadFull(c, make([]byte, 16))
	return err
}

// bounding gives out connections that have a deadline.
type bounding struct{ net.Listener }

func (b *bounding) Accept() (net.Conn, error) {
	c, err := b.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c.SetDeadline(time.Now().Add(time.Minute))
	return c, nil
}

// goodBounding: the listener sets it.
func goodBounding(ln net.Listener) error {
	b := &bounding{ln}
	for {
		c, err := b.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			readLogin(c)
		}()
	}
}

// idling gives out connections whose reads have one.
type idling struct{ net.Listener }

func (b *idling) Accept() (net.Conn, error) {
	c, err := b.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &limited{c, time.Minute}, nil
}

// goodIdling: the listener wraps them.
func goodIdling(ln net.Listener) error {
	return serveIdling(&idling{ln})
}

func serveIdling(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			readLogin(c)
		}()
	}
}

// peer keeps its connection and sets the deadline in a method.
type peer struct {
	c  net.Conn
	br *bufio.Reader
}

func (p *peer) limit(d time.Duration) { p.c.SetDeadline(time.Now().Add(d)) }

func (p *peer) handshake() error {
	p.limit(5 * time.Second)
	defer p.c.SetDeadline(time.Time{})
	_, err := p.br.ReadString('\n')
	return err
}

// goodPeer: in an object.
func goodPeer(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		p := &peer{c: c, br: bufio.NewReader(c)}
		go func() {
			defer p.c.Close()
			if p.handshake() == nil {
				io.Copy(io.Discard, p.br)
			}
		}()
	}
}

// goodWatched: a goroutine closes it unless it is told that all went well.
func goodWatched(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			done := make(chan struct{})
			go func() {
				select {
				case <-done:
				case <-time.After(time.Minute):
					c.Close()
				}
			}()
			err := readLogin(c)
			close(done)
			if err != nil {
				c.Close()
				return
			}
			io.Copy(io.Discard, c)
			c.Close()
		}()
	}
}

// goodTicker: a ticker looks after one.
func goodTicker(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			stop := make(chan struct{})
			defer close(stop)
			go func() {
				tick := time.NewTicker(time.Second)
				defer tick.Stop()
				for n := 0; ; n++ {
					select {
					case <-tick.C:
						if n > 10 {
							c.Close()
							return
						}
					case <-stop:
						return
					}
				}
			}()
			readLogin(c)
		}()
	}
}
