package connclose

import (
	"log"
	"net"
	"sync"

	"golang.org/x/crypto/ssh"
	"golang.org/x/sync/errgroup"
)

func refuseAll(chans <-chan ssh.NewChannel) {
	for ch := range chans {
		ch.Reject(ssh.Prohibited, "no channels")
	}
}

// calledHome: no fix, the goroutines go on with what was made of it.
func calledHome(ln net.Listener, cfg *ssh.ClientConfig) error {
	for {
		conn, err := ln.Accept() // want "is not closed"
		if err != nil {
			return err
		}
		_, chans, reqs, err := ssh.NewClientConn(conn, "home", cfg)
		if err != nil {
			log.Print(err)
			continue
		}
		go ssh.DiscardRequests(reqs)
		go refuseAll(chans)
	}
}

// calledHomeOnce: the same without a loop.
func calledHomeOnce(addr string, cfg *ssh.ClientConfig) error {
	conn, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return err
	}
	_, chans, reqs, err := ssh.NewClientConn(conn, "home", cfg)
	if err != nil {
		return err
	}
	go ssh.DiscardRequests(reqs)
	go func() {
		for ch := range chans {
			ch.Reject(ssh.Prohibited, "no channels")
		}
	}()
	return nil
}

// calledHomeGroup: a group starts the goroutines.
func calledHomeGroup(ln net.Listener, cfg *ssh.ClientConfig, g *errgroup.Group) error {
	for {
		conn, err := ln.Accept() // want "is not closed"
		if err != nil {
			return err
		}
		_, chans, reqs, err := ssh.NewClientConn(conn, "home", cfg)
		if err != nil {
			continue
		}
		g.Go(func() error {
			refuseAll(chans)
			return nil
		})
		log.Print(len(reqs))
	}
}

// calledHomeFails: where the function fails it ends what it has started.
func calledHomeFails(addr string, cfg *ssh.ClientConfig) (ssh.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return nil, err
	}
	c, chans, reqs, err := ssh.NewClientConn(conn, addr, cfg)
	if err != nil {
		return nil, err
	}
	go ssh.DiscardRequests(reqs)
	go refuseAll(chans)
	if _, _, err := c.SendRequest("hello", true, nil); err != nil {
		return nil, err
	}
	return c, nil
}

// dropped: a goroutine goes on with the user, the function does not wait for it.
func dropped(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "is never closed"
	if err != nil {
		return err
	}
	_ = newUser(conn)
	return nil
}

// used: a goroutine uses it, and it is closed on another path only.
func used(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want "is not closed"
		if err != nil {
			return err
		}
		if conn.RemoteAddr().Network() != "tcp" {
			conn.Close()
			continue
		}
		go func() {
			u := &user{conn: conn}
			u.read()
		}()
	}
}

// usedByGroup: the same with a group.
func usedByGroup(ln net.Listener, g *errgroup.Group) error {
	for {
		conn, err := ln.Accept() // want "is not closed"
		if err != nil {
			return err
		}
		if conn.RemoteAddr().Network() != "tcp" {
			conn.Close()
			continue
		}
		g.Go(func() error { return greet(conn) })
	}
}

// waitedFor: nobody uses it any more when the goroutine has ended.
func waitedFor(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "is never closed"
	if err != nil {
		return err
	}
	readUser(conn)
	return nil
}

func readUser(conn net.Conn) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		(&user{conn: conn}).read()
	}()
	wg.Wait()
}
