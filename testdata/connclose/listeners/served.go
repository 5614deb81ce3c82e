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

// goodEachAddress has a goroutine for each address of a list, which serves as long
// as its listener lasts.
func goodEachAddress(addrs []string) (err error) {
	var ln *net.TCPListener
	for _, bind := range addrs {
		addr, err := net.ResolveTCPAddr("tcp", bind)
		if err != nil {
			return err
		}
		if ln, err = net.ListenTCP("tcp", addr); err != nil {
			return err
		}
		for range 4 {
			go acceptAll(ln)
		}
	}
	return
}

func acceptAll(ln *net.TCPListener) {
	for {
		conn, err := ln.AcceptTCP()
		if err != nil {
			return
		}
		go echoes(conn)
	}
}

func echoes(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 1)
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
	}
}
