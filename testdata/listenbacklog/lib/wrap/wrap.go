// Package wrap holds wrappers of listen(2) for other packages.
package wrap

import "golang.org/x/sys/unix"

// Listen passes its backlog on.
func Listen(addr unix.Sockaddr, backlog int) (int, error) { // want Listen:`listens with operand 1`
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return -1, err
	}
	return fd, start(fd, addr, backlog)
}

func start(fd int, addr unix.Sockaddr, backlog int) error {
	if err := unix.Bind(fd, addr); err != nil {
		return err
	}
	return unix.Listen(fd, backlog)
}

// ListenDefault replaces what is not positive.
func ListenDefault(fd, backlog int) error { // want ListenDefault:`listens with operand 1 \(from 1\)`
	if backlog <= 0 {
		backlog = 1024
	}
	return unix.Listen(fd, backlog)
}

// ListenAtLeast passes no small value on.
func ListenAtLeast(fd, backlog int) error { // want ListenAtLeast:`listens with operand 1 \(from 256\)`
	return unix.Listen(fd, max(backlog, 256))
}

// Socket is a socket that does not listen yet.
type Socket struct{ fd int }

// Listen is a method: the receiver is operand 0.
func (s *Socket) Listen(backlog int) error { // want Listen:`listens with operand 1`
	return unix.Listen(s.fd, backlog)
}

// Close closes the socket.
func (s *Socket) Close() error { return unix.Close(s.fd) }
