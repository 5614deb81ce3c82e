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
	info, err := tcpInfo(ln)
	if err != nil {
		return Queue{}, err
	}
	return Queue{Len: int(info.Unacked), Max: int(info.Sacked)}, nil
}

// Retransmits returns how many segments a connection of this process has sent again, its SYN among them.
func Retransmits(conn syscall.Conn) (int, error) {
	info, err := tcpInfo(conn)
	if err != nil {
		return 0, err
	}
	return int(info.Total_retrans), nil
}

func tcpInfo(conn syscall.Conn) (*unix.TCPInfo, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	var info *unix.TCPInfo
	var infoErr error
	err = raw.Control(func(fd uintptr) {
		info, infoErr = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	})
	return info, errors.Join(err, infoErr)
}
