package observe

import (
	"fmt"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Sockets returns the TCP sockets whose local port is port. It asks the kernel's sock_diag and falls back on
// /proc/net/tcp where that is not to be had.
func Sockets(port uint16) ([]Socket, error) {
	socks, err := diagSockets(port)
	if err == nil {
		return socks, nil
	}
	socks, procErr := procSockets(port)
	if procErr != nil {
		return nil, fmt.Errorf("sock_diag: %w; /proc: %w", err, procErr)
	}
	return socks, nil
}

// diagAttempts is how often an interrupted dump is tried again: sockets that come and go meanwhile interrupt it.
const diagAttempts = 5

func diagSockets(port uint16) ([]Socket, error) {
	var all []*netlink.Socket
	var err error
	for range diagAttempts {
		if all, err = netlink.SocketDiagTCP(unix.AF_INET); err == nil {
			return ofPort(all, port), nil
		}
	}
	return nil, err
}

func ofPort(all []*netlink.Socket, port uint16) []Socket {
	var socks []Socket
	for _, s := range all {
		if s.ID.SourcePort == port {
			socks = append(socks, Socket{
				Local:  addrPort(s.ID.Source, s.ID.SourcePort),
				Remote: addrPort(s.ID.Destination, s.ID.DestinationPort),
				State:  State(s.State),
				RQueue: int(s.RQueue),
				WQueue: int(s.WQueue),
			})
		}
	}
	return socks
}

func addrPort(ip net.IP, port uint16) netip.AddrPort {
	addr, _ := netip.AddrFromSlice(ip) // the zero address if the kernel gave none
	return netip.AddrPortFrom(addr.Unmap(), port)
}
