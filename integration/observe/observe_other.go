//go:build !linux

package observe

import (
	"errors"
	"net/netip"
	"syscall"
)

// Sockets returns the TCP sockets whose local address is at.
func Sockets(at netip.AddrPort) ([]Socket, error) { return nil, errors.ErrUnsupported }

// OwnQueue returns the accept queue of a listener of this process.
func OwnQueue(ln syscall.Conn) (Queue, error) { return Queue{}, errors.ErrUnsupported }

// Retransmits returns how many segments a connection of this process has sent again.
func Retransmits(conn syscall.Conn) (int, error) { return 0, errors.ErrUnsupported }

// ReadCounters reads the kernel's counters.
func ReadCounters() (Counters, error) { return nil, errors.ErrUnsupported }

// ReadProcess observes process pid.
func ReadProcess(pid int) (Process, error) { return Process{}, errors.ErrUnsupported }

// Stopped reports whether all threads of process pid are stopped by a signal.
func Stopped(pid int) (bool, error) { return false, errors.ErrUnsupported }
