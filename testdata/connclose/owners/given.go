package owners

import (
	"context"
	"net"
)

// sockets has the socket that it listens on, and gives it to its user.
type sockets struct {
	ctx  context.Context
	conn *net.UDPConn
}

// in opens in another namespace.
func in[T any](name string, open func() (T, error)) (T, error) {
	if name != "" {
		println(name)
	}
	return open()
}

func (k *sockets) listen(addr string) (net.PacketConn, error) {
	var lc net.ListenConfig
	pc, err := in(addr, func() (net.PacketConn, error) { return lc.ListenPacket(k.ctx, "udp", addr) })
	if err != nil {
		return nil, err
	}
	k.conn = pc.(*net.UDPConn)
	return pc, nil
}

// goodKeptAndGiven: its owner closes it.
func (k *sockets) goodKeptAndGiven() error {
	pc, err := k.listen(":1")
	if err != nil {
		return err
	}
	_, err = pc.WriteTo([]byte("hello"), pc.LocalAddr())
	return err
}
