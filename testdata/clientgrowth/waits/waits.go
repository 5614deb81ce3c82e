// Package waits holds removals at the end of a function that does not end.
package waits

import (
	"bufio"
	"errors"
	"io"
	"log"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type peer struct {
	conn  net.Conn
	quit  chan struct{}
	close sync.Once
}

func (c *peer) stop() { c.close.Do(func() { close(c.quit) }) }

type server struct {
	ln      net.Listener
	mu      sync.Mutex
	clients map[*peer]bool
}

func (s *server) remove(c *peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c)
}

// badDeaf: once the reader has ended with another error than io.EOF nothing
// happens any more until the server is closed.
func (s *server) badDeaf() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &peer{conn: conn, quit: make(chan struct{})}
		s.mu.Lock()
		s.clients[c] = true // want `field clients of server gets an entry for every accepted connection and does not lose it when \(\*bufio.Reader\).ReadString fails: \(\*server\).serve waits on \(line \d+\)`
		s.mu.Unlock()
		go s.serve(c)
	}
}

func (s *server) serve(c *peer) {
	lines := make(chan string)
	failed := make(chan error, 1)
	defer c.conn.Close()
	defer s.remove(c)
	go func() {
		in := bufio.NewReader(c.conn)
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				failed <- err
				return
			}
			lines <- line
		}
	}()
	for {
		select {
		case line := <-lines:
			if _, err := io.WriteString(c.conn, line); err != nil {
				return
			}
		case err := <-failed:
			if err == io.EOF {
				return
			}
			log.Print("read: ", err)
		case <-c.quit:
			return
		}
	}
}

// badAnswers: answers come from what the reader has started only, and the
// channel of the reader's error, which is closed, is let go.
func (s *answering) badAnswers() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &peer{conn: conn, quit: make(chan struct{})}
		s.clients[c] = true // want `field clients of answering gets an entry for every accepted connection and does not lose it when \(\*bufio.Reader\).ReadString fails: \(\*answering\).serve waits on`
		go s.serve(c)
	}
}

type answering struct {
	ln      net.Listener
	clients map[*peer]bool
	handle  func(line string, answer func(string))
}

func (s *answering) serve(c *peer) {
	var (
		answers = make(chan string)
		failed  = make(chan error, 1)
		done    = make(chan struct{})
		pending int32
	)
	defer delete(s.clients, c)
	defer close(done)
	refuse := func(why string) bool {
		select {
		case answers <- why:
			return true
		case <-done:
			return false
		}
	}
	go func(failed chan error) {
		defer close(failed)
		in := bufio.NewReader(c.conn)
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				failed <- err
				return
			}
			if line == "\n" {
				if !refuse("no") {
					return
				}
				continue
			}
			atomic.AddInt32(&pending, 1)
			s.handle(line, func(text string) {
				select {
				case answers <- text:
				case <-done:
				}
			})
		}
	}(failed)
	for {
		var quit chan struct{}
		if atomic.LoadInt32(&pending) == 0 {
			quit = c.quit
		}
		select {
		case text := <-answers:
			if _, err := io.WriteString(c.conn, text); err != nil {
				return
			}
			atomic.AddInt32(&pending, -1)
		case err := <-failed:
			failed = nil
			if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
				return
			}
			if err != nil {
				log.Print("read: ", err)
			}
		case <-quit:
			return
		}
	}
}

// Close ends the server.
func (s *server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.clients {
		c.stop()
	}
	return s.ln.Close()
}

type client struct {
	conn  net.Conn
	quit  chan struct{}
	close sync.Once
}

func (c *client) stop() { c.close.Do(func() { close(c.quit) }) }

type ended struct {
	ln      net.Listener
	mu      sync.Mutex
	clients map[*client]bool
}

func (s *ended) remove(c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c)
}

// goodEnds: every error of the reader ends the function.
func (s *ended) goodEnds() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn, quit: make(chan struct{})}
		s.clients[c] = true
		go s.serve(c)
	}
}

func (s *ended) serve(c *client) {
	lines := make(chan string)
	failed := make(chan error, 1)
	defer s.remove(c)
	go read(c.conn, lines, failed)
	for {
		select {
		case line := <-lines:
			if _, err := io.WriteString(c.conn, line); err != nil {
				return
			}
		case err := <-failed:
			if err != io.EOF {
				log.Print("read: ", err)
			}
			return
		case <-c.quit:
			return
		}
	}
}

func read(conn net.Conn, lines chan<- string, failed chan<- error) {
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			failed <- err
			return
		}
		lines <- line
	}
}

type ticking struct {
	ln      net.Listener
	mu      sync.Mutex
	clients map[*client]bool
}

func (s *ticking) remove(c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c)
}

// goodTicks: the next ping fails and ends it.
func (s *ticking) goodTicks() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn, quit: make(chan struct{})}
		s.clients[c] = true
		go s.serve(c)
	}
}

func (s *ticking) serve(c *client) {
	lines := make(chan string)
	failed := make(chan error, 1)
	ping := time.NewTicker(time.Minute)
	defer ping.Stop()
	defer s.remove(c)
	go read(c.conn, lines, failed)
	for {
		select {
		case line := <-lines:
			log.Print(line)
		case err := <-failed:
			if err == io.EOF {
				return
			}
			log.Print("read: ", err)
		case <-ping.C:
			if _, err := io.WriteString(c.conn, "ping\n"); err != nil {
				return
			}
		}
	}
}

