// Package owners holds connections that somebody else has to close, or has kept.
package owners

import (
	"bufio"
	"errors"
	"log"
	"net"
	"sync"
)

var errRefused = errors.New("refused")

// A pair is an older connection of a client.
type pair struct{ conn net.Conn }

// A pool keeps a connection for each client.
type pool struct {
	mu    sync.Mutex
	conns map[string]pair
}

func ping(conn net.Conn) error {
	_, err := conn.Write([]byte("PING\n"))
	return err
}

// GoodAdd keeps conn when it succeeds; its caller closes it when it fails.
func (p *pool) GoodAdd(conn net.Conn, id string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if old, ok := p.conns[id]; ok {
		if err := ping(old.conn); err == nil {
			return errRefused
		}
		old.conn.Close()
		delete(p.conns, id)
	}
	if err := ping(conn); err != nil {
		return err
	}
	if id == "" {
		conn.Close()
		return errRefused
	}
	p.conns[id] = pair{conn}
	return nil
}

// Register is its only caller.
func (p *pool) Register(conn net.Conn, id string) {
	if err := p.GoodAdd(conn, id); err != nil {
		log.Print(err)
		goto reject
	}
	return
reject:
	conn.Close()
}

// GoodSetup fails and leaves conn open, as its caller closes it then.
func GoodSetup(conn net.Conn) (*bufio.Reader, error) {
	if err := ping(conn); err != nil {
		return nil, err
	}
	r := bufio.NewReader(conn)
	if b, err := r.ReadByte(); err != nil || b != '+' {
		conn.Close()
		return nil, errRefused
	}
	return r, nil
}

func handshake(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if _, err := GoodSetup(conn); err != nil {
		conn.Close()
		return err
	}
	return conn.Close()
}

// Handle owns its connection to the end, whatever a goroutine does with it.
func Handle(conn net.Conn) {
	defer func() {
		if err := conn.Close(); err != nil {
			log.Print(err)
		}
	}()
	buf := make([]byte, 1)
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
		if buf[0] == 'p' {
			go goodPlay(conn)
		}
	}
}

// goodPlay is started by a handler that closes conn.
func goodPlay(conn net.Conn) {
	if err := ping(conn); err != nil {
		return
	}
	defer conn.Close()
	for {
		if err := ping(conn); err != nil {
			return
		}
	}
}

// A Session has a connection of its own.
type Session struct {
	conn net.Conn
	err  error
}

func (s *Session) Close() error { return s.conn.Close() }

// Run works on its own session.
func (s *Session) Run() {
	for s.err == nil {
		s.err = goodDecode(s)
	}
}

func (s *Session) SetDeadline() {}

// goodDecode ends the session of its caller when the peer is wrong, but does not own it.
func goodDecode(s *Session) error {
	buf := make([]byte, 1)
	if _, err := s.conn.Read(buf); err != nil {
		return err
	}
	if buf[0] == 'x' {
		s.Close()
		return errRefused
	}
	return nil
}

// A link holds its connection in a field.
type link struct{ conn net.Conn }

func (l *link) run() {
	for l.GoodStep(l.conn) == nil {
	}
}

// GoodStep is given what the link holds.
func (l *link) GoodStep(conn net.Conn) error {
	buf := make([]byte, 1)
	if _, err := conn.Read(buf); err != nil {
		return err
	}
	if buf[0] == 'x' {
		conn.Close()
		return errRefused
	}
	return nil
}

// BadServe closes its listener on all its ends but one, and its only caller does not.
func BadServe(l net.Listener, closing func() bool) error { // want "parameter l is not closed on every path"
	if closing() {
		return errRefused
	}
	for {
		conn, err := l.Accept()
		if err != nil {
			l.Close()
			return err
		}
		go Handle(conn)
	}
}

// ListenAndServe drops its listener when it was closed before.
func ListenAndServe(addr string, closing func() bool) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return BadServe(l, closing)
}

// A handlerFunc is what a library runs for each connection.
type handlerFunc func(conn net.Conn) error

// goodHandler: who runs the literal closes the connection when it returns, for all that is known here.
func goodHandler(register func(h handlerFunc)) {
	h := func(conn net.Conn) error {
		if err := ping(conn); err != nil {
			return err
		}
		buf := make([]byte, 1)
		if _, err := conn.Read(buf); err != nil {
			conn.Close()
			return err
		}
		return conn.Close()
	}
	register(handlerFunc(h))
}

// goodSplit: the address was dialled, whatever it was resolved to.
func goodSplit(network, address string, d *net.Dialer) (net.Conn, string, error) {
	if d == nil {
		address = resolve(address)
		d = &net.Dialer{}
	}
	var conn net.Conn
	var err error
	if network == "ns" {
		err = within(func() (e error) {
			conn, e = d.Dial(network, address)
			return e
		})
	} else {
		conn, err = d.Dial(network, address)
	}
	if err != nil {
		return nil, "", err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, "", err
	}
	return conn, host, nil
}

func resolve(address string) string {
	if address == "" {
		return "localhost:1"
	}
	return address
}

func within(f func() error) error { return f() }

// dialled is what a dialler keeps for a while.
type dialled struct{ net.Conn }

// goodGreetsDialled has its connection from a caller that closes it whatever comes,
// by a variable that a literal has filled.
func goodGreetsDialled(c net.Conn, hello []byte) error {
	if _, err := c.Write(hello); err != nil {
		return err
	}
	if _, err := c.Read(make([]byte, 1)); err != nil {
		c.Close()
		return err
	}
	return nil
}

func dialsAndGreets(addr string, once func(func())) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	var d *dialled
	once(func() { d = &dialled{Conn: conn} })
	err = goodGreetsDialled(d, nil)
	d.Close()
	return err
}

// goodRunBySomebody: whoever is given the literal runs it, or does not.
func goodRunBySomebody(addr string, once func(func())) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	var c net.Conn
	once(func() { c = conn })
	_, err = c.Write(nil)
	c.Close()
	return err
}

// badReadBySomebody: the literal uses the connection, and no variable has it after.
func badReadBySomebody(addr string, once func(func())) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is never closed"
	if err != nil {
		return err
	}
	once(func() { _, err = conn.Read(make([]byte, 1)) })
	return err
}
