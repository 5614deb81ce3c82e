package good

import (
	"io"
	"net"
)

// link is a multiplexed connection to one peer, of a library of one's own.
type link interface {
	io.Closer
	Accept() (net.Conn, error)
	RemoteAddr() net.Addr
}

// goodStreams: a stream has no descriptor, and ends with the session of its peer.
func goodStreams(l link) {
	for {
		s, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer s.Close()
			if readProxyHeader(s) == nil {
				io.Copy(io.Discard, s)
			}
		}()
	}
}

func readProxyHeader(conn net.Conn) error {
	_, err := io.ReadFull(conn, make([]byte, 16))
	return err
}
