package netmodel

import (
	"go/types"
	"slices"
)

// datagram are the types of libraries over datagrams, whose addresses are those of a
// UDP socket.
var datagram = map[string][]string{
	"github.com/quic-go/quic-go":        {"Listener", "EarlyListener", "Transport", "Conn", "Connection", "EarlyConnection"},
	"github.com/lucas-clemente/quic-go": {"Listener", "EarlyListener", "Connection", "Session"},
}

// AddressFamily returns the family of networks that the addresses of a type of a library
// are of, or "".
func AddressFamily(t *types.Named) string {
	if t.Obj().Pkg() != nil && slices.Contains(datagram[anyMajor(t.Obj().Pkg().Path())], t.Obj().Name()) {
		return "udp"
	}
	return ""
}
