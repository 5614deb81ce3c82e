// Package lending has resources that reach their closer by a detour: a closure
// that several goroutines share, an object behind an interface without Close.
package lending

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"

	"github.com/hashicorp/yamux"
	"github.com/quic-go/quic-go"
)

// goodSharedCloser: the goroutines close conn by the variable that they capture.
func goodSharedCloser(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	closed := false
	closeConn := func() {
		mu.Lock()
		defer mu.Unlock()
		if closed {
			return
		}
		closed = true
		conn.Close()
	}
	read := func(c net.Conn) {
		defer closeConn()
		io.Copy(io.Discard, c)
	}
	write := func(c net.Conn) {
		defer closeConn()
		io.WriteString(c, "hello")
	}
	go read(conn)
	go write(conn)
	return nil
}

// badSharedUser: they only use it. One report, at the goroutine's parameter.
func badSharedUser(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	write := func(c net.Conn) { // want `parameter c is never closed`
		io.WriteString(c, "hello")
	}
	go write(conn)
	return nil
}

type hijackable struct {
	http.ResponseWriter
	conn net.Conn
}

func (h hijackable) Hijack() net.Conn { return h.conn }

// goodHandlerTakes: a handler may take the conn out of its writer.
func goodHandlerTakes(h http.HandlerFunc, w http.ResponseWriter, req *http.Request) {
	conn, err := net.Dial("tcp", req.Host)
	if err != nil {
		return
	}
	h.ServeHTTP(hijackable{w, conn}, req)
}

type link struct{ conn net.Conn }

func (l *link) Read(p []byte) (int, error)  { return l.conn.Read(p) }
func (l *link) Write(p []byte) (int, error) { return l.conn.Write(p) }

func join(r io.Reader, w io.Writer) io.ReadWriter {
	return struct {
		io.Reader
		io.Writer
	}{r, w}
}

// goodInResult: the result leads to the conn.
func goodInResult(addr string) (io.ReadWriter, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return join(&link{conn}, &link{conn}), nil
}

