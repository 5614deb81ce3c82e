package faults

import (
	"context"
	"errors"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// DialReuse connects from a given local port, also one that was used a moment ago ("127.0.0.1:0" for any). When the
// connection is closed and the peer does not close too, the system forgets it, and frees the port, after a
// second rather than tcp_fin_timeout.
func DialReuse(ctx context.Context, local, addr string) (net.Conn, error) {
	from, err := net.ResolveTCPAddr("tcp", local)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{LocalAddr: from, Control: forgetful}
	d.SetMultipathTCP(false)
	return d.DialContext(ctx, "tcp", addr)
}

func forgetful(_, _ string, raw syscall.RawConn) error {
	var err error
	ctlErr := raw.Control(func(fd uintptr) {
		err = errors.Join(
			unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1),
			unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_LINGER2, 1))
	})
	return errors.Join(ctlErr, err)
}
