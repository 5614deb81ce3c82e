package feasible

import (
	"crypto/tls"
	"errors"
	"net"
	"strconv"

	"golang.org/x/sys/unix"
)

// configs makes one configuration for each host.
type configs struct{ base *tls.Config }

func (c configs) forHost(host string) (*tls.Config, error) {
	next := c.base.Clone()
	next.ServerName = host
	return next, nil
}

// forAddr fails only when addr has no port.
func (c configs) forAddr(addr string) (*tls.Config, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	return c.forHost(host)
}

// forAny fails for a host that it does not know, too.
func (c configs) forAny(addr string, known map[string]bool) (*tls.Config, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if !known[host] {
		return nil, errors.New("unknown host")
	}
	return c.forHost(host)
}

// goodForDialled: what was dialled has a port.
func (c configs) goodForDialled(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	cfg, err := c.forAddr(addr)
	if err != nil {
		return nil, err
	}
	return tls.Client(conn, cfg), nil
}

// badBesideDialled: the returns beside it are what leaks.
func (c configs) badBesideDialled(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed on every path \(leaks at line 62`
	if err != nil {
		return nil, err
	}
	if c.base == nil {
		return nil, errors.New("no configuration")
	}
	cfg, err := c.forAddr(addr)
	if err != nil {
		return nil, err
	}
	return tls.Client(conn, cfg), nil
}

// badUnknownHost: having a port is not enough.
func (c configs) badUnknownHost(addr string, known map[string]bool) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed when \(configs\).forAny fails`
	if err != nil {
		return nil, err
	}
	cfg, err := c.forAny(addr, known)
	if err != nil {
		return nil, err
	}
	return tls.Client(conn, cfg), nil
}

// badForOther: another string may have no port.
func (c configs) badForOther(addr, name string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed when \(configs\).forAddr fails`
	if err != nil {
		return nil, err
	}
	cfg, err := c.forAddr(name)
	if err != nil {
		return nil, err
	}
	return tls.Client(conn, cfg), nil
}

// portOf never fails for an address of a socket, whichever it is.
func portOf(addr net.Addr) (string, error) {
	if udp, ok := addr.(*net.UDPAddr); ok {
		return strconv.Itoa(udp.Port), nil
	}
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "", err
	}
	return port, nil
}

// goodOwnPort: the port of a socket is a number.
func goodOwnPort() (net.Listener, int, string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, 0, "", err
	}
	text, err := portOf(ln.Addr())
	if err != nil {
		return nil, 0, "", err
	}
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		return nil, 0, "", err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, 0, "", err
	}
	return ln, n, text, nil
}

// badGivenPort: that of a string may be a name.
func badGivenPort(addr string) (net.Listener, int, error) {
	ln, err := net.Listen("tcp", addr) // want `ln from net.Listen is not closed when strconv.Atoi fails`
	if err != nil {
		return nil, 0, err
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, 0, err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, 0, err
	}
	return ln, n, nil
}

// badJoined: what has been put together can be taken apart, but a host may have no
// address.
func badJoined(host, port string) (net.Listener, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0") // want `ln from net.Listen is not closed when net.ResolveTCPAddr fails`
	if err != nil {
		return nil, err
	}
	if _, _, err := net.SplitHostPort(net.JoinHostPort(host, port)); err != nil {
		return nil, err
	}
	if _, err := net.ResolveTCPAddr("tcp", net.JoinHostPort(host, port)); err != nil {
		return nil, err
	}
	return ln, nil
}

// goodDupOfNothing: where fcntl has failed there is nothing to duplicate.
func goodDupOfNothing(fd int, use func(int) error) error {
	fd, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	switch err {
	case nil:
		return use(fd)
	case unix.EINVAL:
		fd, err := unix.Dup(fd)
		if err != nil {
			return err
		}
		return borrowFD(fd)
	default:
		return err
	}
}

// badDupOfParam: what is given is open.
func badDupOfParam(old int) error {
	_, err := unix.FcntlInt(uintptr(old), unix.F_GETFD, 0)
	if err == unix.EINVAL {
		fd, err := unix.Dup(old) // want `fd from unix.Dup is never closed`
		if err != nil {
			return err
		}
		return borrowFD(fd)
	}
	return err
}

func borrowFD(fd int) error { return unix.Fsync(fd) }

// udpPort expects a UDP socket.
func udpPort(c net.PacketConn) (int, error) {
	a, ok := c.LocalAddr().(*net.UDPAddr)
	if !ok {
		return 0, errors.New("not UDP")
	}
	return a.Port, nil
}

// namedPort has a name for it.
func namedPort(c net.PacketConn) (string, error) {
	n, err := udpPort(c)
	if err != nil {
		return "", err
	}
	return "port " + strconv.Itoa(n), nil
}

// highPort expects more of it.
func highPort(c net.PacketConn) (int, error) {
	n, err := udpPort(c)
	if err == nil && n < 1024 {
		return 0, errors.New("not high")
	}
	return n, err
}

// goodSocketsPort: the address of a UDP socket is a UDP address.
func goodSocketsPort() (net.PacketConn, string, error) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	name, err := namedPort(c)
	if err != nil {
		return nil, "", err
	}
	return c, name, nil
}

// badHighPort may be another one.
func badHighPort() (net.PacketConn, int, error) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0") // want "c from net.ListenPacket is not closed when highPort fails"
	if err != nil {
		return nil, 0, err
	}
	n, err := highPort(c)
	if err != nil {
		return nil, 0, err
	}
	return c, n, nil
}

// badWrappersPort: who knows what a wrapper says.
func badWrappersPort(listen func() (net.PacketConn, error)) (net.PacketConn, int, error) {
	c, err := listen() // want "c from listen is not closed when udpPort fails"
	if err != nil {
		return nil, 0, err
	}
	n, err := udpPort(c)
	if err != nil {
		return nil, 0, err
	}
	return c, n, nil
}
