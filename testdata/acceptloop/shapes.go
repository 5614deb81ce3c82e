// Package acceptloop holds the shapes in which servers accept. The test reports,
// at each accept in a context, its role and where work is handed over; a + says
// that the connection goes along.
package acceptloop

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"syscall"

	"github.com/hashicorp/yamux"
	"github.com/quic-go/quic-go"
	"golang.org/x/crypto/ssh"
	"golang.org/x/sync/errgroup"
)

func handle(conn net.Conn) { conn.Close() }

func plainLoop(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want `^loop go\+$`
		if err != nil {
			return err
		}
		go handle(conn)
	}
}

func tcpLoop(ln *net.TCPListener) {
	for {
		conn, err := ln.AcceptTCP() // want `^loop go\+$`
		if err != nil {
			continue
		}
		go func() { handle(conn) }()
	}
}

// inGoroutine: the loop is in a literal.
func inGoroutine(ln net.Listener) {
	go func() {
		for {
			conn, err := ln.Accept() // want `^loop go\+$`
			if err != nil {
				return
			}
			go handle(conn)
		}
	}()
}

// sequential: nothing is handed over.
func sequential(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `^loop$`
		if err != nil {
			return
		}
		handle(conn)
	}
}

// oneShot is no context.
func oneShot(ln net.Listener) (net.Conn, error) {
	return ln.Accept()
}

// retry loops until it has a connection.
func retry(ln net.Listener) net.Conn {
	for {
		conn, err := ln.Accept() // want `^loop$`
		if err == nil {
			return conn
		}
	}
}

func toChannel(ln net.Listener, conns chan<- net.Conn) {
	for {
		conn, err := ln.Accept() // want `^loop send\+$`
		if err != nil {
			return
		}
		conns <- conn
	}
}

func toChannelOrDone(ctx context.Context, ln net.Listener, conns chan<- net.Conn) {
	for {
		conn, err := ln.Accept() // want `^loop send\+$`
		if err != nil {
			return
		}
		select {
		case conns <- conn:
		case <-ctx.Done():
			return
		}
	}
}

func toGroup(ln net.Listener) error {
	var g errgroup.Group
	for {
		conn, err := ln.Accept() // want `^loop spawn\+$`
		if err != nil {
			return g.Wait()
		}
		g.Go(func() error { handle(conn); return nil })
	}
}

// pool is an interface of somebody else's making.
type pool interface{ Submit(func()) }

func toPool(ln net.Listener, p pool) {
	for {
		conn, err := ln.Accept() // want `^loop passed\+$`
		if err != nil {
			return
		}
		p.Submit(func() { handle(conn) })
	}
}

func unrelatedGoroutine(ln net.Listener, beat func()) {
	for {
		conn, err := ln.Accept() // want `^loop go$`
		if err != nil {
			return
		}
		go beat()
		handle(conn)
	}
}

// given calls code of which nothing is known.
func given(ln net.Listener, serve func(net.Conn)) {
	for {
		conn, err := ln.Accept() // want `^loop unknown\+$`
		if err != nil {
			return
		}
		serve(conn)
	}
}

// toConsumer hands over to the one goroutine that serves one after the other.
func toConsumer(ln net.Listener) {
	conns := make(chan net.Conn)
	go consume(conns)
	for {
		conn, err := ln.Accept() // want `^loop send\+, consumer consume go\+$`
		if err != nil {
			return
		}
		conns <- conn
	}
}

func consume(conns <-chan net.Conn) {
	for conn := range conns {
		go handle(conn)
	}
}

// fromGoroutine accepts in a goroutine and serves in the function itself.
func fromGoroutine(ctx context.Context, ln net.Listener) {
	type result struct {
		conn net.Conn
		err  error
	}
	results := make(chan result)
	go func() {
		for {
			conn, err := ln.Accept() // want `^loop send\+, consumer fromGoroutine go\+$`
			results <- result{conn, err}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case r := <-results:
			if r.err != nil {
				return
			}
			go handle(r.conn)
		}
	}
}

// supervised is started by somebody else, once.
type supervised struct{ conns chan net.Conn }

func (s *supervised) start(add func(func())) { add(s.consume) }

func (s *supervised) consume() {
	for conn := range s.conns {
		go handle(conn)
	}
}

func (s *supervised) accept(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `^loop send\+, consumer consume go\+$`
		if err != nil {
			return
		}
		s.conns <- conn
	}
}

// toWorkers hands over to several.
func toWorkers(ln net.Listener) {
	conns := make(chan net.Conn)
	for range 4 {
		go work(conns)
	}
	for {
		conn, err := ln.Accept() // want `^loop send\+$`
		if err != nil {
			return
		}
		conns <- conn
	}
}

func work(conns <-chan net.Conn) {
	for conn := range conns {
		handle(conn)
	}
}

// -- objects that hold the connection --

type client struct {
	conn net.Conn
	id   int
}

func newClient(conn net.Conn) *client { return &client{conn: conn} }

func (c *client) run() { c.conn.Close() }

func (c *client) start() { go c.run() }

type server struct {
	ln      net.Listener
	mu      sync.Mutex
	clients map[*client]bool
	last    net.Conn
}

