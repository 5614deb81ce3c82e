// Package listenbacklog holds backlogs that are raised where they are written.
package listenbacklog

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// literal: the constant of the package that listens.
func literal(fd int) error {
	return unix.Listen(fd, 5) // want "listen backlog 5"
}

func old(fd int) error {
	return syscall.Listen(fd, 1) // want "listen backlog 1"
}

const queue = 10 // clients

// named: its only use is here.
func named(fd int) error {
	return unix.Listen(fd, queue) // want "listen backlog 10"
}

const size = 16

// shared: the other use is no backlog.
func shared(fd int) ([]byte, error) {
	return make([]byte, size), unix.Listen(fd, size) // want "listen backlog 16"
}

type options struct {
	fd      int
	backlog int
}

func (o *options) listen() error { return unix.Listen(o.fd, o.backlog) }

// omitted: the field that the literal leaves out.
func omitted(fd int) error {
	o := options{fd: fd} // want "is left out"
	return o.listen()
}

// small: an int8 holds no large number.
func small(fd int) error {
	const n int8 = 64
	return unix.Listen(fd, int(n)) // want "listen backlog 64"
}
