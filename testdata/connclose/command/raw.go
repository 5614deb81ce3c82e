package main

import (
	"errors"
	"log"
	"net"
	"syscall"
)

// A rawListener is a listener over a descriptor.
type rawListener struct{ fd int }

func (l *rawListener) Accept() (net.Conn, error) {
	fd, _, err := syscall.Accept(l.fd)
	if err != nil {
		return nil, err
	}
	syscall.Close(fd)
	return nil, errors.ErrUnsupported
}

func (l *rawListener) Close() error   { return syscall.Close(l.fd) }
func (l *rawListener) Addr() net.Addr { return nil }

func listenRaw() (net.Listener, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	return &rawListener{fd}, nil
}

// goodRaw serves a listener over a descriptor as long as the process lives.
func goodRaw() {
	ln, err := listenRaw()
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
}
