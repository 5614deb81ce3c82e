package keys

import (
	"bufio"
	"io"
	"net"
	"strings"
	"sync"
)

type pool struct {
	mu      sync.Mutex
	members map[net.Conn]*member
}

type member struct {
	conn net.Conn
	pool *pool
}

func (m *member) close() {
	m.conn.Close()
	m.conn = nil
}

func (p *pool) drop(m *member) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.members, m.conn)
}

// badClosedFirst: deferred calls run last to first, so the key is nil in drop.
func (p *pool) badClosedFirst(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		m := &member{conn: conn, pool: p}
		p.mu.Lock()
		p.members[conn] = m // want `field members of pool gets an entry for every accepted connection and never loses one: the removal at line 29 uses a key that cannot match`
		p.mu.Unlock()
		go m.run()
	}
}

func (m *member) run() {
	defer m.pool.drop(m)
	defer m.close()
	io.Copy(io.Discard, m.conn)
}

type orderly struct {
	mu      sync.Mutex
	members map[net.Conn]*guest
}

type guest struct {
	conn net.Conn
	home *orderly
}

func (g *guest) close() {
	g.conn.Close()
	g.conn = nil
}

func (p *orderly) drop(g *guest) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.members, g.conn)
}

// goodDroppedFirst: the other way round.
func (p *orderly) goodDroppedFirst(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		g := &guest{conn: conn, home: p}
		p.mu.Lock()
		p.members[conn] = g
		p.mu.Unlock()
		go g.run()
	}
}

func (g *guest) run() {
	defer g.close()
	defer g.home.drop(g)
	io.Copy(io.Discard, g.conn)
}

// badNamedLater: kept under the name that the client sends, removed by address.
func badNamedLater(ln net.Listener) error {
	var mu sync.Mutex
	conns := make(map[string]net.Conn)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		id := conn.RemoteAddr().String()
		go func() {
			defer func() {
				mu.Lock()
				delete(conns, id)
				mu.Unlock()
				conn.Close()
			}()
			name, err := bufio.NewReader(conn).ReadString('\n')
			if err != nil {
				return
			}
			mu.Lock()
			conns[strings.TrimSpace(name)] = conn // want `conns gets an entry for every accepted connection and never loses one: the removal at line 108 uses a key that cannot match`
			mu.Unlock()
			io.Copy(io.Discard, conn)
		}()
	}
}

// goodNamed: under the name at both ends.
func goodNamed(ln net.Listener) error {
	var mu sync.Mutex
	conns := make(map[string]net.Conn)
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			name, err := bufio.NewReader(conn).ReadString('\n')
			if err != nil {
				return
			}
			name = strings.TrimSpace(name)
			mu.Lock()
			conns[name] = conn
			mu.Unlock()
			defer func() {
				mu.Lock()
				delete(conns, name)
				mu.Unlock()
			}()
			io.Copy(io.Discard, conn)
		}()
	}
}
