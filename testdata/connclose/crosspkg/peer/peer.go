// Package peer has helpers of every kind for the claims of other packages: what
// they do is known there by facts only.
package peer

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// Dial acquires.
func Dial(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("peer: %w", err)
	}
	return conn, nil
}

// Hello only borrows.
func Hello(conn net.Conn) error {
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		return err
	}
	_, err := bufio.NewReader(conn).ReadString('\n')
	return err
}

// Greet borrows, and gives the conn along with its error.
func Greet(addr string) (net.Conn, error) {
	conn, err := Dial(addr)
	if err != nil {
		return nil, err
	}
	return conn, Hello(conn)
}

// Quiet closes whatever it gets.
func Quiet(c io.Closer) {
	if err := c.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
	}
}

// CloseAll closes each of them.
func CloseAll(cs ...io.Closer) {
	for _, c := range cs {
		c.Close()
	}
}

var (
	mu   sync.Mutex
	kept []net.Conn
)

// Keep takes conn for good.
func Keep(conn net.Conn) {
	mu.Lock()
	defer mu.Unlock()
	kept = append(kept, conn)
}

// KeepIfRoom takes conn when it returns nil.
func KeepIfRoom(conn net.Conn) error {
	mu.Lock()
	defer mu.Unlock()
	if len(kept) > 100 {
		return os.ErrInvalid
	}
	kept = append(kept, conn)
	return nil
}

// Serve ends the conn's life.
func Serve(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// Echo only borrows.
func Echo(conn net.Conn) {
	io.Copy(conn, conn)
}

// Start hands the conn to a goroutine that closes it.
func Start(conn net.Conn) {
	go Serve(conn)
}

// A Session owns its conn.
type Session struct {
	conn net.Conn
	id   byte
}

// NewSession closes conn when it fails.
func NewSession(conn net.Conn) (*Session, error) {
	id := make([]byte, 1)
	if _, err := io.ReadFull(conn, id); err != nil {
		conn.Close()
		return nil, err
	}
	return &Session{conn, id[0]}, nil
}

// Ping only borrows.
func (s *Session) Ping() error {
	_, err := s.conn.Write([]byte{s.id})
	return err
}

// Close closes the conn.
func (s *Session) Close() error {
	return s.conn.Close()
}

// A Link owns its conn as well.
type Link struct {
	Conn net.Conn
}

// NewLink does nothing to conn when it fails.
func NewLink(conn net.Conn) (*Link, error) {
	if err := Hello(conn); err != nil {
		return nil, err
	}
	return &Link{conn}, nil
}

// Shutdown says good-bye and closes.
func (l *Link) Shutdown() error {
	l.Conn.Write([]byte("QUIT\n"))
	return l.Conn.Close()
}

// Secure wraps conn; closing either closes both.
func Secure(conn net.Conn) *tls.Conn {
	return tls.Client(conn, &tls.Config{ServerName: "peer"})
}

// Fatal does not return.
func Fatal(err error) {
	fmt.Fprintln(os.Stderr, "peer:", err)
	os.Exit(1)
}

// Listen acquires a listener.
func Listen(addr string) (net.Listener, error) {
	return net.Listen("tcp", addr)
}

// ServeAll closes ln at its end.
func ServeAll(ln net.Listener) error {
	defer ln.Close()
	return Loop(ln)
}

// Loop only borrows ln.
func Loop(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go Serve(conn)
	}
}

// CloseVar closes what a variable holds, if anything.
func CloseVar(c *net.Conn) {
	if c != nil && *c != nil {
		(*c).SetDeadline(time.Now())
		(*c).Close()
	}
}

// GreetVar only uses what the variable holds.
func GreetVar(c *net.Conn) error {
	_, err := (*c).Write([]byte("HELO"))
	return err
}

// GreetOrClose closes it when it fails.
func GreetOrClose(c *net.Conn) error {
	if err := GreetVar(c); err != nil {
		CloseVar(c)
		return err
	}
	return nil
}

// SecureVar wraps what the variable holds in place.
func SecureVar(c *net.Conn) {
	*c = Secure(*c)
}

// Bridge copies until one side ends, and says so once.
func Bridge(dst io.Writer, src io.Reader, ended func(error)) {
	var once sync.Once
	go func() {
		if _, err := io.Copy(dst, src); err != nil {
			once.Do(func() { ended(err) })
		}
	}()
}

var latest *net.Conn

// KeepVar keeps the variable.
func KeepVar(c *net.Conn) { latest = c }

// A Pipeline asks by a function that it is given.
type Pipeline struct{ ask func() error }

// PipelineOptions are what NewPipeline makes one of.
type PipelineOptions struct {
	Name string
	Ask  func() error
}

// NewPipeline keeps the function in what it returns.
func NewPipeline(o PipelineOptions) *Pipeline { return &Pipeline{ask: o.Ask} }

// PipelineOf does, too.
func PipelineOf(ask func() error) *Pipeline { return &Pipeline{ask} }

// Try only calls the function.
func Try(o PipelineOptions) error { return o.Ask() }
