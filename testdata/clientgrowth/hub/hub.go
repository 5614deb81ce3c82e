// Package hub holds registries that one goroutine owns.
package hub

import "net"

type client struct {
	conn net.Conn
	hub  *hub
}

type hub struct {
	register, unregister chan *client
	clients              map[*client]bool
}

func (h *hub) run() {
	for {
		select {
		case c := <-h.register:
			h.clients[c] = true
		case c := <-h.unregister:
			delete(h.clients, c)
		}
	}
}

// goodHub: the end is told to the goroutine that owns the map.
func goodHub(ln net.Listener) error {
	h := &hub{register: make(chan *client), unregister: make(chan *client), clients: make(map[*client]bool)}
	go h.run()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		c := &client{conn: conn, hub: h}
		h.register <- c
		go c.read()
	}
}

func (c *client) read() {
	defer func() { c.hub.unregister <- c }()
	buf := make([]byte, 512)
	for {
		if _, err := c.conn.Read(buf); err != nil {
			return
		}
	}
}

type deaf struct {
	register chan net.Conn
	all      []net.Conn
}

// badHub: it only ever gets more.
func (d *deaf) run() {
	for c := range d.register {
		d.all = append(d.all, c) // want `field all of deaf gets an entry for every accepted connection and never loses one`
	}
}

func badHub(ln net.Listener) error {
	d := &deaf{register: make(chan net.Conn)}
	go d.run()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		d.register <- conn
	}
}

// eventServer is a server whose main goroutine owns the map, and closes the
// listener when it ends.
type eventServer struct {
	ln    net.Listener
	fresh chan net.Conn
	gone  chan *client
	done  chan struct{}
	conns map[*client]struct{}
}

func (s *eventServer) start() {
	go s.run()
	go s.accept()
}

func (s *eventServer) run() {
	s.loop()
	for c := range s.conns {
		c.conn.Close()
	}
	s.ln.Close()
}

// goodEventLoop: inserted and removed by the same loop.
func (s *eventServer) loop() {
	for {
		select {
		case conn := <-s.fresh:
			c := &client{conn: conn}
			s.conns[c] = struct{}{}
			go s.serve(c)
		case c := <-s.gone:
			delete(s.conns, c)
		case <-s.done:
			return
		}
	}
}

func (s *eventServer) serve(c *client) {
	buf := make([]byte, 512)
	for {
		if _, err := c.conn.Read(buf); err != nil {
			s.gone <- c
			return
		}
	}
}

func (s *eventServer) accept() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return
		}
		s.fresh <- conn
	}
}
