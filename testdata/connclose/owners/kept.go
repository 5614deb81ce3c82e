package owners

import (
	"errors"
	"io"
	"log"
	"net"
)

// A server serves a listener.
type server struct{ ln net.Listener }

func newServer(addr string) (*server, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &server{ln: ln}, nil
}

func (s *server) Close() error { return s.ln.Close() }

func (s *server) Serve() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go Handle(conn)
	}
}

// Servers are all the servers.
type Servers struct {
	list   []io.Closer
	errors chan error
}

// Close closes them all.
func (s *Servers) Close() {
	for _, c := range s.list {
		c.Close()
	}
}

// A packetServer reads packets of the connection that it embeds.
type packetServer struct {
	*net.UDPConn
	handlers []func([]byte)
}

func newPacketServer(addr *net.UDPAddr) (*packetServer, error) {
	conn, err := net.ListenUDP("udp", addr)
	if err != nil {
		return nil, err
	}
	return &packetServer{UDPConn: conn}, nil
}

func (s *packetServer) Serve() error {
	for {
		buf := make([]byte, 1500)
		n, _, err := s.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return nil
		} else if err != nil {
			return err
		}
		for _, h := range s.handlers {
			h(buf[:n])
		}
	}
}

// goodStartPackets does the same with the servers of several addresses.
func goodStartPackets(addrs []net.UDPAddr, handlers []func([]byte)) (*Servers, error) {
	srv := Servers{errors: make(chan error)}
	var err error
	if handlers != nil {
		for _, addr := range addrs {
			var s *packetServer
			s, err = newPacketServer(&addr)
			if err != nil {
				goto cleanup
			}
			s.handlers = handlers
			srv.list = append(srv.list, s)
			go func() {
				srv.errors <- s.Serve()
			}()
		}
	}
	return &srv, nil
cleanup:
	srv.Close()
	return nil, err
}

// goodStart keeps each server in a list that is returned, or closed on failure.
func goodStart(addrs []string) (*Servers, error) {
	srv := Servers{errors: make(chan error)}
	var err error
	for _, addr := range addrs {
		var s *server
		s, err = newServer(addr)
		if err != nil {
			goto cleanup
		}
		srv.list = append(srv.list, s)
		go func() {
			srv.errors <- s.Serve()
		}()
	}
	return &srv, nil
cleanup:
	srv.Close()
	return nil, err
}

// A target is one of several kinds.
type target struct {
	kind   int
	addr   string
	flight *server
}

// A sender has targets.
type sender struct {
	targets []*target
	stop    chan struct{}
}

func (s *sender) Stop() {
	for _, t := range s.targets {
		t.flight.Close()
	}
}

func (s *sender) later(addr string) { go log.Print(addr) }

func (s *sender) work() {
	<-s.stop
	s.Stop()
}

// goodSender keeps what it makes in a list of the object that it returns.
func goodSender(addrs []string) (*sender, error) {
	s := &sender{targets: make([]*target, 0), stop: make(chan struct{})}
	for _, addr := range addrs {
		if addr == "" {
			continue
		}
		if addr[0] == ':' {
			t, err := newServer(addr)
			if err != nil {
				log.Print(err)
				continue
			}
			s.targets = append(s.targets, &target{kind: 1, flight: t})
			continue
		}
		s.targets = append(s.targets, &target{kind: 2, addr: addr})
	}
	for _, t := range s.targets {
		if t.kind == 2 {
			s.later(t.addr)
		}
	}
	go s.work()
	return s, nil
}

// dialWith gives the connection to fn before it returns it.
func dialWith(addr string, fn func(net.Conn) error) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if fn == nil {
		return conn, nil
	}
	if err := fn(conn); err != nil {
		return nil, err
	}
	return conn, nil
}

func (s *Session) set(conn net.Conn) { s.conn = conn }

// goodCallback's session has the connection.
func goodCallback(addr string) (*Session, error) {
	s := &Session{}
	_, err := dialWith(addr, func(conn net.Conn) error {
		s.set(conn)
		return ping(conn)
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// badCallback's function only uses it.
func badCallback(addr string) error {
	_, err := dialWith(addr, func(conn net.Conn) error { // want "never closed"
		return ping(conn)
	})
	return err
}

// Messages reads and writes messages.
type Messages interface {
	ReadMessage() ([]byte, error)
	Close() error
}

// A Socket gives connections that give messages.
type Socket interface {
	Dial(addr string) (SocketConn, error)
}

// A SocketConn is a connection, or its messages.
type SocketConn interface {
	net.Conn
	Messages() Messages
}

// A codec closes its messages.
type codec struct{ m Messages }

func (c *codec) Close() error { return c.m.Close() }

// goodMessages closes the connection by what stands for it.
func goodMessages(s Socket, addr string) (*codec, error) {
	c, err := s.Dial(addr)
	if err != nil {
		return nil, err
	}
	return &codec{c.Messages()}, nil
}

// goodKnownType: a listener of this network has one type.
func goodKnownType(addr string) (*net.TCPListener, error) {
	network := "tcp4"
	if len(addr) > 15 {
		network = "tcp6"
	}
	l, err := net.Listen(network, addr)
	if err != nil {
		return nil, err
	}
	if t, ok := l.(*net.TCPListener); ok {
		return t, nil
	}
	return nil, errRefused
}

// badFamily: one of the networks is of no family that is known.
func badFamily(addr, network string, other bool) (*net.TCPListener, error) {
	if other {
		network = "tcp"
	} else {
		network = "vsock"
	}
	l, err := net.Listen(network, addr) // want "l from net.Listen is not closed on every path"
	if err != nil {
		return nil, err
	}
	if t, ok := l.(*net.TCPListener); ok {
		return t, nil
	}
	return nil, errRefused
}

// goodStarted: a goroutine closes what the variable holds at a signal.
func goodStarted(addr string, signal chan struct{}) (string, error) {
	var conn net.Conn
	var err error
	go func() {
		<-signal
		if conn != nil {
			conn.Close()
		}
	}()
	conn, err = net.Dial("tcp", addr)
	if err != nil {
		return "", err
	}
	buf := make([]byte, 10)
	if _, err := conn.Read(buf); err != nil {
		return "", err
	}
	return string(buf), conn.Close()
}

func withRecover(fn func()) {
	defer func() {
		if r := recover(); r != nil {
			log.Print(r)
		}
	}()
	fn()
}

// tended gives a listener that a goroutine serves, and closes.
func tended(addr string, out chan<- net.Conn) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	go withRecover(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				log.Print(err)
				ln.Close()
				return
			}
			out <- conn
		}
	})
	return ln, nil
}

// goodTended asks for the port only.
func goodTended(addr string, out chan<- net.Conn) (int, error) {
	ln, err := tended(addr, out)
	if err != nil {
		return 0, err
	}
	port := ln.Addr().(*net.TCPAddr).Port
	if port == 0 {
		return 0, errRefused
	}
	return port, nil
}
