package web

import (
	"net"
	"net/http"
	"sync"
)

// badConnState: the hook is told of the end, too, and does not listen.
func badConnState(h http.Handler) *http.Server {
	var mu sync.Mutex
	conns := make(map[net.Conn]bool)
	return &http.Server{Handler: h, ConnState: func(c net.Conn, state http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		if state == http.StateNew {
			conns[c] = true // want `conns gets an entry for every accepted connection and never loses one`
		}
	}}
}

// goodConnState: it does.
func goodConnState(h http.Handler) *http.Server {
	var mu sync.Mutex
	conns := make(map[net.Conn]bool)
	return &http.Server{Handler: h, ConnState: func(c net.Conn, state http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		switch state {
		case http.StateNew:
			conns[c] = true
		case http.StateClosed, http.StateHijacked:
			delete(conns, c)
		}
	}}
}

// badAroundHandler: the map is a variable of the function that makes the handler.
func badAroundHandler(mux *http.ServeMux) {
	clients := make(map[net.Conn]bool)
	mux.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		clients[conn] = true // want `clients gets an entry for every accepted connection and never loses one`
		drain(conn)
	})
}

// goodAroundHandler: and each handler cleans up.
func goodAroundHandler(mux *http.ServeMux) {
	clients := make(map[net.Conn]bool)
	mux.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		clients[conn] = true
		defer delete(clients, conn)
		drain(conn)
	})
}

func drain(conn net.Conn) {
	buf := make([]byte, 512)
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
	}
}
