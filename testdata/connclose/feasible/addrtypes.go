package feasible

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"github.com/quic-go/quic-go"
)

// portIn knows two kinds of addresses.
func portIn(a net.Addr) (int, error) {
	switch a := a.(type) {
	case *net.UDPAddr:
		return a.Port, nil
	case *net.TCPAddr:
		return a.Port, nil
	}
	return 0, fmt.Errorf("address of type %T", a)
}

// namedPortIn asks it.
func namedPortIn(a net.Addr) (string, error) {
	n, err := portIn(a)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("port %d", n), nil
}

// tcpPortIn knows one.
func tcpPortIn(a net.Addr) (int, error) {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return 0, errors.New("no TCP address")
	}
	return tcp.Port, nil
}

// goodKnownKinds: they are the kinds of these sockets.
func goodKnownKinds() (net.PacketConn, net.Listener, error) {
	pc, err := net.ListenPacket("udp", ":0")
	if err != nil {
		return nil, nil, err
	}
	if _, err := namedPortIn(pc.LocalAddr()); err != nil {
		return nil, nil, err
	}
	ln, err := net.Listen("tcp", ":0")
	if err != nil {
		pc.Close()
		return nil, nil, err
	}
	if _, err := portIn(ln.Addr()); err != nil {
		pc.Close()
		return nil, nil, err
	}
	if _, err := tcpPortIn(ln.Addr()); err != nil {
		pc.Close()
		return nil, nil, err
	}
	return pc, ln, nil
}

// badOtherKind: a UDP socket has no TCP address, a unix socket has no port.
func badOtherKind(unix bool) (net.PacketConn, net.Listener, error) {
	pc, err := net.ListenPacket("udp", ":0") // want `pc from net.ListenPacket is not closed when tcpPortIn fails`
	if err != nil {
		return nil, nil, err
	}
	if _, err := tcpPortIn(pc.LocalAddr()); err != nil {
		return nil, nil, err
	}
	network := "tcp"
	if unix {
		network = "unix"
	}
	ln, err := net.Listen(network, "/run/x") // want `ln from net.Listen is not closed when namedPortIn fails`
	if err != nil {
		pc.Close()
		return nil, nil, err
	}
	if _, err := namedPortIn(ln.Addr()); err != nil {
		pc.Close()
		return nil, nil, err
	}
	return pc, ln, nil
}

// endpointConn wraps a UDP socket.
type endpointConn struct{ pc *net.UDPConn }

func listenEndpoint() (*endpointConn, error) {
	pc, err := net.ListenUDP("udp", nil)
	if err != nil {
		return nil, err
	}
	return &endpointConn{pc}, nil
}

func (c *endpointConn) LocalAddr() net.Addr  { return c.pc.LocalAddr() }
func (c *endpointConn) RemoteAddr() net.Addr { return c.pc.RemoteAddr() }
func (c *endpointConn) Close() error         { return c.pc.Close() }

// goodWrappedAddr: the wrapper gives the address of the socket.
func goodWrappedAddr() (*endpointConn, int, error) {
	c, err := listenEndpoint()
	if err != nil {
		return nil, 0, err
	}
	a, ok := c.LocalAddr().(*net.UDPAddr)
	if !ok {
		return nil, 0, errors.New("no UDP address")
	}
	if _, err := portIn(c.LocalAddr()); err != nil {
		return nil, 0, err
	}
	return c, a.Port, nil
}

// badNoPeer: a socket that is not connected has no remote address.
func badNoPeer() (*endpointConn, int, error) {
	c, err := listenEndpoint() // want "c from listenEndpoint is not closed on every path"
	if err != nil {
		return nil, 0, err
	}
	a, ok := c.RemoteAddr().(*net.UDPAddr)
	if !ok {
		return nil, 0, errors.New("no peer")
	}
	return c, a.Port, nil
}

// goodAcceptedAddr: what a TCP listener accepts has a TCP address.
func goodAcceptedAddr(ln *net.TCPListener) (net.Conn, int, error) {
	c, err := ln.Accept()
	if err != nil {
		return nil, 0, err
	}
	a, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return nil, 0, errors.New("no TCP address")
	}
	return c, a.Port, nil
}

// badAcceptedAddr: who knows what the listener accepts.
func badAcceptedAddr(ln net.Listener) (net.Conn, int, error) {
	c, err := ln.Accept() // want `c from \(net.Listener\).Accept is not closed on every path`
	if err != nil {
		return nil, 0, err
	}
	a, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return nil, 0, errors.New("no TCP address")
	}
	return c, a.Port, nil
}

// goodQUIC: QUIC runs over UDP.
func goodQUIC(cfg *tls.Config) (*quic.Listener, int, error) {
	ln, err := quic.ListenAddr(":0", cfg, nil)
	if err != nil {
		return nil, 0, err
	}
	port, err := portIn(ln.Addr())
	if err != nil {
		return nil, 0, err
	}
	return ln, port, nil
}

// goodResolved: only a network of packets has such addresses.
func goodResolved(network, addr string) (net.PacketConn, error) {
	to, err := net.ResolveUDPAddr(network, addr)
	if err != nil {
		return nil, err
	}
	conn, err := net.Dial(network, to.String())
	if err != nil {
		return nil, err
	}
	packets, ok := conn.(net.PacketConn)
	if !ok {
		return nil, net.ErrClosed
	}
	return packets, nil
}

// badResolvedOther: it is another network of which an address was resolved.
func badResolvedOther(network, other, addr string) (net.PacketConn, error) {
	to, err := net.ResolveUDPAddr(other, addr)
	if err != nil {
		return nil, err
	}
	conn, err := net.Dial(network, to.String()) // want `conn from net.Dial is not closed on every path`
	if err != nil {
		return nil, err
	}
	packets, ok := conn.(net.PacketConn)
	if !ok {
		return nil, net.ErrClosed
	}
	return packets, nil
}

type dialOptions struct{ network, local, addr string }

// goodResolvedField: the network is in a field that nobody assigns.
func goodResolvedField(opts *dialOptions) (net.PacketConn, error) {
	local, err := net.ResolveUDPAddr(opts.network, opts.local)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{LocalAddr: local}
	conn, err := d.Dial(opts.network, opts.addr)
	if err != nil {
		return nil, err
	}
	packets, ok := conn.(net.PacketConn)
	if !ok {
		return nil, net.ErrClosed
	}
	return packets, nil
}
