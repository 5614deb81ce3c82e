package thirdparty

import (
	"context"
	"errors"
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

// goodSSHLoop: a goroutine serves what the peer opens, the peer ends it.
func goodSSHLoop(ln net.Listener, cfg *ssh.ServerConfig) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		_, chans, reqs, err := ssh.NewServerConn(conn, cfg)
		if err != nil {
			log.Print(err)
			continue
		}
		go ssh.DiscardRequests(reqs)
		go refuseAll(chans)
	}
}

// goodSSHLiteral: a literal does, in a server that others stop.
func goodSSHLiteral(conn net.Conn, cfg *ssh.ServerConfig) error {
	sc, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return err
	}
	log.Print(sc.User())
	go ssh.DiscardRequests(reqs)
	go func() {
		for ch := range chans {
			log.Print(sc.User())
			ch.Reject(ssh.Prohibited, "no channels")
		}
	}()
	return nil
}

// goodSSHCalled: a function that serves until there are no more.
func goodSSHCalled(ln net.Listener, cfg *ssh.ServerConfig) error {
	conn, err := ln.Accept()
	if err != nil {
		return err
	}
	_, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return err
	}
	go ssh.DiscardRequests(reqs)
	refuseAll(chans)
	return nil
}

// goodSSHRequests: the requests end with it, too.
func goodSSHRequests(ln net.Listener, cfg *ssh.ServerConfig) error {
	conn, err := ln.Accept()
	if err != nil {
		return err
	}
	_, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return err
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		refuseAll(chans)
	}()
	ssh.DiscardRequests(reqs)
	<-done
	return nil
}

// goodSSHGroup: a group starts the goroutine.
func goodSSHGroup(ln net.Listener, cfg *ssh.ServerConfig) error {
	conn, err := ln.Accept()
	if err != nil {
		return err
	}
	_, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return err
	}
	var g errgroup.Group
	g.Go(func() error {
		ssh.DiscardRequests(reqs)
		return nil
	})
	g.Go(func() error {
		refuseAll(chans)
		return nil
	})
	return nil
}

// An sshPeer is one client.
type sshPeer struct {
	sc    *ssh.ServerConn
	chans <-chan ssh.NewChannel
	reqs  <-chan *ssh.Request
	wg    sync.WaitGroup
}

func newSSHPeer(conn net.Conn, cfg *ssh.ServerConfig) (*sshPeer, error) {
	sc, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return nil, err
	}
	return &sshPeer{sc: sc, chans: chans, reqs: reqs}, nil
}

func (p *sshPeer) serve() {
	go ssh.DiscardRequests(p.reqs)
	for ch := range p.chans {
		ch.Reject(ssh.Prohibited, p.sc.User())
	}
}

func (p *sshPeer) start() {
	p.wg.Add(1)
	go func() {
		defer p.wg.Done()
		p.serve()
	}()
}

// goodSSHObject: an object has all of it.
func goodSSHObject(ln net.Listener, cfg *ssh.ServerConfig) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		sc, chans, reqs, err := ssh.NewServerConn(conn, cfg)
		if err != nil {
			continue
		}
		p := &sshPeer{sc: sc, chans: chans, reqs: reqs}
		go p.serve()
	}
}

// goodSSHMade: another function makes the object.
func goodSSHMade(ln net.Listener, cfg *ssh.ServerConfig) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		p, err := newSSHPeer(conn, cfg)
		if err != nil {
			continue
		}
		go p.serve()
	}
}

// goodSSHStarted: a method of it starts the goroutine.
func goodSSHStarted(ln net.Listener, cfg *ssh.ServerConfig) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		p, err := newSSHPeer(conn, cfg)
		if err != nil {
			continue
		}
		p.start()
	}
}

// badSSHMade: nobody serves it.
func badSSHMade(ln net.Listener, cfg *ssh.ServerConfig) error {
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed"
		if err != nil {
			return err
		}
		p, err := newSSHPeer(conn, cfg)
		if err != nil {
			continue
		}
		log.Print(p.sc.User())
	}
}

func shakeSSH(conn net.Conn, cfg *ssh.ServerConfig) (<-chan ssh.NewChannel, <-chan *ssh.Request, error) {
	sc, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return nil, nil, err
	}
	log.Print(sc.User())
	return chans, reqs, nil
}

// goodSSHShaken: the channels are given out, whoever has them serves them.
func goodSSHShaken(ln net.Listener, cfg *ssh.ServerConfig) error {
	conn, err := ln.Accept()
	if err != nil {
		return err
	}
	chans, reqs, err := shakeSSH(conn, cfg)
	if err != nil {
		return err
	}
	go ssh.DiscardRequests(reqs)
	go refuseAll(chans)
	return nil
}

