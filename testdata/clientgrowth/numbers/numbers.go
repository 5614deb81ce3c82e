// Package numbers keeps connections under numbers.
package numbers

import (
	"net"
	"strconv"
	"sync"
	"syscall"

	"sockvet.test/clientgrowth/lib/number"
)

type server struct {
	ln     *net.TCPListener
	byFd   sync.Map
	byRaw  map[int]net.Conn
	byFile map[uintptr]net.Conn
	byText map[string]net.Conn
	byPart map[int]net.Conn
	byNext map[int64]net.Conn
	all    []net.Conn
}

func serve(c net.Conn) {
	defer c.Close()
	buf := make([]byte, 512)
	for {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

// goodDescriptor: the next connection with the number replaces the entry.
func (s *server) goodDescriptor() error {
	for {
		conn, err := s.ln.AcceptTCP()
		if err != nil {
			return err
		}
		s.byFd.Store(number.Of(conn), conn)
		go serve(conn)
	}
}

// goodRaw: by the raw connection.
func (s *server) goodRaw() error {
	for {
		conn, err := s.ln.AcceptTCP()
		if err != nil {
			return err
		}
		fd, err := number.Raw(conn)
		if err != nil {
			conn.Close()
			continue
		}
		s.byRaw[fd] = conn
		go serve(conn)
	}
}

// goodFile: by a file of the connection.
func (s *server) goodFile() error {
	for {
		conn, err := s.ln.AcceptTCP()
		if err != nil {
			return err
		}
		file, err := conn.File()
		if err != nil {
			conn.Close()
			continue
		}
		s.byFile[file.Fd()] = conn
		file.Close()
		go serve(conn)
	}
}

// goodText: the number as a text.
func (s *server) goodText() error {
	for {
		conn, err := s.ln.AcceptTCP()
		if err != nil {
			return err
		}
		s.byText[strconv.Itoa(number.Of(conn))] = conn
		go serve(conn)
	}
}

type client struct {
	fd   int
	conn net.Conn
}

// goodPart: the number is in a field of the client.
func (s *server) goodPart() error {
	for {
		conn, err := s.ln.AcceptTCP()
		if err != nil {
			return err
		}
		c := &client{fd: number.Of(conn), conn: conn}
		s.keep(c)
		go serve(conn)
	}
}

func (s *server) keep(c *client) { s.byPart[c.fd] = c.conn }

// badNext: a counter never comes again.
func (s *server) badNext() error {
	for {
		conn, err := s.ln.AcceptTCP()
		if err != nil {
			return err
		}
		s.byNext[number.Next()] = conn // want `field byNext of server gets an entry for every accepted connection and never loses one`
		go serve(conn)
	}
}

// badAll: what grows besides.
func (s *server) badAll() error {
	for {
		conn, err := s.ln.AcceptTCP()
		if err != nil {
			return err
		}
		s.byFd.Store(number.Of(conn), conn)
		s.all = append(s.all, conn) // want `field all of server gets an entry for every accepted connection and never loses one`
		go serve(conn)
	}
}

// poll is a server on raw descriptors.
type poll struct{ clients map[int]*rawClient }

type rawClient struct{ fd int }

// goodAccepted: the number is what accept gives.
func (p *poll) goodAccepted(ln int) error {
	for {
		fd, _, err := syscall.Accept(ln)
		if err != nil {
			return err
		}
		p.clients[fd] = &rawClient{fd: fd}
	}
}
