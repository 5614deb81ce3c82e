// Package cclient is a C client's fetch, call by call: socket, setsockopt, name
// look-up, connect, write, recv. Line numbers matter here: the reports name
// each return that leaks.
package cclient

import (
	"errors"
	"net"

	"golang.org/x/sys/unix"
)

// badOriginal: no failing step closes the socket, so five of five leak.
func badOriginal(host string, port int, request []byte) ([]byte, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0) // want "fd from .*unix.Socket is not closed when .* fails .leaks at lines 21, 25, 28, 31, 36 for ever"
	if err != nil {
		return nil, err
	}
	wait := unix.Timeval{Sec: 5}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &wait); err != nil {
		return nil, err
	}
	addr, err := lookUp(host)
	if err != nil {
		return nil, err
	}
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: port, Addr: addr}); err != nil {
		return nil, err
	}
	if _, err := unix.Write(fd, request); err != nil {
		return nil, err
	}
	reply := make([]byte, 4096)
	n, _, err := unix.Recvfrom(fd, reply, 0)
	if err != nil {
		return nil, err
	}
	unix.Close(fd)
	return reply[:n], nil
}

// badFixed: as published, the last three steps close and the first two leak.
func badFixed(host string, port int, request []byte) ([]byte, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0) // want "fd from .*unix.Socket is not closed when .*SetsockoptTimeval or .*lookUp fails .leaks at lines 50, 54 for ever"
	if err != nil {
		return nil, err
	}
	wait := unix.Timeval{Sec: 5}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &wait); err != nil {
		return nil, err
	}
	addr, err := lookUp(host)
	if err != nil {
		return nil, err
	}
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: port, Addr: addr}); err != nil {
		unix.Close(fd)
		return nil, err
	}
	if _, err := unix.Write(fd, request); err != nil {
		unix.Close(fd)
		return nil, err
	}
	reply := make([]byte, 4096)
	n, _, err := unix.Recvfrom(fd, reply, 0)
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	unix.Close(fd)
	return reply[:n], nil
}

// goodMended: one deferred Close serves all six returns.
func goodMended(host string, port int, request []byte) ([]byte, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	wait := unix.Timeval{Sec: 5}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &wait); err != nil {
		return nil, err
	}
	addr, err := lookUp(host)
	if err != nil {
		return nil, err
	}
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: port, Addr: addr}); err != nil {
		return nil, err
	}
	if _, err := unix.Write(fd, request); err != nil {
		return nil, err
	}
	reply := make([]byte, 4096)
	n, _, err := unix.Recvfrom(fd, reply, 0)
	if err != nil {
		return nil, err
	}
	return reply[:n], nil
}

// lookUp gives the first IPv4 address of host.
func lookUp(host string) (addr [4]byte, err error) {
	ips, err := net.LookupIP(host)
	if err != nil {
		return addr, err
	}
	for _, ip := range ips {
		if v4 := ip.To4(); v4 != nil {
			copy(addr[:], v4)
			return addr, nil
		}
	}
	return addr, errors.New("no IPv4 address of " + host)
}
