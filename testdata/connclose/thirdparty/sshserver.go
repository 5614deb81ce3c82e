package thirdparty

import (
	"errors"
	"log"
	"net"

	"golang.org/x/crypto/ssh"
)

// ServeSSH starts a goroutine for each connection.
func ServeSSH(ln net.Listener, cfg *ssh.ServerConfig) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go goodSSHServed(conn, cfg)
		conn, err = ln.Accept()
		if err != nil {
			return err
		}
		go badSSHServed(conn, cfg)
	}
}

// goodSSHServed: there are no new channels any more when the connection has ended,
// and a failed handshake closes it.
func goodSSHServed(conn net.Conn, cfg *ssh.ServerConfig) {
	_, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		log.Print(err)
		return
	}
	go ssh.DiscardRequests(reqs)
	for ch := range chans {
		ch.Reject(ssh.Prohibited, "no channels")
	}
}

// badSSHServed leaves the loop before.
func badSSHServed(conn net.Conn, cfg *ssh.ServerConfig) { // want "parameter conn is not closed"
	_, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		log.Print(err)
		return
	}
	go ssh.DiscardRequests(reqs)
	for ch := range chans {
		if _, _, err := ch.Accept(); err != nil {
			return
		}
	}
}

// goodSSHAccepted: the same on the goroutine that accepts.
func goodSSHAccepted(ln net.Listener, cfg *ssh.ServerConfig) error {
	conn, err := ln.Accept()
	if err != nil {
		return err
	}
	sc, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return err
	}
	log.Print(sc.User())
	go ssh.DiscardRequests(reqs)
	for ch := range chans {
		ch.Reject(ssh.Prohibited, "no channels")
	}
	return errors.New("ended")
}
