package goroutines

import (
	"io"
	"net"
)

// A pool's workers close what they have served.
type pool struct{ jobs chan net.Conn }

func (p *pool) work() {
	for conn := range p.jobs {
		io.Copy(conn, conn)
		conn.Close()
	}
}

// offer takes conn when it answers true.
func (p *pool) offer(conn net.Conn) bool {
	select {
	case p.jobs <- conn:
		return true
	default:
		return false
	}
}

// badPoolRefuses: a busy pool's answer is not looked at.
func (p *pool) badPoolRefuses(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed"
		if err != nil {
			return err
		}
		if !p.offer(conn) {
			conn.Write([]byte("busy\n"))
		}
	}
}

// goodPoolRefuses: closed in place when the pool refuses.
func (p *pool) goodPoolRefuses(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if !p.offer(conn) {
			conn.Write([]byte("busy\n"))
			conn.Close()
		}
	}
}
