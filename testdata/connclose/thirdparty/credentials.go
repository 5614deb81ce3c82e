package thirdparty

import (
	"context"
	"errors"
	"net"

	"google.golang.org/grpc/credentials"
)

var errPeer = errors.New("another peer")

// named checks whom the inner credentials have shaken hands with.
type named struct {
	credentials.TransportCredentials
	inner credentials.TransportCredentials
	names func(credentials.AuthInfo) bool
}

// ClientHandshake leaves the connection as the inner one leaves it, when that fails: good.
func (n named) ClientHandshake(ctx context.Context, authority string, goodRaw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	conn, info, err := n.inner.ClientHandshake(ctx, authority, goodRaw)
	if err != nil {
		return nil, nil, err
	}
	if !n.names(info) {
		conn.Close()
		return nil, nil, errPeer
	}
	return conn, info, nil
}

// badHandshake has another name, and closes on one path only.
func (n named) badHandshake(ctx context.Context, authority string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) { // want `parameter raw is not closed when .*ClientHandshake fails`
	conn, info, err := n.inner.ClientHandshake(ctx, authority, raw)
	if err != nil {
		return nil, nil, err
	}
	if !n.names(info) {
		conn.Close()
		return nil, nil, errPeer
	}
	return conn, info, nil
}
