// Package shapes holds ways to forget a client that have no failing call.
package shapes

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

type client struct {
	conn net.Conn
	send chan string
}

// -- a hub whose channel for leaving nobody uses --

type hub struct {
	join, leave chan *client
	clients     map[*client]bool
}

func (h *hub) badNobodyLeaves() {
	for {
		select {
		case c := <-h.join:
			h.clients[c] = true // want `field clients of hub gets an entry for every accepted connection and never loses one: the removal at line \d+ waits for a channel on which nothing is sent`
		case c := <-h.leave:
			delete(h.clients, c)
		}
	}
}

func serveHub(ln net.Listener, h *hub) error {
	go h.badNobodyLeaves()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn}
		h.join <- c
		go io.Copy(io.Discard, c.conn)
	}
}

type goodHub struct {
	join, leave chan *client
	clients     map[*client]bool
}

func (h *goodHub) goodLeaves() {
	for {
		select {
		case c := <-h.join:
			h.clients[c] = true
		case c := <-h.leave:
			delete(h.clients, c)
		}
	}
}

func serveGoodHub(ln net.Listener, h *goodHub) error {
	go h.goodLeaves()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn}
		h.join <- c
		go func() {
			defer func() { h.leave <- c }()
			io.Copy(io.Discard, c.conn)
		}()
	}
}

// OpenHub lets others send.
type OpenHub struct {
	join    chan *client
	Leave   chan *client
	clients map[*client]bool
}

// GoodOpen has an exported channel.
func (h *OpenHub) GoodOpen() {
	for {
		select {
		case c := <-h.join:
			h.clients[c] = true
		case c := <-h.Leave:
			delete(h.clients, c)
		}
	}
}

func serveOpenHub(ln net.Listener, h *OpenHub) error {
	go h.GoodOpen()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		h.join <- &client{conn: conn}
	}
}

// -- ways out that are no failure of a call --

type greeter struct {
	mu                       sync.Mutex
	late, rude, quick, named map[net.Conn]time.Time
	moved                    map[net.Conn]bool
}

// badTimeout: who says nothing in time stays.
func (g *greeter) badTimeout(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		g.late[conn] = time.Now() // want `field late of greeter gets an entry for every accepted connection and does not lose it when a wait times out \(returns at line \d+\)`
		go g.handleLate(conn)
	}
}

func (g *greeter) handleLate(conn net.Conn) {
	defer conn.Close()
	hello := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(conn).ReadString('\n')
		hello <- line
	}()
	select {
	case <-time.After(5 * time.Second):
		return
	case <-hello:
	}
	io.Copy(io.Discard, conn)
	delete(g.late, conn)
}

// badGreeting: who says the wrong thing stays.
func (g *greeter) badGreeting(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		g.rude[conn] = time.Now() // want `field rude of greeter gets an entry for every accepted connection and does not lose it when what \(\*bufio.Reader\).ReadString returns is refused \(returns at line \d+\)`
		go g.handleRude(conn)
	}
}

func (g *greeter) handleRude(conn net.Conn) {
	defer conn.Close()
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		delete(g.rude, conn)
		return
	}
	if strings.TrimSpace(line) != "hello" {
		fmt.Fprintln(conn, "go away")
		return
	}
	io.Copy(io.Discard, conn)
	delete(g.rude, conn)
}

// goodTimeout: the arm removes as well.
func (g *greeter) goodTimeout(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		g.quick[conn] = time.Now()
		go g.handleQuick(conn)
	}
}

func (g *greeter) handleQuick(conn net.Conn) {
	defer conn.Close()
	hello := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(conn).ReadString('\n')
		hello <- line
	}()
	select {
	case <-time.After(5 * time.Second):
		delete(g.quick, conn)
		return
	case <-hello:
	}
	io.Copy(io.Discard, conn)
	delete(g.quick, conn)
}

// goodMoved: the command hands the connection to another goroutine, which removes.
func (g *greeter) goodMoved(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		g.moved[conn] = true
		go g.handleMoved(conn)
	}
}

func (g *greeter) handleMoved(conn net.Conn) {
	line, _ := bufio.NewReader(conn).ReadString('\n')
	if line == "stream\n" {
		go g.stream(conn)
		return
	}
	conn.Close()
	delete(g.moved, conn)
}

