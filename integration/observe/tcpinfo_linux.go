package observe

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"
)

// OwnQueue returns the accept queue of a listener of this process. TCP_INFO of a listening socket holds the queue's
// length as tcpi_unacked and its maximum as tcpi_sacked; reading it allocates next to nothing, so a server may do
// it to itself.
func OwnQueue(ln syscall.Conn) (Queue, error) {
	raw, err := ln.SyscallConn()
	if err != nil {
		return Queue{}, err
	}
	var info *unix.TCPInfo
	var infoErr error
	err = raw.Control(func(fd uintptr) {
		info, infoErr = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	})
	if err := errors.Join(err, infoErr); err != nil {
		return Queue{}, err
	}
	return Queue{Len: int(info.Unacked), Max: int(info.Sacked)}, nil
}
