package observe

import (
	"fmt"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Sockets returns the TCP sockets whose local address is at. It asks the kernel's sock_diag and falls back on
// /proc/net/tcp where that is not to be had.
func Sockets(at netip.AddrPort) ([]Socket, error) {
	socks, err := diagSockets(at)
	if err == nil {
		return socks, nil
	}
	socks, procErr := procSockets(at)
	if procErr != nil {
		return nil, fmt.Errorf("sock_diag: %w; /proc: %w", err, procErr)
	}
	return socks, nil
}

// diagAttempts is how often an interrupted dump is tried again: sockets that come and go meanwhile interrupt it.
const diagAttempts = 5

func diagSockets(at netip.AddrPort) ([]Socket, error) {
	var all []*netlink.Socket
	var err error
	for range diagAttempts {
		if all, err = netlink.SocketDiagTCP(unix.AF_INET); err == nil {
			return boundTo(all, at), nil
		}
	}
	return nil, err
}

func boundTo(all []*netlink.Socket, at netip.AddrPort) []Socket {
	var socks []Socket
	for _, s := range all {
		if s.ID.SourcePort != at.Port() || addrPort(s.ID.Source, s.ID.SourcePort) != at {
			continue
		}
		socks = append(socks, Socket{
			Local:  at,
			Remote: addrPort(s.ID.Destination, s.ID.DestinationPort),
			State:  State(s.State),
			RQueue: int(s.RQueue),
			WQueue: int(s.WQueue),
		})
	}
	return socks
}

func addrPort(ip net.IP, port uint16) netip.AddrPort {
	addr, _ := netip.AddrFromSlice(ip) // the zero address if the kernel gave none
	return netip.AddrPortFrom(addr.Unmap(), port)
}
