// Package exits holds removals on some ways out only.
package exits

import (
	"bufio"
	"errors"
	"net"
	"sync"
)

type server struct {
	ln      net.Listener
	mu      sync.Mutex
	a, b, c map[net.Conn]string
	d, e    map[net.Conn]string
	flagged map[net.Conn]bool
}

func login(c net.Conn) (string, error) { return bufio.NewReader(c).ReadString('\n') }

func talk(c net.Conn) error {
	buf := make([]byte, 512)
	for {
		if _, err := c.Read(buf); err != nil {
			return err
		}
	}
}

// badEarlyReturn: who fails to log in stays.
func (s *server) badEarlyReturn() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.a[conn] = "" // want `field a of server gets an entry for every accepted connection and does not lose it when login fails \(returns at line \d+\)`
		go s.handleA(conn)
	}
}

func (s *server) handleA(conn net.Conn) {
	defer conn.Close()
	name, err := login(conn)
	if err != nil {
		return
	}
	_ = name
	talk(conn)
	delete(s.a, conn)
}

// badInHandler: inserted in the handler itself.
func (s *server) badInHandler() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go s.handleB(conn)
	}
}

func (s *server) handleB(conn net.Conn) {
	defer conn.Close()
	s.addB(conn)
	if _, err := login(conn); err != nil {
		return
	}
	if err := talk(conn); err != nil {
		s.removeB(conn)
		return
	}
	s.removeB(conn)
}

func (s *server) addB(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.b[conn] = "new" // want `field b of server gets an entry for every accepted connection and does not lose it when login fails`
}

func (s *server) removeB(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.b, conn)
}

// badDeferredLate: the defer is not registered yet.
func (s *server) badDeferredLate() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			s.c[conn] = "" // want `does not lose it when login fails`
			if _, err := login(conn); err != nil {
				return
			}
			defer delete(s.c, conn)
			talk(conn)
		}()
	}
}

// goodDeferFirst: registered before anything can fail.
func (s *server) goodDeferFirst() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.d[conn] = ""
		go func() {
			defer conn.Close()
			defer delete(s.d, conn)
			if _, err := login(conn); err != nil {
				return
			}
			talk(conn)
		}()
	}
}

// goodInsertedLate: only who has logged in is there.
func (s *server) goodInsertedLate() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go s.handleE(conn)
	}
}

func (s *server) handleE(conn net.Conn) {
	defer conn.Close()
	name, err := login(conn)
	if err != nil {
		return
	}
	s.e[conn] = name
	talk(conn)
	delete(s.e, conn)
}

// goodFlag: a flag says whether there is anything to remove.
func (s *server) goodFlag() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go s.handleFlag(conn)
	}
}

func (s *server) handleFlag(conn net.Conn) {
	registered := false
	defer func() {
		if registered {
			delete(s.flagged, conn)
		}
		conn.Close()
	}()
	s.flagged[conn] = true
	registered = true
	if talk(conn) == nil {
		panic(errors.New("no end"))
	}
}
