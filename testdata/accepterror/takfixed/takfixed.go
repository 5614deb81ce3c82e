// Package takfixed accepts as the TAK server should have.
package takfixed

import (
	"crypto/tls"
	"errors"
	"log"
	"net"
	"time"
)

type server struct {
	tls, plain net.Listener
	config     *tls.Config
}

func (s *server) start() {
	go serve(s.tls, func(c net.Conn) { s.client(tls.Server(c, s.config)) })
	go serve(s.plain, s.client)
}

func serve(ln net.Listener, client func(net.Conn)) {
	var delay time.Duration
	for {
		conn, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			delay = min(max(2*delay, 5*time.Millisecond), time.Second)
			log.Printf("accept: %v; retrying in %v", err, delay)
			time.Sleep(delay)
			continue
		}
		delay = 0
		go client(conn)
	}
}

func (s *server) client(conn net.Conn) { conn.Close() }
