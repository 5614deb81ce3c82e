package errpaths

import (
	"net"
	"strconv"
	"strings"
)

// goodPortOfParts: the last part of a socket's own address is its port, a number.
func goodPortOfParts() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	parts := strings.Split(ln.Addr().String(), ":")
	port, err := strconv.Atoi(parts[len(parts)-1])
	if err != nil {
		return 0, err
	}
	return port, ln.Close()
}

// goodPortAfterColon: the same by the place of the last colon.
func goodPortAfterColon() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	addr := ln.Addr().String()
	port, err := strconv.Atoi(addr[strings.LastIndex(addr, ":")+1:])
	if err != nil {
		return 0, err
	}
	return port, ln.Close()
}

// badPortOfHost: the first part is no number.
func badPortOfHost() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0") // want `ln from net.Listen is not closed when strconv.Atoi fails`
	if err != nil {
		return 0, err
	}
	parts := strings.Split(ln.Addr().String(), ":")
	port, err := strconv.Atoi(parts[0])
	if err != nil {
		return 0, err
	}
	return port, ln.Close()
}

// badPortOfOther: what is split is not an address.
func badPortOfOther(text string) (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0") // want `ln from net.Listen is not closed when strconv.Atoi fails`
	if err != nil {
		return 0, err
	}
	parts := strings.Split(text, ":")
	port, err := strconv.Atoi(parts[len(parts)-1])
	if err != nil {
		return 0, err
	}
	return port, ln.Close()
}