// goodSSHSelect: an arm of a select tells of the end.
func goodSSHSelect(ctx context.Context, ln net.Listener, cfg *ssh.ServerConfig) error {
	conn, err := ln.Accept()
	if err != nil {
		return err
	}
	sc, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return err
	}
	go ssh.DiscardRequests(reqs)
	for {
		select {
		case <-ctx.Done():
			return sc.Close()
		case ch, ok := <-chans:
			if !ok {
				return nil
			}
			ch.Reject(ssh.Prohibited, "no channels")
		}
	}
}

// badSSHSelect: the end of the context is not the end of it.
func badSSHSelect(ctx context.Context, ln net.Listener, cfg *ssh.ServerConfig) error {
	conn, err := ln.Accept() // want "conn from .*Accept is not closed"
	if err != nil {
		return err
	}
	_, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return err
	}
	go ssh.DiscardRequests(reqs)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case ch, ok := <-chans:
			if !ok {
				return nil
			}
			ch.Reject(ssh.Prohibited, "no channels")
		}
	}
}

// goodSSHCaptured: a literal has the channel, too.
func goodSSHCaptured(ln net.Listener, cfg *ssh.ServerConfig) error {
	conn, err := ln.Accept()
	if err != nil {
		return err
	}
	var chans <-chan ssh.NewChannel
	var reqs <-chan *ssh.Request
	_, chans, reqs, err = ssh.NewServerConn(conn, cfg)
	if err != nil {
		return err
	}
	defer func() { log.Print(len(chans)) }()
	go ssh.DiscardRequests(reqs)
	for ch := range chans {
		ch.Reject(ssh.Prohibited, "no channels")
	}
	return nil
}

// badSSHUnserved: nobody serves what the peer opens.
func badSSHUnserved(ln net.Listener, cfg *ssh.ServerConfig) error {
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed before the next iteration"
		if err != nil {
			return err
		}
		sc, _, _, err := ssh.NewServerConn(conn, cfg)
		if err != nil {
			log.Print(err)
			continue
		}
		log.Print(sc.User())
	}
}

// badSSHHalf: only the requests are served.
func badSSHHalf(ln net.Listener, cfg *ssh.ServerConfig) error {
	conn, err := ln.Accept() // want "conn from .*Accept is not closed"
	if err != nil {
		return err
	}
	_, _, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return err
	}
	go ssh.DiscardRequests(reqs)
	return nil
}

var errNobody = errors.New("nobody")

// badSSHBefore: one step fails before the handshake, one before anybody serves it.
func badSSHBefore(ln net.Listener, cfg *ssh.ServerConfig) error {
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed .*leaks at lines 335, 343 "
		if err != nil {
			return err
		}
		if _, err := conn.Write([]byte("welcome\r\n")); err != nil {
			return err
		}
		sc, chans, reqs, err := ssh.NewServerConn(conn, cfg)
		if err != nil {
			log.Print(err)
			continue
		}
		if sc.User() == "" {
			return errNobody
		}
		go ssh.DiscardRequests(reqs)
		go refuseAll(chans)
	}
}

// badSSHGivenUp: the function that serves gives up at the first refusal.
func badSSHGivenUp(ln net.Listener, cfg *ssh.ServerConfig) error {
	conn, err := ln.Accept() // want "conn from .*Accept is not closed"
	if err != nil {
		return err
	}
	_, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return err
	}
	go ssh.DiscardRequests(reqs)
	return acceptFirst(chans)
}

func acceptFirst(chans <-chan ssh.NewChannel) error {
	for ch := range chans {
		if _, _, err := ch.Accept(); err != nil {
			return err
		}
	}
	return nil
}

// goodSSHBoth: one function serves both until they end.
func goodSSHBoth(ln net.Listener, cfg *ssh.ServerConfig) error {
	conn, err := ln.Accept()
	if err != nil {
		return err
	}
	_, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return err
	}
	refuseBoth(chans, reqs)
	return nil
}

func refuseBoth(chans <-chan ssh.NewChannel, reqs <-chan *ssh.Request) {
	for {
		select {
		case ch, ok := <-chans:
			if !ok {
				return
			}
			ch.Reject(ssh.Prohibited, "no channels")
		case req, ok := <-reqs:
			if !ok {
				return
			}
			req.Reply(false, nil)
		}
	}
}

// badSSHClient: a client ends its connection itself.
func badSSHClient(addr string, cfg *ssh.ClientConfig) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed"
	if err != nil {
		return err
	}
	c, chans, reqs, err := ssh.NewClientConn(conn, addr, cfg)
	if err != nil {
		return err
	}
	go ssh.DiscardRequests(reqs)
	go refuseAll(chans)
	_, _, err = c.SendRequest("hello", true, nil)
	return err
}

// goodSSHClient: unless it stays as long as the other end does.
func goodSSHClient(addr string, cfg *ssh.ClientConfig) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	_, chans, reqs, err := ssh.NewClientConn(conn, addr, cfg)
	if err != nil {
		return err
	}
	go ssh.DiscardRequests(reqs)
	refuseAll(chans)
	return nil
}