func (s *server) objects() {
	for {
		conn, err := s.ln.Accept() // want `^loop go\+$`
		if err != nil {
			return
		}
		c := newClient(tls.Server(conn, nil))
		go c.run()
	}
}

func (s *server) started() {
	for {
		conn, err := s.ln.Accept() // want `^loop callee\+$`
		if err != nil {
			return
		}
		c := newClient(conn)
		c.start()
	}
}

func (s *server) registers() {
	for {
		conn, err := s.ln.Accept() // want `^loop kept\+ go\+$`
		if err != nil {
			return
		}
		c := newClient(conn)
		s.clients[c] = true
		go c.run()
	}
}

func (s *server) add(c *client) { s.clients[c] = true }

func (s *server) registersInCallee() {
	for {
		conn, err := s.ln.Accept() // want `^loop callee\+$`
		if err != nil {
			return
		}
		s.add(newClient(conn))
	}
}

func (s *server) keepsLast() {
	for {
		conn, err := s.ln.Accept() // want `^loop stored\+$`
		if err != nil {
			return
		}
		s.last = conn
	}
}

// -- accepts in other functions --

func (s *server) once() error {
	conn, err := s.ln.Accept() // want `^callee go\+$`
	if err != nil {
		return err
	}
	go handle(conn)
	return nil
}

func (s *server) loopsOverOnce() {
	for {
		if err := s.once(); err != nil {
			return
		}
	}
}

// next hands the connection to its caller: both calls are contexts.
func (s *server) next() (net.Conn, error) {
	conn, err := s.ln.Accept() // want `^callee$`
	if err != nil {
		return nil, err
	}
	return conn, nil
}

func (s *server) loopsOverNext() {
	for {
		conn, err := s.next() // want `^loop via next go\+$`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// nextGood loops until it has a connection to return.
func (s *server) nextGood() net.Conn {
	for {
		conn, err := s.ln.Accept() // want `^callee$`
		if err == nil {
			return conn
		}
	}
}

func (s *server) loopsOverNextGood() {
	for {
		go handle(s.nextGood()) // want `^loop via nextGood go\+$`
	}
}

func (s *server) literalInLoop() {
	for {
		func() {
			conn, err := s.ln.Accept() // want `^callee go\+$`
			if err != nil {
				return
			}
			go handle(conn)
		}()
	}
}

// -- listeners --

type wrapped struct{ net.Listener }

func (w wrapped) Accept() (net.Conn, error) {
	conn, err := w.Listener.Accept() // want `^method$`
	if err != nil {
		return nil, err
	}
	return tls.Server(conn, nil), nil
}

// skipping accepts in a loop and is a method all the same.
type skipping struct{ net.Listener }

func (s skipping) Accept() (net.Conn, error) {
	for {
		conn, err := s.Listener.Accept() // want `^method$`
		if err != nil {
			return nil, err
		}
		if conn.RemoteAddr() != nil {
			return conn, nil
		}
		conn.Close()
	}
}

// AcceptRaw is an Accept method by its shape.
func (w wrapped) AcceptRaw() (net.Conn, error) {
	return w.Listener.Accept() // want `^method$`
}

// own is a listener by its methods, and its users loop over it.
type own interface {
	Accept() (*client2, error)
	Addr() net.Addr
	Close() error
}

type client2 struct{ net.Conn }

// bare has no address.
type bare interface {
	Accept() (io.ReadWriteCloser, error)
	Close() error
}

func overBare(ln bare, serve func(io.ReadWriteCloser)) {
	for {
		c, err := ln.Accept() // want `^loop go\+$`
		if err != nil {
			return
		}
		go serve(c)
	}
}

func overOwn(ln own) {
	for {
		c, err := ln.Accept() // want `^loop go\+$`
		if err != nil {
			return
		}
		go handle(c)
	}
}

// -- other transports --

func overQUIC(ctx context.Context, ln *quic.Listener, serve func(*quic.Conn)) {
	for {
		conn, err := ln.Accept(ctx) // want `^loop go\+$`
		if err != nil {
			return
		}
		go serve(conn)
	}
}

func overYamux(s *yamux.Session) {
	for {
		conn, err := s.Accept() // want `^loop go\+$`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

func overFDs(fd int, serve func(int)) {
	for {
		nfd, _, err := syscall.Accept(fd) // want `^loop go\+$`
		if err != nil {
			return
		}
		go serve(nfd)
	}
}

// overChannels answers on one connection that is served already.
func overChannels(chans <-chan ssh.NewChannel) {
	for nc := range chans {
		ch, reqs, err := nc.Accept()
		if err != nil {
			return
		}
		go ssh.DiscardRequests(reqs)
		ch.Close()
	}
}

// unused drops the connection.
func unused(ln net.Listener) {
	for {
		_, err := ln.Accept() // want `^loop unused$`
		if err != nil {
			return
		}
	}
}

// nested: the inner loop retries, the outer one serves.
func nested(ln net.Listener) {
	for {
		var conn net.Conn
		for {
			c, err := ln.Accept() // want `^loop go\+$`
			if err == nil {
				conn = c
				break
			}
		}
		go handle(conn)
	}
}
