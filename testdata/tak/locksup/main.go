// Command locksup has the shape of a TAK server whose TLS port locks up, with
// everything that its first version did wrong:
//
//	(a) listen(0) on the TLS socket and listen(1) on the plain one
//	(b) accept completes the TLS handshake, with a timeout for each read only
//	(c) the constructor of a client shakes hands, on the goroutine that accepts
//	(d) the clients are appended to and never pruned
//	(e) at "too many open files" the loop closes the listener and ends
//	(f) the socket is not closed when bind fails
package main

import (
	"bufio"
	"crypto/tls"
	"log"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	tlsPort   = 8089
	plainPort = 8087
	timeout   = time.Second
)

func main() {
	cert, err := tls.LoadX509KeyPair("server.pem", "server.key")
	if err != nil {
		log.Fatal(err)
	}
	s := &server{config: &tls.Config{Certificates: []tls.Certificate{cert}}}
	if err := s.start(); err != nil {
		log.Fatal(err)
	}
	select {}
}

type server struct {
	config *tls.Config

	mu      sync.Mutex
	clients []*client
}

func (s *server) start() error {
	secure, err := listen(tlsPort, 0) // want listenbacklog "backlog 0 is below 128: only 1 client fits"
	if err != nil {
		return err
	}
	plain, err := listen(plainPort, 1) // want listenbacklog "backlog 1 is below 128: only 2 clients fit"
	if err != nil {
		secure.Close()
		return err
	}
	go s.serve(&secureListener{secure, s.config})
	go s.serve(plain)
	return nil
}

func listen(port, backlog int) (net.Listener, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0) // want connclose "fd from unix.Socket is not closed when unix.Bind fails .* for ever"
	if err != nil {
		return nil, err
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: port}); err != nil {
		return nil, err
	}
	if err := unix.Listen(fd, backlog); err != nil {
		unix.Close(fd)
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "listener")
	defer f.Close()
	return net.FileListener(f)
}

// A secureListener accepts clients whose handshake is done.
type secureListener struct {
	net.Listener
	config *tls.Config
}

func (l *secureListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want acceptblock "one silent client stops all others: [(][*]secureListener[)].Accept waits for it in [(][*]tls.Conn[)].Handshake .*bounded to 1s by SetReadDeadline"
	if err != nil {
		return nil, err
	}
	secure := tls.Server(patient{conn}, l.config)
	if err := secure.Handshake(); err != nil {
		log.Print(err)
	}
	return secure, nil
}

// patient waits a second for each read.
type patient struct{ net.Conn }

func (p patient) Read(b []byte) (int, error) {
	if err := p.SetReadDeadline(time.Now().Add(timeout)); err != nil {
		return 0, err
	}
	return p.Conn.Read(b)
}

func (s *server) serve(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want accepterror "ends the accept loop and nobody is told" acceptblock "the accept loop waits for it in .*accept loop -> newClient -> [(][*]client[)].handshake -> [(][*]bufio.Reader[)].ReadString, bounded to 1s"
		if err != nil {
			log.Print(err)
			ln.Close()
			return
		}
		c, err := newClient(conn)
		if err != nil {
			log.Print(err)
			continue
		}
		s.mu.Lock()
		s.clients = append(s.clients, c) // want clientgrowth "field clients of server gets an entry for every accepted connection and never loses one"
		s.mu.Unlock()
		go s.run(c)
	}
}

type client struct {
	conn   net.Conn
	in     *bufio.Reader
	name   string
	events chan string
}

func newClient(conn net.Conn) (*client, error) {
	c := &client{conn: conn, in: bufio.NewReader(conn), events: make(chan string, 16)}
	if err := c.handshake(); err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

func (c *client) handshake() (err error) {
	if err := c.conn.SetReadDeadline(time.Now().Add(timeout)); err != nil {
		return err
	}
	c.name, err = c.in.ReadString('\n')
	return err
}

func (s *server) run(c *client) {
	defer c.conn.Close()
	for {
		event, err := c.in.ReadString('\n')
		if err != nil {
			return
		}
		s.relay(event)
	}
}

func (s *server) relay(event string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.clients {
		select {
		case c.events <- event:
		default:
		}
	}
}
