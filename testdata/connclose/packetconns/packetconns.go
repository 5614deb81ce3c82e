// Package packetconns holds datagram sockets.
package packetconns

import (
	"context"
	"errors"
	"log"
	"net"
	"syscall"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
)

// badResolveFails: the peer's name is looked up after the socket is open.
func badResolveFails(addr string) (net.PacketConn, net.Addr, error) {
	pc, err := net.ListenPacket("udp", ":0") // want "pc from net.ListenPacket is not closed when .*ResolveUDPAddr fails"
	if err != nil {
		return nil, nil, err
	}
	to, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		return nil, nil, err
	}
	return pc, to, nil
}

// goodResolveFails: the look-up's failure closes.
func goodResolveFails(addr string) (net.PacketConn, net.Addr, error) {
	pc, err := net.ListenPacket("udp", ":0")
	if err != nil {
		return nil, nil, err
	}
	to, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		pc.Close()
		return nil, nil, err
	}
	return pc, to, nil
}

type dialer struct{ lc net.ListenConfig }

// listen is this package's acquirer.
func (d *dialer) listen(ctx context.Context) (net.PacketConn, error) {
	return d.lc.ListenPacket(ctx, "udp", ":0")
}

// badOwnAcquirer: the helper's result is an obligation as well.
func (d *dialer) badOwnAcquirer(ctx context.Context, addr string) (net.PacketConn, error) {
	pc, err := d.listen(ctx) // want "pc from .*listen is not closed when .*ResolveUDPAddr fails"
	if err != nil {
		return nil, err
	}
	to, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		return nil, err
	}
	return &bound{pc, to}, nil
}

// goodOwnAcquirer: the same with a Close.
func (d *dialer) goodOwnAcquirer(ctx context.Context, addr string) (net.PacketConn, error) {
	pc, err := d.listen(ctx)
	if err != nil {
		return nil, err
	}
	to, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		pc.Close()
		return nil, err
	}
	return &bound{pc, to}, nil
}

type bound struct {
	net.PacketConn
	to net.Addr
}

// listenInRange acquires the first free port.
func listenInRange(from, to int) (*net.UDPConn, error) {
	for port := from; port <= to; port++ {
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{Port: port})
		if err == nil {
			return conn, nil
		}
	}
	return nil, errors.New("no port is free")
}

type candidate struct {
	conn net.PacketConn
	addr net.Addr
}

// newCandidate keeps conn on success only.
func newCandidate(conn net.PacketConn, addr net.Addr) (*candidate, error) {
	if addr == nil {
		return nil, errors.New("no address")
	}
	return &candidate{conn, addr}, nil
}

type agent struct {
	candidates []*candidate
}

// badGather: both steps may fail, both go on with the next server.
func (a *agent) badGather(servers []string) {
	for _, s := range servers {
		conn, err := listenInRange(5000, 6000) // want "conn from .*listenInRange is not closed"
		if err != nil {
			log.Print(err)
			continue
		}
		addr, err := external(conn, s)
		if err != nil {
			log.Print(err)
			continue
		}
		c, err := newCandidate(conn, addr)
		if err != nil {
			log.Print(err)
			continue
		}
		a.candidates = append(a.candidates, c)
	}
}

// goodGather: both steps close.
func (a *agent) goodGather(servers []string) {
	for _, s := range servers {
		conn, err := listenInRange(5000, 6000)
		if err != nil {
			continue
		}
		addr, err := external(conn, s)
		if err != nil {
			conn.Close()
			continue
		}
		c, err := newCandidate(conn, addr)
		if err != nil {
			conn.Close()
			continue
		}
		a.candidates = append(a.candidates, c)
	}
}

// external asks a server for the address it sees.
func external(conn *net.UDPConn, server string) (net.Addr, error) {
	to, err := net.ResolveUDPAddr("udp", server)
	if err != nil {
		return nil, err
	}
	if _, err := conn.WriteToUDP([]byte("?"), to); err != nil {
		return nil, err
	}
	_, from, err := conn.ReadFromUDP(make([]byte, 64))
	return from, err
}

