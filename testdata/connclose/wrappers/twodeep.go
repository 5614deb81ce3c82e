package wrappers

import (
	"log"
	"net"

	"github.com/gorilla/websocket"
)

// A stream has a conn of a type that nobody calls Close on but itself, as a
// websocket's.
type stream struct {
	conn *websocket.Conn
	in   chan []byte
	out  chan []byte
}

func newStream(conn *websocket.Conn) *stream {
	return &stream{conn: conn, in: make(chan []byte), out: make(chan []byte)}
}

func (s *stream) send() {
	for b := range s.out {
		if err := s.conn.WriteMessage(websocket.TextMessage, b); err != nil {
			return
		}
	}
}

func (s *stream) recv() {
	defer close(s.in)
	for {
		_, buf, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		s.in <- buf
	}
}

func (s *stream) close() {
	close(s.out)
	s.conn.Close()
}

// A streamHandler has the conn two structs deep.
type streamHandler struct {
	s        *stream
	addr     net.Addr
	handlers map[byte]func([]byte)
}

func newStreamHandler(conn *websocket.Conn) *streamHandler {
	h := &streamHandler{s: newStream(conn), addr: conn.RemoteAddr()}
	h.init()
	h.initHandlers()
	return h
}

func (h *streamHandler) init() {
	log.Print(h.addr)
	h.s.out <- []byte("hello")
}

func (h *streamHandler) initHandlers() {
	h.handlers = map[byte]func([]byte){'e': h.echo}
}

func (h *streamHandler) echo(b []byte) { h.s.out <- b }

func (h *streamHandler) run() {
	defer h.s.close()
	go h.s.send()
	go h.s.recv()
	for {
		b, ok := <-h.s.in
		if !ok {
			return
		}
		if f, ok := h.handlers[b[0]]; ok {
			f(b)
		}
	}
}

// drain ends without closing it.
func (h *streamHandler) drain() {
	go h.s.recv()
	for range h.s.in {
		log.Print(h.addr)
	}
}

// goodTwoDeep runs the handler, which closes the conn.
func goodTwoDeep(url string) {
	conn, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		return
	}
	newStreamHandler(conn).run()
}

// badTwoDeep runs what does not.
func badTwoDeep(url string) {
	conn, _, err := websocket.DefaultDialer.Dial(url, nil) // want "conn from .*Dialer.*Dial is never closed"
	if err != nil {
		return
	}
	newStreamHandler(conn).drain()
}
