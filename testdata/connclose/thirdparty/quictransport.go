package thirdparty

import (
	"crypto/tls"
	"errors"
	"net"

	"github.com/quic-go/quic-go"
)

type quicServer struct {
	transport *quic.Transport
	conn      net.PacketConn
	serve     func(*quic.EarlyListener) error
}

// goodWithTransport: Stop closes the transport, and the listener ends with it.
func (s *quicServer) goodWithTransport(cfg *tls.Config) error {
	pc, err := net.ListenPacket("udp", ":0")
	if err != nil {
		return err
	}
	t := &quic.Transport{Conn: pc}
	s.transport, s.conn = t, pc
	ln, err := t.ListenEarly(cfg, nil)
	if err != nil {
		return err
	}
	return s.serve(ln)
}

// goodOfTransport: the transport is the server's from before.
func (s *quicServer) goodOfTransport(cfg *tls.Config, allow bool) error {
	ln, err := s.transport.ListenEarly(cfg, nil)
	if err != nil {
		return err
	}
	if !allow {
		return errors.New("not allowed")
	}
	return s.serve(ln)
}

// goodTransportClosed: closing it closes the listener.
func goodTransportClosed(pc net.PacketConn, cfg *tls.Config, allow bool) (*quic.Listener, error) {
	t := &quic.Transport{Conn: pc}
	ln, err := t.Listen(cfg, nil)
	if err != nil {
		t.Close()
		return nil, err
	}
	if !allow {
		t.Close()
		return nil, errors.New("not allowed")
	}
	return ln, nil
}

// badTransportDropped: nobody has the transport that the listener runs over.
func badTransportDropped(addr string, cfg *tls.Config, allow bool) (*quic.Listener, error) {
	pc, err := net.ListenPacket("udp", addr) // want "pc from net.ListenPacket is never closed"
	if err != nil {
		return nil, err
	}
	t := &quic.Transport{Conn: pc}
	ln, err := t.Listen(cfg, nil) // want "ln from .*Listen is not closed"
	if err != nil {
		return nil, err
	}
	if !allow {
		return nil, errors.New("not allowed")
	}
	return ln, nil
}
