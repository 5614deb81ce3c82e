// Package accepterror holds accept loops that a fix makes survive an error.
package accepterror

import (
	"log"
	"net"
)

func handle(conn net.Conn) { conn.Close() }

// spins: at once.
func spins(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want "retried at once"
		if err != nil {
			log.Print(err)
			continue // with the next one
		}
		go handle(conn)
	}
}

// ends: and nobody is told.
func ends(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want "nobody is told"
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// dies: with all its clients.
func dies(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want "ends the process"
		if err != nil {
			log.Fatalf("accept: %v", err)
		}
		go handle(conn)
	}
}

// inHead: the accept is in the head of the if statement.
func inHead(ln net.Listener, delay int) {
	for {
		if conn, err := ln.Accept(); err != nil { // want "retried at once"
			log.Print(delay, err)
		} else {
			go handle(conn)
		}
	}
}

// named: its own exit stays its own.
func named(ln net.Listener) (err error) {
	for {
		conn, err := ln.Accept() // want "retried at once"
		if err != nil {
			continue
		}
		go handle(conn)
	}
}

// polls: a loop with a deadline is not slowed down.
func polls(ln *net.TCPListener) {
	for {
		conn, err := ln.Accept() // want "retried at once"
		if err != nil {
			if ne, ok := err.(net.Error); ok && ne.Timeout() {
				continue
			}
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}
