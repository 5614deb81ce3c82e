// Package libraries waits for the client in what other modules provide.
package libraries

import (
	"context"
	"io"
	"net"

	"github.com/gobwas/ws"
	"github.com/hashicorp/yamux"
	"github.com/pion/dtls/v2"
	dtls3 "github.com/pion/dtls/v3"
	"github.com/pires/go-proxyproto"
	"github.com/quic-go/quic-go"
	"google.golang.org/grpc/credentials"
)

func serve(conn net.Conn) { io.Copy(io.Discard, conn) }

// badWebSocket upgrades in the loop, as many examples do.
func badWebSocket(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `accept loop -> ws.Upgrade, no deadline`
		if err != nil {
			return
		}
		if _, err := ws.Upgrade(conn); err != nil {
			conn.Close()
			continue
		}
		go serve(conn)
	}
}

// badProxied logs the address, which is in the header.
func badProxied(inner net.Listener, log func(...any)) {
	ln := &proxyproto.Listener{Listener: inner}
	for {
		conn, err := ln.Accept() // want `\(\*proxyproto.Conn\).RemoteAddr, bounded by its own timeout`
		if err != nil {
			return
		}
		log(conn.RemoteAddr())
		go serve(conn)
	}
}

// badProxiedInterface: the same behind an interface.
func badProxiedInterface(inner net.Listener, log func(...any)) {
	var ln net.Listener = &proxyproto.Listener{Listener: inner}
	for {
		conn, err := ln.Accept() // want `\(\*proxyproto.Conn\).RemoteAddr`
		if err != nil {
			return
		}
		log(conn.RemoteAddr())
		go serve(conn)
	}
}

// goodProxied asks in the connection's own goroutine.
func goodProxied(inner net.Listener, log func(...any)) {
	ln := &proxyproto.Listener{Listener: inner}
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		go func() {
			log(conn.RemoteAddr())
			serve(conn)
		}()
	}
}

// badFirstStream waits for the client's first stream.
func badFirstStream(ctx context.Context, ln *quic.Listener, handle func(*quic.Conn, *quic.Stream)) {
	for {
		conn, err := ln.Accept(ctx) // want `\(\*quic.Conn\).AcceptStream`
		if err != nil {
			return
		}
		stream, err := conn.AcceptStream(ctx)
		if err != nil {
			conn.CloseWithError(1, "")
			continue
		}
		go handle(conn, stream)
	}
}

// goodFirstStream waits elsewhere.
func goodFirstStream(ctx context.Context, ln *quic.Listener, handle func(*quic.Stream)) {
	for {
		conn, err := ln.Accept(ctx)
		if err != nil {
			return
		}
		go func() {
			for {
				stream, err := conn.AcceptStream(ctx)
				if err != nil {
					return
				}
				go handle(stream)
			}
		}()
	}
}

// goodStreams: a stream that says nothing holds up its own client only.
func goodStreams(s *yamux.Session) {
	for {
		stream, err := s.Accept()
		if err != nil {
			return
		}
		if _, err := io.ReadFull(stream, make([]byte, 4)); err != nil {
			stream.Close()
			continue
		}
		go serve(stream)
	}
}

// goodMux wraps and waits for nobody.
func goodMux(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		s, err := yamux.Server(conn, nil)
		if err != nil {
			conn.Close()
			continue
		}
		go goodStreams(s)
	}
}

// dtlsListener shakes hands in a constructor that did so before version 3.
type dtlsListener struct {
	net.Listener
	cfg *dtls.Config
}

func (l *dtlsListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept() // want `\(\*dtlsListener\).Accept -> dtls.Server, bounded by its own timeout`
	if err != nil {
		return nil, err
	}
	return dtls.Server(conn, l.cfg)
}

// packetListener gives out connected datagram sockets.
type packetListener interface {
	Accept() (net.PacketConn, net.Addr, error)
	Close() error
	Addr() net.Addr
}

// goodDTLS: from version 3 on it does not.
type goodDTLS struct {
	parent packetListener
	cfg    *dtls3.Config
}

func (l *goodDTLS) Accept() (net.Conn, error) {
	conn, addr, err := l.parent.Accept()
	if err != nil {
		return nil, err
	}
	return dtls3.Server(conn, addr, l.cfg)
}

func (l *goodDTLS) Close() error   { return l.parent.Close() }
func (l *goodDTLS) Addr() net.Addr { return l.parent.Addr() }

// badCredentials shakes hands through an interface that the model knows.
func badCredentials(ln net.Listener, creds credentials.TransportCredentials) {
	for {
		conn, err := ln.Accept() // want `\(credentials.TransportCredentials\).ServerHandshake`
		if err != nil {
			return
		}
		secure, _, err := creds.ServerHandshake(conn)
		if err != nil {
			conn.Close()
			continue
		}
		go serve(secure)
	}
}
