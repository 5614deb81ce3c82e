// Package wire is a protocol in a package of its own: what it waits for is known
// to other packages by facts.
package wire

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"time"
)

// A Hello is the first message.
type Hello struct{ Version byte }

// ReadHello waits for the first message.
func ReadHello(r io.Reader) (Hello, error) { // want ReadHello:`^waits for 0 \(read: io.ReadFull, no deadline\)$`
	var b [1]byte
	_, err := io.ReadFull(r, b[:])
	return Hello{b[0]}, err
}

// A Session is a connection with a reader.
type Session struct {
	conn net.Conn
	br   *bufio.Reader
}

// NewSession only wraps.
func NewSession(conn net.Conn) *Session { // want NewSession:`^result 0.0 holds 0; result 0.1 holds 0$`
	return &Session{conn: conn, br: bufio.NewReader(conn)}
}

// Greet waits for a line.
func (s *Session) Greet() (string, error) { // want Greet:`^waits for 0.1 \(read: \(\*bufio.Reader\).ReadString, no deadline\)$`
	return s.br.ReadString('\n')
}

// GreetSoon waits for a line, but not long.
func (s *Session) GreetSoon() (string, error) { // want GreetSoon:`waits for 0.1 \(read: \(\*Session\).Greet -> \(\*bufio.Reader\).ReadString, 2s by SetReadDeadline\)`
	s.conn.SetReadDeadline(time.Now().Add(2 * time.Second))
	return s.Greet()
}

// Secure shakes hands.
func Secure(conn net.Conn, cfg *tls.Config) (*tls.Conn, error) { // want Secure:`waits in an exchange for 0 \(handshake: \(\*tls.Conn\).Handshake, no deadline\); result 0 holds 0`
	tc := tls.Server(conn, cfg)
	return tc, tc.Handshake()
}

// Start serves a connection in a goroutine of its own.
func Start(conn net.Conn) { // want Start:`^waits elsewhere for 0 \(read: io.Copy, no deadline\)$`
	go io.Copy(io.Discard, conn)
}

// Limit sets a deadline for the caller.
func Limit(conn net.Conn) error { // want Limit:`^leaves 0 with 10s by SetDeadline$`
	return conn.SetDeadline(time.Now().Add(10 * time.Second))
}

// LimitIf may set none.
func LimitIf(conn net.Conn, d time.Duration) { // want LimitIf:`^leaves 0 with bounded by SetDeadline, if 1 is not zero$`
	if d > 0 {
		conn.SetDeadline(time.Now().Add(d))
	}
}

// Unlimit removes it.
func Unlimit(conn net.Conn) { // want Unlimit:`^leaves 0 with no deadline any more$`
	conn.SetDeadline(time.Time{})
}

// Each runs f on this goroutine, Background on another one.
func Each(conn net.Conn, f func(net.Conn)) { f(conn) } // want Each:`^runs 1$`

// Background starts f.
func Background(f func()) { go f() } // want Background:`^starts 0$`

// Fill puts the connection into the session.
func (s *Session) Fill(conn net.Conn) { // want Fill:`^stores 1 in 0.0; stores 1 in 0.1$`
	s.conn = conn
	s.br = bufio.NewReader(conn)
}

// Lazy reads its header when it is asked for an address.
type Lazy struct {
	net.Conn
	addr net.Addr
}

// RemoteAddr waits for the header.
func (l *Lazy) RemoteAddr() net.Addr { // want RemoteAddr:`^waits for 0.0 \(read: io.ReadFull, no deadline\)$`
	if l.addr == nil {
		var b [16]byte
		if _, err := io.ReadFull(l.Conn, b[:]); err == nil {
			l.addr = &net.IPAddr{IP: b[:]}
		}
	}
	return l.addr
}

// LazyListener gives out connections that wait for their header later.
type LazyListener struct{ net.Listener }

// Accept waits for nobody.
func (l *LazyListener) Accept() (net.Conn, error) { // want Accept:`^returns 0 as \*Lazy$`
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &Lazy{Conn: conn}, nil
}

// A Guard checks clients.
type Guard interface{ Check(conn net.Conn) error }

// TokenGuard asks for a token.
type TokenGuard struct{}

// Check waits for it.
func (TokenGuard) Check(conn net.Conn) error { // want Check:`^waits for 1 \(read: io.ReadFull, no deadline\)$`
	_, err := io.ReadFull(conn, make([]byte, 16))
	return err
}

// An Admitter lets clients in.
type Admitter interface{ Admit(conn net.Conn) error }

// AddrAdmitter looks at the address.
type AddrAdmitter struct{}

// Admit waits for nobody.
func (AddrAdmitter) Admit(conn net.Conn) error {
	if conn.RemoteAddr() == nil {
		return io.EOF
	}
	return nil
}
