// Package web holds handlers of HTTP servers that keep the connection.
package web

import (
	"net/http"
	"sync"

	"github.com/gorilla/websocket"
	xwebsocket "golang.org/x/net/websocket"
)

var upgrader websocket.Upgrader

type room struct {
	mu     sync.Mutex
	sock   map[*websocket.Conn]bool
	leaves map[*websocket.Conn]bool
}

// badUpgrade: every visitor stays.
func (r *room) badUpgrade(w http.ResponseWriter, req *http.Request) {
	conn, err := upgrader.Upgrade(w, req, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	r.mu.Lock()
	r.sock[conn] = true // want `field sock of room gets an entry for every accepted connection and never loses one`
	r.mu.Unlock()
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			return
		}
	}
}

// goodUpgrade: every visitor leaves.
func (r *room) goodUpgrade(w http.ResponseWriter, req *http.Request) {
	conn, err := upgrader.Upgrade(w, req, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	r.mu.Lock()
	r.leaves[conn] = true
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		delete(r.leaves, conn)
		r.mu.Unlock()
	}()
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			return
		}
	}
}

type visitor struct {
	ws *xwebsocket.Conn
	ip string
}

var visitors = make(map[visitor]int)

// badHandler: a handler by its parameter.
func badHandler(ws *xwebsocket.Conn) {
	defer ws.Close()
	v := visitor{ws, ws.Request().RemoteAddr}
	visitors[v] = 0 // want `package variable visitors gets an entry`
	for {
		var msg string
		if err := xwebsocket.Message.Receive(ws, &msg); err != nil {
			return
		}
	}
}

func start() {
	http.Handle("/socket", xwebsocket.Handler(badHandler))
}