// badDuplicate: a duplicate candidate is answered and its conn forgotten; on
// an unknown one it is closed.
func (a *agent) badDuplicate(conn net.PacketConn, addr net.Addr) { // want "parameter conn is not closed on every path"
	for _, c := range a.candidates {
		if c.addr.String() == addr.String() {
			return
		}
	}
	c, err := newCandidate(conn, addr)
	if err != nil {
		conn.Close()
		return
	}
	a.candidates = append(a.candidates, c)
}

// goodDuplicate: the duplicate's conn is closed.
func (a *agent) goodDuplicate(conn net.PacketConn, addr net.Addr) {
	for _, c := range a.candidates {
		if c.addr.String() == addr.String() {
			conn.Close()
			return
		}
	}
	c, err := newCandidate(conn, addr)
	if err != nil {
		conn.Close()
		return
	}
	a.candidates = append(a.candidates, c)
}

// badJoinFails: the multicast wrapper is dropped with its conn.
func badJoinFails(group net.Addr, ifi *net.Interface) (*ipv4.PacketConn, error) {
	pc, err := net.ListenPacket("udp4", ":5353") // want "pc from net.ListenPacket is not closed when .*JoinGroup fails"
	if err != nil {
		return nil, err
	}
	mc := ipv4.NewPacketConn(pc)
	if err := mc.JoinGroup(ifi, group); err != nil {
		return nil, err
	}
	return mc, nil
}

// goodJoinFails: the wrapper's Close closes the conn.
func goodJoinFails(group net.Addr, ifi *net.Interface) (*ipv4.PacketConn, error) {
	pc, err := net.ListenPacket("udp4", ":5353")
	if err != nil {
		return nil, err
	}
	mc := ipv4.NewPacketConn(pc)
	if err := mc.JoinGroup(ifi, group); err != nil {
		mc.Close()
		return nil, err
	}
	return mc, nil
}

// badPingNeverClosed: an ICMP socket a ping.
func badPingNeverClosed(to net.Addr, b []byte) error {
	c, err := icmp.ListenPacket("udp4", "0.0.0.0") // want "c from .*icmp.ListenPacket is never closed"
	if err != nil {
		return err
	}
	_, err = c.WriteTo(b, to)
	return err
}

// goodPing: the same with a deferred Close.
func goodPing(to net.Addr, b []byte) error {
	c, err := icmp.ListenPacket("udp4", "0.0.0.0")
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.WriteTo(b, to)
	return err
}

// badRawControl: setting the option fails, and nobody closes.
func badRawControl(laddr *net.UDPAddr) (*net.UDPConn, error) {
	conn, err := net.ListenUDP("udp", laddr) // want "conn from net.ListenUDP is not closed on every path"
	if err != nil {
		return nil, err
	}
	rc, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	var serr error
	err = rc.Control(func(fd uintptr) {
		serr = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_BROADCAST, 1)
	})
	if err != nil {
		return nil, err
	}
	if serr != nil {
		return nil, serr
	}
	return conn, nil
}

// goodRawBuffer: on a socket that is open neither of the two fails.
func goodRawBuffer(laddr *net.UDPAddr) (*net.UDPConn, error) {
	conn, err := net.ListenUDP("udp", laddr)
	if err != nil {
		return nil, err
	}
	rc, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	err = rc.Control(func(fd uintptr) {
		syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_BROADCAST, 1)
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// goodRawControl: all three close.
func goodRawControl(laddr *net.UDPAddr) (*net.UDPConn, error) {
	conn, err := net.ListenUDP("udp", laddr)
	if err != nil {
		return nil, err
	}
	rc, err := conn.SyscallConn()
	if err != nil {
		conn.Close()
		return nil, err
	}
	var serr error
	err = rc.Control(func(fd uintptr) {
		serr = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_BROADCAST, 1)
	})
	if err := errors.Join(err, serr); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}
