// Package tak opens the two ports of a TAK server as its first version did:
// listen(0) on the TLS socket and listen(1) on the plain one.
package tak

import "golang.org/x/sys/unix"

const (
	tlsPort   = 8089
	plainPort = 8087
)

type server struct{ tls, plain int }

func (s *server) start() (err error) {
	if s.tls, err = open(tlsPort, 0); err != nil { // want `listen backlog 0 is below 128: only 1 client fits`
		return err
	}
	s.plain, err = open(plainPort, 1) // want `listen backlog 1 is below 128: only 2 clients fit`
	if err != nil {
		unix.Close(s.tls)
	}
	return err
}

func open(port, backlog int) (int, error) { // a wrapper, not the place to mend
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: port}); err != nil {
		unix.Close(fd)
		return -1, err
	}
	if err := unix.Listen(fd, backlog); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}
