// Command holds is command locksup without its bugs.
package main

import (
	"bufio"
	"crypto/tls"
	"errors"
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
	s := &server{config: &tls.Config{Certificates: []tls.Certificate{cert}}, clients: make(map[*client]bool)}
	if err := s.start(); err != nil {
		log.Fatal(err)
	}
	select {}
}

type server struct {
	config *tls.Config

	mu      sync.Mutex
	clients map[*client]bool
}

func (s *server) start() error {
	secure, err := listen(tlsPort)
	if err != nil {
		return err
	}
	plain, err := listen(plainPort)
	if err != nil {
		secure.Close()
		return err
	}
	go s.serve(secure, s.config)
	go s.serve(plain, nil)
	return nil
}

func listen(port int) (net.Listener, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: port}); err != nil {
		unix.Close(fd)
		return nil, err
	}
	if err := unix.Listen(fd, unix.SOMAXCONN); err != nil {
		unix.Close(fd)
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "listener")
	defer f.Close()
	return net.FileListener(f)
}

func (s *server) serve(ln net.Listener, config *tls.Config) {
	var pause time.Duration
	for {
		conn, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			log.Print(err)
			time.Sleep(pause)
			continue
		}
		pause = 0
		go s.run(conn, config)
	}
}

type client struct {
	conn   net.Conn
	in     *bufio.Reader
	name   string
	events chan string
}

func newClient(conn net.Conn, config *tls.Config) (*client, error) {
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return nil, err
	}
	if config != nil {
		secure := tls.Server(conn, config)
		if err := secure.Handshake(); err != nil {
			return nil, err
		}
		conn = secure
	}
	c := &client{conn: conn, in: bufio.NewReader(conn), events: make(chan string, 16)}
	name, err := c.in.ReadString('\n')
	if err != nil {
		return nil, err
	}
	c.name = name
	return c, conn.SetDeadline(time.Time{})
}

func (s *server) run(conn net.Conn, config *tls.Config) {
	defer conn.Close()
	c, err := newClient(conn, config)
	if err != nil {
		log.Print(err)
		return
	}
	s.mu.Lock()
	s.clients[c] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.clients, c)
	}()
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
	for c := range s.clients {
		select {
		case c.events <- event:
		default:
		}
	}
}