type told struct {
	ln      net.Listener
	mu      sync.Mutex
	clients map[*client]bool
}

func (s *told) remove(c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c)
}

// goodTold: the arm that goes on has said that it is over.
func (s *told) goodTold() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn, quit: make(chan struct{})}
		s.clients[c] = true
		go s.serve(c)
	}
}

func (s *told) serve(c *client) {
	lines := make(chan string)
	failed := make(chan error, 1)
	defer s.remove(c)
	go read(c.conn, lines, failed)
	for {
		select {
		case line := <-lines:
			log.Print(line)
		case err := <-failed:
			if err == io.EOF {
				return
			}
			c.stop()
		case <-c.quit:
			return
		}
	}
}

type kicked struct {
	ln      net.Listener
	mu      sync.Mutex
	clients map[*client]bool
}

func (s *kicked) remove(c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c)
}

// goodKicked: somebody looks after silent clients.
func (s *kicked) goodKicked() error {
	go s.watch()
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn, quit: make(chan struct{})}
		s.clients[c] = true
		go s.serve(c)
	}
}

func (s *kicked) watch() {
	for range time.Tick(time.Minute) {
		s.mu.Lock()
		for c := range s.clients {
			c.stop()
		}
		s.mu.Unlock()
	}
}

func (s *kicked) serve(c *client) {
	lines := make(chan string)
	failed := make(chan error, 1)
	defer s.remove(c)
	go read(c.conn, lines, failed)
	for {
		select {
		case line := <-lines:
			log.Print(line)
		case err := <-failed:
			if err == io.EOF {
				return
			}
			log.Print("read: ", err)
		case <-c.quit:
			return
		}
	}
}

type sorted struct {
	ln      net.Listener
	mu      sync.Mutex
	clients map[*sortedClient]bool
}

type sortedClient struct {
	conn  net.Conn
	quit  chan struct{}
	close sync.Once
}

func (c *sortedClient) stop() { c.close.Do(func() { close(c.quit) }) }

func (s *sorted) remove(c *sortedClient) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c)
}

// goodSorted: who tests for error numbers knows what a connection fails with.
func (s *sorted) goodSorted() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		c := &sortedClient{conn: conn, quit: make(chan struct{})}
		s.clients[c] = true
		go s.serve(c)
	}
}

func (s *sorted) serve(c *sortedClient) {
	lines := make(chan string)
	failed := make(chan error, 1)
	defer s.remove(c)
	go read(c.conn, lines, failed)
	for {
		select {
		case line := <-lines:
			log.Print(line)
		case err := <-failed:
			if err == io.EOF || errors.Is(err, syscall.ECONNRESET) {
				return
			}
			log.Print("read: ", err)
		case <-c.quit:
			return
		}
	}
}

// Close ends the server.
func (s *sorted) Close() error {
	for c := range s.clients {
		c.stop()
	}
	return s.ln.Close()
}

type spinning struct {
	ln    net.Listener
	conns map[net.Conn]bool
	later map[net.Conn]bool
	some  map[net.Conn]bool
	few   map[net.Conn]bool
}

// badSpins: who goes away keeps the goroutine reading for ever.
func (s *spinning) badSpins() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.conns[conn] = true // want `field conns of spinning gets an entry for every accepted connection and does not lose it when \(net.Conn\).Read fails: \(\*spinning\).spin reads on \(line \d+\)`
		go s.spin(conn)
	}
}

func (s *spinning) spin(conn net.Conn) {
	defer conn.Close()
	defer delete(s.conns, conn)
	buf := make([]byte, 512)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			log.Print("read: ", err)
			continue
		}
		if string(buf[:n]) == "quit\n" {
			return
		}
	}
}

// badSpinsInserted: the same where the handler inserts.
func (s *spinning) badSpinsInserted() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			s.later[conn] = true // want `field later of spinning gets an entry for every accepted connection and does not lose it when \(\*bufio.Reader\).ReadString fails`
			defer delete(s.later, conn)
			in := bufio.NewReader(conn)
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					continue
				}
				if line == "quit\n" {
					return
				}
			}
		}()
	}
}

// goodSomeErrors: only a timeout goes on.
func (s *spinning) goodSomeErrors() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.some[conn] = true
		go func() {
			defer conn.Close()
			defer delete(s.some, conn)
			buf := make([]byte, 512)
			for {
				conn.SetReadDeadline(time.Now().Add(time.Second))
				if _, err := conn.Read(buf); err != nil {
					var ne net.Error
					if errors.As(err, &ne) && ne.Timeout() {
						continue
					}
					return
				}
			}
		}()
	}
}

// goodCounts: it gives up after some errors.
func (s *spinning) goodCounts() error {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return err
		}
		s.few[conn] = true
		go func() {
			defer conn.Close()
			defer delete(s.few, conn)
			buf := make([]byte, 512)
			for failures := 0; failures < 3; {
				if _, err := conn.Read(buf); err != nil {
					failures++
					continue
				}
				failures = 0
			}
		}()
	}
}
