// Package takfixed opens the two ports of a TAK server with
// the longest queue the system allows.
package takfixed

import "golang.org/x/sys/unix"

const (
	tlsPort   = 8089
	plainPort = 8087
)

type server struct{ tls, plain int }

func (s *server) start() (err error) {
	if s.tls, err = open(tlsPort, unix.SOMAXCONN); err != nil {
		return err
	}
	s.plain, err = open(plainPort, unix.SOMAXCONN)
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