// badInLocal drops what leads to it.
func badInLocal(addr string) error {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is never closed`
	if err != nil {
		return err
	}
	_, err = join(&link{conn}, &link{conn}).Write(nil)
	return err
}

// manager has more than the engine follows.
type manager struct {
	a, b, c, d, e, f, g, h, i net.Conn
	names                     map[string]int
}

type listener struct {
	m  *manager
	ln *wrapped
}

type wrapped struct{ net.Listener }

func newListener(m *manager, ln *wrapped, name string) *listener {
	for _, c := range []net.Conn{m.a, m.b, m.c, m.d, m.e, m.f, m.g, m.h, m.i} {
		if c != nil {
			c.Write(nil)
		}
	}
	m.names[name]++
	return &listener{m, ln}
}

// goodFatObject: what is passed beside a large object is followed nevertheless.
func goodFatObject(m *manager) (*listener, error) {
	ln, err := net.Listen("tcp", ":0")
	if err != nil {
		return nil, err
	}
	return newListener(m, &wrapped{ln}, "main"), nil
}

// transport ends with close, which its package keeps to itself.
type transport interface {
	send([]byte) error
	close()
}

type udpTransport struct{ conn *net.UDPConn }

func (t *udpTransport) send(p []byte) error { _, err := t.conn.Write(p); return err }
func (t *udpTransport) close()              { t.conn.Close() }

type memTransport struct{ ch chan []byte }

func (t *memTransport) send(p []byte) error { t.ch <- p; return nil }
func (t *memTransport) close()              { close(t.ch) }

type transfer struct {
	name string
	t    transport
}

func (f *transfer) abort() error {
	if f.t == nil {
		return nil
	}
	defer func() {
		f.t.close()
		f.t = nil
	}()
	return f.t.send(nil)
}

// goodClosedBehindInterface: abort closes whatever the transfer runs over.
func goodClosedBehindInterface(name string, memory bool) error {
	f := &transfer{name: name}
	if memory {
		f.t = &memTransport{make(chan []byte, 1)}
	} else {
		conn, err := net.ListenUDP("udp", nil)
		if err != nil {
			return err
		}
		f.t = &udpTransport{conn}
	}
	go func() {
		f.abort()
	}()
	return nil
}

// badBehindInterface only sends.
func badBehindInterface(name string) error {
	conn, err := net.ListenUDP("udp", nil) // want `conn from net.ListenUDP is never closed`
	if err != nil {
		return err
	}
	f := &transfer{name: name, t: &udpTransport{conn}}
	return f.t.send(nil)
}

// goodOverPacketConn: the listener ends with the packet conn that it runs over.
func goodOverPacketConn(ctx context.Context, pc *net.UDPConn, cfg *tls.Config) error {
	defer pc.Close()
	ln, err := quic.Listen(pc, cfg, nil)
	if err != nil {
		return err
	}
	session, err := ln.Accept(ctx)
	if err != nil {
		return err
	}
	return session.CloseWithError(0, "")
}

// badOverPacketConn leaves both open.
func badOverPacketConn(ctx context.Context, cfg *tls.Config) error {
	pc, err := net.ListenUDP("udp", nil) // want `pc from net.ListenUDP is never closed`
	if err != nil {
		return err
	}
	ln, err := quic.Listen(pc, cfg, nil) // want `ln from quic.Listen is never closed`
	if err != nil {
		return err
	}
	session, err := ln.Accept(ctx)
	if err != nil {
		return err
	}
	return session.CloseWithError(0, "")
}

// goodOverParameter: the caller closes the packet conn, and the listener with it.
func goodOverParameter(ctx context.Context, pc net.PacketConn, cfg *tls.Config) error {
	ln, err := quic.Listen(pc, cfg, nil)
	if err != nil {
		return err
	}
	session, err := ln.Accept(ctx)
	if err != nil {
		return err
	}
	return session.CloseWithError(0, "")
}

// goodSessionEnds: the goroutine ends the session with an error code.
func goodSessionEnds(ln *quic.Listener, handle func(*quic.Stream)) {
	for {
		session, err := ln.Accept(context.Background())
		if err != nil {
			return
		}
		go func(s *quic.Conn) {
			for {
				stream, err := s.AcceptStream(context.Background())
				if err != nil {
					s.CloseWithError(0, "")
					return
				}
				go handle(stream)
			}
		}(session)
	}
}

// chain is a list of connections: fields of fields of fields.
type chain struct {
	conn net.Conn
	next *chain
}

// goodWalksList closes all of them, however many.
func goodWalksList(first *chain) {
	c := first
	defer func() { c = nil }()
	for c != nil {
		c.conn.Close()
		next := &c.next
		c = *next
	}
}

type feed struct {
	send chan string
	conn net.Conn
}

// goodTwoGoroutines: the goroutines share the feed's conn, which the feed closes.
func (f *feed) goodTwoGoroutines(open func() (net.Conn, error), stop chan bool) {
	reader := func(c net.Conn) {
		for {
			if _, err := c.Read(nil); err != nil {
				c.Close()
				return
			}
		}
	}
	writer := func(c net.Conn) {
		for s := range f.send {
			if _, err := io.WriteString(c, s); err != nil {
				c.Close()
				return
			}
		}
	}
	go func() {
		for {
			conn, err := open()
			if err != nil {
				return
			}
			if f.conn != nil {
				f.conn.Close()
			}
			f.conn = conn
			go reader(f.conn)
			go writer(f.conn)
			<-stop
		}
	}()
}

type adapted struct {
	net.Listener
	file *os.File
}

func (a *adapted) dup() (err error) {
	tl, ok := a.Listener.(*net.TCPListener)
	if !ok {
		return errors.New("not TCP")
	}
	a.file, err = tl.File()
	return err
}

// adapt gives what it made even when the last step fails.
func adapt(ln net.Listener) (*adapted, error) {
	a := &adapted{Listener: ln}
	if err := a.dup(); err != nil {
		return nil, err
	}
	return a, syscall.SetNonblock(int(a.file.Fd()), true)
}

// badAdaptFails loses the listener when adapt fails early.
func badAdaptFails() (*adapted, error) {
	ln, err := net.Listen("tcp", ":0") // want `ln from net.Listen is not closed when adapt fails`
	if err != nil {
		return nil, err
	}
	return adapt(ln)
}

type group struct {
	mu      sync.Mutex
	running bool
	wg      sync.WaitGroup
}

// start forgets f once the group has stopped.
func (g *group) start(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running {
		g.wg.Add(1)
		go f()
	}
}

// tryStart tells.
func (g *group) tryStart(f func()) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running {
		g.wg.Add(1)
		go f()
	}
	return g.running
}

func serve(conn net.Conn) {
	defer conn.Close()
	io.Copy(io.Discard, conn)
}

// badDropped: nobody closes the conn that the group does not serve.
func badDropped(g *group, ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `conn from \(net.Listener\).Accept is not closed`
		if err != nil {
			return
		}
		g.start(func() {
			serve(conn)
			g.wg.Done()
		})
	}
}

// goodDropped closes it.
func goodDropped(g *group, ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		started := g.tryStart(func() {
			serve(conn)
			g.wg.Done()
		})
		if !started {
			conn.Close()
		}
	}
}

// goodOverClosed: the session ends with the packet conn below its listener.
func goodOverClosed(ctx context.Context, cfg *tls.Config) error {
	pc, err := net.ListenUDP("udp", nil)
	if err != nil {
		return err
	}
	defer func() { _ = pc.Close() }()
	ln, err := quic.ListenEarly(pc, cfg, nil)
	if err != nil {
		return err
	}
	defer func() { _ = ln.Close() }()
	session, err := ln.Accept(ctx)
	if err != nil {
		return err
	}
	_, err = session.AcceptStream(ctx)
	return err
}

// muxed has the multiplexer and the conn below it; closing the one closes both.
type muxed struct {
	conn    net.Conn
	session *yamux.Session
}

func (m *muxed) Close() error { return m.session.Close() }

func mux(conn net.Conn) (*muxed, error) {
	session, err := yamux.Client(conn, nil)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &muxed{conn: conn, session: session}, nil
}

// goodClosedByMultiplexer: the session's Close closes the conn.
func goodClosedByMultiplexer(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	m, err := mux(conn)
	if err != nil {
		return err
	}
	_, err = m.session.Ping()
	m.Close()
	return err
}

// goodSessionOver: no stream comes when the session has ended.
func goodSessionOver(ln *quic.Listener, handle func(*quic.Conn, *quic.Stream)) error {
	session, err := ln.Accept(context.Background())
	if err != nil {
		return err
	}
	stream, err := session.AcceptStream(context.Background())
	if err != nil {
		return err
	}
	go handle(session, stream)
	return nil
}

// badSessionTimeout: the context ends before the session does.
func badSessionTimeout(ctx context.Context, ln *quic.Listener, handle func(*quic.Conn, *quic.Stream)) error {
	session, err := ln.Accept(context.Background()) // want "session from .*Accept is not closed when .*AcceptStream fails"
	if err != nil {
		return err
	}
	stream, err := session.AcceptStream(ctx)
	if err != nil {
		return err
	}
	go handle(session, stream)
	return nil
}

// goodHasRemote: a connection that has been accepted has a peer.
func goodHasRemote(ln net.Listener, handle func(net.Conn, net.Addr)) error {
	conn, err := ln.Accept()
	if err != nil {
		return err
	}
	from := conn.RemoteAddr()
	if from == nil {
		return errors.New("no peer")
	}
	go handle(conn, from)
	return nil
}
