// Package pooluser keeps connections in collections of another package.
package pooluser

import (
	"net"

	"sockvet.test/clientgrowth/lib/pool"
)

func serve(c net.Conn) {
	defer c.Close()
	buf := make([]byte, 512)
	for {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

type server struct {
	ln       net.Listener
	sessions *pool.Manager
	other    *pool.Manager
	served   *pool.Manager
	expiring *pool.Expiring
	log      pool.Log
	conns    pool.Conns
}

// badManager: Remove exists, nobody calls it.
func (s *server) badManager() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.sessions.Add(&pool.Session{ID: conn.RemoteAddr().String(), Conn: conn}) // want `field sessions of server gets an entry for every accepted connection and never loses one: \(\*pool.Manager\).Remove, which removes it, is not called when a connection ends`
		go serve(conn)
	}
}

// badLog: there is no removal at all.
func (s *server) badLog() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.log.Keep(conn) // want `field log of server gets an entry for every accepted connection and never loses one: it grows`
		go serve(conn)
	}
}

// HandleConnection serves a connection that somebody else accepted.
//
// badHandler: the pool outlives the connection, and the function is its end.
func HandleConnection(p *pool.Conns, conn *net.TCPConn) {
	buf := make([]byte, 512)
	p.Add(conn) // want `\(\*pool.Conns\).Remove, which removes it, is not called when a connection ends`
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
	}
}

// goodManager: removed at the end.
func (s *server) goodManager() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		ses := &pool.Session{ID: conn.RemoteAddr().String(), Conn: conn}
		s.other.Add(ses)
		go func() {
			defer s.other.Remove(ses.ID)
			serve(conn)
		}()
	}
}

// goodExpiring: it looks after itself.
func (s *server) goodExpiring() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.expiring.Add(conn)
		go serve(conn)
	}
}

// goodSlice: the type's own remover.
func (s *server) goodSlice() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.conns.Add(conn)
		go func() {
			serve(conn)
			s.conns.Remove(conn)
		}()
	}
}

// badPassedPool: the pool is a variable of the function that starts the loop.
func badPassedPool(ln net.Listener) *pool.Conns {
	conns := make(pool.Conns, 0, 5)
	go acceptInto(&conns, ln)
	return nil
}

func acceptInto(p *pool.Conns, ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		p.Add(conn) // want `conns gets an entry for every accepted connection and never loses one: \(\*pool.Conns\).Remove, which removes it`
		go serve(conn)
	}
}

// goodServedThere: the pool's own package removes what it serves.
func (s *server) goodServedThere() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		session := &pool.Session{ID: conn.RemoteAddr().String(), Conn: conn}
		s.served.Add(session)
		go pool.ServeSession(s.served, session)
	}
}
