// Package listeners waits for the client in Accept methods, whose callers loop.
package listeners

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"time"
)

// handshaking is the listener of many servers.
type handshaking struct {
	net.Listener
	cfg *tls.Config
}

func (l *handshaking) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `^one silent client stops all others: \(\*handshaking\).Accept waits for it in \(\*tls.Conn\).Handshake \(\(\*handshaking\).Accept -> \(\*tls.Conn\).Handshake, no deadline\)$`
	if err != nil {
		return nil, err
	}
	tc := tls.Server(conn, l.cfg)
	if err := tc.Handshake(); err != nil {
		tc.Close()
		return nil, err
	}
	return tc, nil
}

// noise shakes hands by hand, under a deadline.
type noise struct{ tcp *net.TCPListener }

func (l *noise) Accept() (net.Conn, error) {
	conn, err := l.tcp.Accept() // want `io.ReadFull, bounded to 15s by SetReadDeadline`
	if err != nil {
		return nil, err
	}
	conn.SetReadDeadline(time.Now().Add(15 * time.Second))
	var act [50]byte
	if _, err := io.ReadFull(conn, act[:]); err != nil {
		conn.Close()
		return nil, err
	}
	if _, err := conn.Write(act[:]); err != nil {
		conn.Close()
		return nil, err
	}
	conn.SetReadDeadline(time.Time{})
	return conn, nil
}

func (l *noise) Close() error   { return l.tcp.Close() }
func (l *noise) Addr() net.Addr { return l.tcp.Addr() }

// skipping tries the next client when one fails.
type skipping struct {
	net.Listener
	cfg *tls.Config
	ctx context.Context
}

func newSkipping(ln net.Listener, cfg *tls.Config) (*skipping, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	return &skipping{ln, cfg, ctx}, cancel
}

func (l *skipping) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept() // want `HandshakeContext, no deadline`
		if err != nil {
			return nil, err
		}
		tc := tls.Server(conn, l.cfg)
		if err := tc.HandshakeContext(l.ctx); err != nil {
			tc.Close()
			continue
		}
		return tc, nil
	}
}

// sniffing has an Accept-like method next to Accept.
type sniffing struct{ net.Listener }

func (l sniffing) Accept() (net.Conn, error) {
	conn, _, err := l.AcceptSniffed()
	return conn, err
}

func (l sniffing) AcceptSniffed() (net.Conn, bool, error) {
	conn, err := l.Listener.Accept() // want `\(net.Conn\).Read, bounded to 1s by SetReadDeadline`
	if err != nil {
		return nil, false, err
	}
	var first [1]byte
	conn.SetReadDeadline(time.Now().Add(1 * time.Second))
	_, err = conn.Read(first[:])
	conn.SetReadDeadline(time.Time{})
	if err != nil {
		conn.Close()
		return nil, false, err
	}
	return &replay{Conn: conn, first: first[:]}, first[0] == 0x16, nil
}

type replay struct {
	net.Conn
	first []byte
}

func (r *replay) Read(b []byte) (int, error) {
	if len(r.first) > 0 {
		n := copy(b, r.first)
		r.first = r.first[n:]
		return n, nil
	}
	return r.Conn.Read(b)
}

// cipherHandler is unknown code that secures a connection.
type cipherHandler func(conn net.Conn) (*secured, error)

type secured struct{ net.Conn }

type guessed struct {
	net.Listener
	CHandler cipherHandler
}

func newGuessed(ln net.Listener, h cipherHandler) *guessed { return &guessed{ln, h} }

func (l *guessed) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `\(\*guessed\).Accept may wait for it in CHandler`
	if err != nil {
		return nil, err
	}
	return l.CHandler(conn)
}

// wrapper is an interface of unknown code.
type wrapper interface {
	WrapConn(conn net.Conn) (net.Conn, error)
}

type wrapping struct {
	net.Listener
	w wrapper
}

func (l *wrapping) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `may wait for it in \(wrapper\).WrapConn`
	if err != nil {
		return nil, err
	}
	return secure(l.w, conn)
}

func secure(w wrapper, conn net.Conn) (net.Conn, error) { return w.WrapConn(conn) }

// clientHello reads with a peeking reader in a callee.
type clientHello struct{ net.Listener }

func (l *clientHello) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `\(\*clientHello\).Accept -> peekHello -> readRecord -> \(\*bufio.Reader\).Peek, no deadline`
	if err != nil {
		return nil, err
	}
	peeked, err := peekHello(conn)
	if err != nil {
		return l.Accept()
	}
	return peeked, nil
}

func peekHello(conn net.Conn) (net.Conn, error) {
	br := bufio.NewReader(conn)
	if err := readRecord(br); err != nil {
		return nil, err
	}
	return &buffered{conn, br}, nil
}

func readRecord(br *bufio.Reader) error {
	head, err := br.Peek(5)
	if err == nil && head[0] != 0x16 {
		err = errors.New("no TLS")
	}
	return err
}

type buffered struct {
	net.Conn
	br *bufio.Reader
}

func (b *buffered) Read(p []byte) (int, error) { return b.br.Read(p) }

// -- good --

// goodLazy wraps only.
type goodLazy struct {
	net.Listener
	cfg *tls.Config
}

func (l *goodLazy) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return tls.Server(&buffered{conn, bufio.NewReader(conn)}, l.cfg), nil
}

// goodQueued shakes hands in goroutines; Accept takes what is ready.
type goodQueued struct {
	net.Listener
	cfg   *tls.Config
	ready chan net.Conn
	slots chan struct{}
}

func (l *goodQueued) Accept() (net.Conn, error) {
	conn, ok := <-l.ready
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (l *goodQueued) listen() {
	defer close(l.ready)
	for {
		<-l.slots
		conn, err := l.Listener.Accept()
		if err != nil {
			return
		}
		go l.shake(conn)
	}
}

func (l *goodQueued) shake(conn net.Conn) {
	defer func() { l.slots <- struct{}{} }()
	tc := tls.Server(conn, l.cfg)
	tc.SetDeadline(time.Now().Add(5 * time.Second))
	if tc.Handshake() != nil {
		tc.Close()
		return
	}
	tc.SetDeadline(time.Time{})
	l.ready <- tc
}

// goodFilter looks at the address, which costs nothing.
type goodFilter struct {
	net.Listener
	allowed func(net.Addr) bool
}

func (l goodFilter) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.allowed(conn.RemoteAddr()) {
			return conn, nil
		}
		conn.Close()
	}
}

// goodTagged: the function is known, and waits for nobody.
type goodTagged struct {
	net.Listener
	wrap func(net.Conn) (net.Conn, error)
}

func newGoodTagged(ln net.Listener) *goodTagged {
	return &goodTagged{ln, func(c net.Conn) (net.Conn, error) { return &buffered{c, bufio.NewReader(c)}, nil }}
}

func (l *goodTagged) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.wrap(conn)
}
