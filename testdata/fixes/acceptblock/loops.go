// Package acceptblock holds accept loops that wait for a client, and fixes that
// do not.
package acceptblock

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"sync"
)

func serve(conn net.Conn) { conn.Close() }

// moved: what follows the accept, with its comments; continue becomes return.
func moved(ln net.Listener, cfg *tls.Config) error {
	for {
		conn, err := ln.Accept() // want "one silent client"
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		// It proves who it is.
		if err := tc.Handshake(); err != nil {
			log.Printf(`handshake with
%v`, conn.RemoteAddr())
			tc.Close()
			continue // with the next one
		}
		go serve(tc) // in its goroutine
	}
}

// inner statements keep their own continue and break.
func inner(ln net.Listener, ids chan string) error {
	for {
		conn, err := ln.Accept() // want "one silent client"
		if err != nil {
			return err
		}
		var b [1]byte
		for range 3 {
			if _, err := io.ReadFull(conn, b[:]); err != nil {
				break
			}
			if b[0] == 0 {
				continue
			}
		}
		switch b[0] {
		case 1:
			conn.Close()
			continue
		case 2:
			break
		}
		go serve(conn)
	}
}

// counted: the counter is shared by all iterations.
func counted(ln net.Listener, cfg *tls.Config) error {
	n := 0
	for {
		conn, err := ln.Accept() // want "one silent client"
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		if err := tc.Handshake(); err != nil {
			tc.Close()
			continue
		}
		n++
		go serve(tc)
	}
}

// outer: the variable is one for all iterations.
func outer(ln net.Listener, cfg *tls.Config) error {
	var tc *tls.Conn
	for {
		conn, err := ln.Accept() // want "one silent client"
		if err != nil {
			return err
		}
		tc = tls.Server(conn, cfg)
		if err := tc.Handshake(); err != nil {
			tc.Close()
			continue
		}
		go serve(tc)
	}
}

// returns: a goroutine cannot leave the loop.
func returns(ln net.Listener, cfg *tls.Config) error {
	for {
		conn, err := ln.Accept() // want "one silent client"
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		if err := tc.Handshake(); err != nil {
			return err
		}
		go serve(tc)
	}
}

// waited: somebody waits for the group, so the goroutine is counted, too.
func waited(ln net.Listener, cfg *tls.Config, wg *sync.WaitGroup) error {
	for {
		conn, err := ln.Accept() // want "one silent client"
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		if err := tc.Handshake(); err != nil {
			tc.Close()
			continue
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			serve(tc)
		}()
	}
}

type server struct{ clients []net.Conn }

func (s *server) add(c net.Conn) { s.clients = append(s.clients, c) }

// callee: a method that it calls changes the server without a lock.
func (s *server) callee(ln net.Listener, cfg *tls.Config) error {
	for {
		conn, err := ln.Accept() // want "one silent client"
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		if err := tc.Handshake(); err != nil {
			tc.Close()
			continue
		}
		s.add(tc)
		go serve(tc)
	}
}

// fresh: the group is not the same one in all iterations.
func fresh(ln net.Listener, cfg *tls.Config, wgs chan *sync.WaitGroup) error {
	for {
		conn, err := ln.Accept() // want "one silent client"
		if err != nil {
			return err
		}
		wg := <-wgs
		tc := tls.Server(conn, cfg)
		if err := tc.Handshake(); err != nil {
			tc.Close()
			continue
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			serve(tc)
		}()
	}
}

// stays: what has nothing to do with this client is left where it is.
func stays(ln net.Listener, cfg *tls.Config, done <-chan bool) error {
	for {
		conn, err := ln.Accept() // want "one silent client"
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		if err := tc.Handshake(); err != nil {
			log.Print(err)
		}
		go serve(tc)
		// the next one
		select {
		case <-done:
			return nil
		default:
		}
	}
}

// skips: done is not looked at after a failure, so it has to do with it.
func skips(ln net.Listener, cfg *tls.Config, done <-chan bool) error {
	for {
		conn, err := ln.Accept() // want "one silent client"
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		if err := tc.Handshake(); err != nil {
			tc.Close()
			continue
		}
		go serve(tc)
		select {
		case <-done:
			return nil
		default:
		}
	}
}

// explained: the comment would be lost, so there are two goroutines.
func explained(ln net.Listener, cfg *tls.Config, wg *sync.WaitGroup) error {
	for {
		conn, err := ln.Accept() // want "one silent client"
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		if err := tc.Handshake(); err != nil {
			tc.Close()
			continue
		}
		wg.Add(1) // one more
		go func() {
			defer wg.Done()
			serve(tc)
		}()
	}
}

type pool struct{ wg sync.WaitGroup }

func (p *pool) start(c *tls.Conn) {
	if err := c.Handshake(); err != nil {
		c.Close()
		return
	}
	p.wg.Add(1)
	go func() {
		defer p.wg.Done()
		serve(c)
	}()
}

// counts: the callee adds to the group, and somebody waits for that.
func (p *pool) counts(ln net.Listener, cfg *tls.Config) error {
	for {
		conn, err := ln.Accept() // want "one silent client"
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		p.start(tc)
	}
}

func start(c *tls.Conn) {
	if err := c.Handshake(); err != nil {
		c.Close()
		return
	}
	go serve(c)
}

// calls: one call needs no function around it.
func calls(ln net.Listener, cfg *tls.Config) error {
	for {
		conn, err := ln.Accept() // want "one silent client"
		if err != nil {
			return err
		}
		tc := tls.Server(conn, cfg)
		start(tc)
	}
}
