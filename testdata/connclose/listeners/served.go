package listeners

import (
	"errors"
	"log"
	"net"
)

// ServeBoth starts the accept loops of this file.
func ServeBoth(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	other, err := net.Listen("tcp", addr)
	if err != nil {
		ln.Close()
		return err
	}
	go goodEndsWhenClosed(ln)
	go badEndsOnAnyFlag(other, make(chan struct{}))
	return nil
}

// goodEndsWhenClosed: the error says that somebody has closed the listener.
func goodEndsWhenClosed(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			log.Print(err)
			continue
		}
		go conn.Close()
	}
}

// badEndsOnAnyFlag: that the loop is to stop says nothing of the listener.
func badEndsOnAnyFlag(ln net.Listener, stop <-chan struct{}) { // want `parameter ln is never closed`
	for {
		conn, err := ln.Accept()
		if err != nil {
			log.Print(err)
			continue
		}
		select {
		case <-stop:
			conn.Close()
			return
		default:
		}
		go conn.Close()
	}
}