func (g *greeter) stream(conn net.Conn) {
	io.Copy(io.Discard, conn)
	conn.Close()
	delete(g.moved, conn)
}

// goodDone: who ends the context removes.
func (g *greeter) goodDone(ctx context.Context, ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		g.named[conn] = time.Now()
		go func() {
			defer conn.Close()
			select {
			case <-ctx.Done():
				return
			case <-time.NewTicker(time.Second).C:
			}
			io.Copy(io.Discard, conn)
			delete(g.named, conn)
		}()
	}
}

// -- entries that are not the connection, but its own --

type byAddress struct {
	mu     sync.Mutex
	done   map[string]chan struct{}
	hosts  map[string]chan struct{}
	counts map[string]int
	ended  map[string]chan struct{}
}

// badByAddress: the address with its port is new for each connection.
func (b *byAddress) badByAddress(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		b.mu.Lock()
		b.done[conn.RemoteAddr().String()] = make(chan struct{}) // want `field done of byAddress gets an entry for every accepted connection and never loses one`
		b.mu.Unlock()
		go io.Copy(io.Discard, conn)
	}
}

// goodByHost: there are only so many hosts, and a count is not kept for one
// connection.
func (b *byAddress) goodByHost(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		host, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
		b.mu.Lock()
		b.hosts[host] = make(chan struct{})
		b.counts[conn.RemoteAddr().String()]++
		b.mu.Unlock()
		go io.Copy(io.Discard, conn)
	}
}

// goodEnded: it is removed.
func (b *byAddress) goodEnded(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		b.mu.Lock()
		b.ended[conn.RemoteAddr().String()] = make(chan struct{})
		b.mu.Unlock()
		go func() {
			defer func() {
				b.mu.Lock()
				defer b.mu.Unlock()
				delete(b.ended, conn.RemoteAddr().String())
			}()
			io.Copy(io.Discard, conn)
		}()
	}
}

// -- subscribers of a streaming handler --

type broker struct {
	mu   sync.Mutex
	subs map[chan string]bool
}

// ServeHTTP keeps the channel of who has gone: bad.
func (b *broker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ch := make(chan string, 8)
	b.mu.Lock()
	b.subs[ch] = true // want `field subs of broker gets an entry for every accepted connection and never loses one`
	b.mu.Unlock()
	for {
		select {
		case m := <-ch:
			fmt.Fprint(w, m)
		case <-r.Context().Done():
			return
		}
	}
}

type tidyBroker struct {
	mu   sync.Mutex
	subs map[chan string]bool
}

// ServeHTTP removes it: good.
func (b *tidyBroker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ch := make(chan string, 8)
	b.mu.Lock()
	b.subs[ch] = true
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		delete(b.subs, ch)
		b.mu.Unlock()
	}()
	for {
		select {
		case m := <-ch:
			fmt.Fprint(w, m)
		case <-r.Context().Done():
			return
		}
	}
}

type jobs struct {
	mu      sync.Mutex
	results map[string]chan string
}

// ServeHTTP keeps what it was asked to make, and waits for nothing: good.
func (j *jobs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	result := make(chan string, 1)
	j.mu.Lock()
	j.results[r.URL.Path] = result
	j.mu.Unlock()
	go func() { result <- "done" }()
}

// -- streams of an RPC --

type serverStream interface {
	Context() context.Context
	SetTrailer(map[string][]string)
	SendMsg(any) error
	RecvMsg(any) error
}

type feedServer struct {
	mu      sync.Mutex
	streams map[string]serverStream
	tidy    map[string]serverStream
}

// BadSubscribe keeps a stream that is dead once it returns.
func (s *feedServer) BadSubscribe(id string, stream serverStream) error {
	s.mu.Lock()
	s.streams[id] = stream // want `field streams of feedServer gets an entry for every accepted connection and never loses one`
	s.mu.Unlock()
	<-stream.Context().Done()
	return nil
}

// GoodSubscribe removes it.
func (s *feedServer) GoodSubscribe(id string, stream serverStream) error {
	s.mu.Lock()
	s.tidy[id] = stream
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.tidy, id)
		s.mu.Unlock()
	}()
	<-stream.Context().Done()
	return nil
}
