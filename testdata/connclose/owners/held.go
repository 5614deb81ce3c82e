package owners

import (
	"io"
	"log"
	"net"
	"sync"
	"sync/atomic"
)

// A Tracker takes over connections, unless it fails.
type Tracker interface {
	GoodTrack(conn net.Conn) error
	BadTrack(conn net.Conn) error
}

type tracker struct {
	mu    sync.Mutex
	conns map[string]net.Conn
}

func (t *tracker) known(conn net.Conn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.conns[conn.RemoteAddr().String()] != nil
}

// GoodTrack leaves what it knows open: who calls it closes it then.
func (t *tracker) GoodTrack(conn net.Conn) error {
	if t.known(conn) {
		return errRefused
	}
	if err := ping(conn); err != nil {
		conn.Close()
		return err
	}
	t.conns[conn.RemoteAddr().String()] = conn
	return nil
}

// BadTrack leaves it open, too, and nobody closes it.
func (t *tracker) BadTrack(conn net.Conn) error { // want "parameter conn is not closed on every path"
	if t.known(conn) {
		return errRefused
	}
	if err := ping(conn); err != nil {
		conn.Close()
		return err
	}
	t.conns[conn.RemoteAddr().String()] = conn
	return nil
}

// A door lets connections in.
type door struct {
	ln      net.Listener
	tracker Tracker
}

func (d *door) open() error {
	for {
		conn, err := d.ln.Accept()
		if err != nil {
			return err
		}
		if err := d.tracker.GoodTrack(conn); err != nil {
			log.Print(err)
			conn.Close()
		}
	}
}

func (d *door) openWider() error {
	for {
		conn, err := d.ln.Accept()
		if err != nil {
			return err
		}
		if err := d.tracker.BadTrack(conn); err != nil {
			log.Print(err)
		}
	}
}

// A counted connection counts what it reads.
type counted struct {
	net.Conn
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.n += int64(n)
	return n, err
}

// goodHello closes early: its caller closes the wrapper in any case.
func goodHello(conn net.Conn) error {
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		return err
	}
	if err := ping(conn); err != nil {
		conn.Close()
		return err
	}
	_, err := io.Copy(io.Discard, conn)
	return err
}

func visit(addr string, seen func(*counted)) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	c := &counted{Conn: conn}
	seen(c)
	err = goodHello(c)
	log.Print(c.n, err)
	return c.Close()
}

// goodGreeting: its caller closes the connection below the wrapper.
func goodGreeting(conn net.Conn) error {
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		return err
	}
	if err := ping(conn); err != nil {
		conn.Close()
		return err
	}
	return nil
}

func receive(conn net.Conn) {
	defer conn.Close()
	if err := goodGreeting(&counted{Conn: conn}); err != nil {
		log.Print(err)
	}
}

// badGreeting: its caller closes neither.
func badGreeting(conn net.Conn) error { // want "parameter conn is not closed when .*Write fails"
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		return err
	}
	if err := ping(conn); err != nil {
		conn.Close()
		return err
	}
	return conn.Close()
}

func Welcome(conn net.Conn) {
	if err := badGreeting(&counted{Conn: conn}); err != nil {
		log.Print(err)
	}
}

// A peer is connected once.
type peer struct {
	connected  int32
	disconnect atomic.Bool
	conn       net.Conn
}

// GoodAssociate does nothing on a peer that is connected: the connection stays its
// caller's.
func (p *peer) GoodAssociate(conn net.Conn) {
	if !atomic.CompareAndSwapInt32(&p.connected, 0, 1) {
		return
	}
	if p.disconnect.Load() {
		conn.Close()
		return
	}
	p.conn = conn
}

// GoodAttach: the same with the methods.
func (p *peer) GoodAttach(conn net.Conn) {
	if p.disconnect.Load() {
		return
	}
	if err := ping(conn); err != nil {
		conn.Close()
		return
	}
	p.conn = conn
}

// BadAttach: what ping says decides, not the peer.
func (p *peer) BadAttach(conn net.Conn) { // want "parameter conn is not closed when .*Write fails"
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		return
	}
	if err := ping(conn); err != nil {
		conn.Close()
		return
	}
	p.conn = conn
}
