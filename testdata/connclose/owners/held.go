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

// Receive closes what it is given when it is refused, through one function and
// another.
func Receive(conn net.Conn) {
	if err := pass(conn); err != nil {
		conn.Close()
		return
	}
	go receive(conn)
}

// pass only passes it on.
func pass(conn net.Conn) error {
	if err := ping(conn); err != nil {
		return err
	}
	return Choose(conn, 2)
}

// Choose passes it on, too, or refuses.
func Choose(conn net.Conn, method byte) error {
	if method > 2 {
		return errRefused
	}
	return goodSelect(conn, method)
}

// goodSelect closes early: who is two callers up closes it when it fails.
func goodSelect(conn net.Conn, method byte) error {
	if _, err := conn.Write([]byte{method}); err != nil {
		conn.Close()
		return err
	}
	if method == 2 {
		return conn.Close()
	}
	_ = ping(conn)
	return errRefused
}

// Enter closes what it is given in any case.
func Enter(conn net.Conn) {
	defer conn.Close()
	func() {
		if err := enter(conn); err != nil {
			log.Print(err)
		}
	}()
}

// enter passes it on in a literal.
func enter(conn net.Conn) (err error) {
	func() { err = GoodEntry(conn) }()
	return err
}

// GoodEntry may close early.
func GoodEntry(conn net.Conn) error {
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		conn.Close()
		return err
	}
	if err := ping(conn); err != nil {
		return err
	}
	return conn.Close()
}

// Offer does not close it.
func Offer(conn net.Conn, method byte) {
	if err := offer(conn, method); err != nil {
		log.Print(err)
	}
}

// offer passes it on, or refuses.
func offer(conn net.Conn, method byte) error {
	if method > 2 {
		return errRefused
	}
	return badSelect(conn, method)
}

// badSelect: nobody closes it where it does not.
func badSelect(conn net.Conn, method byte) error { // want "parameter conn is not closed on every path"
	if _, err := conn.Write([]byte{method}); err != nil {
		conn.Close()
		return err
	}
	if method == 2 {
		return conn.Close()
	}
	_ = ping(conn)
	return errRefused
}

// Spawn starts what passes it on.
func Spawn(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go spawned(conn)
	}
}

// spawned is a goroutine that passes it on: there is no caller that has it still.
func spawned(conn net.Conn) {
	if err := BadSpawned(conn); err != nil {
		log.Print(err)
	}
}

// BadSpawned closes on one of two failures.
func BadSpawned(conn net.Conn) error { // want "parameter conn is not closed when ping fails"
	if _, err := conn.Write([]byte("HELO\n")); err != nil {
		conn.Close()
		return err
	}
	if err := ping(conn); err != nil {
		return err
	}
	return conn.Close()
}

// badAround: functions that pass it round and round are followed once.
func badAround(conn net.Conn, n int) error { // want "parameter conn is not closed when ping fails"
	if _, err := conn.Write([]byte{2}); err != nil {
		conn.Close()
		return err
	}
	if err := ping(conn); err != nil {
		return err
	}
	if n > 0 {
		return around(conn, n-1)
	}
	return conn.Close()
}

func around(conn net.Conn, n int) error { return badAround(conn, n) }
