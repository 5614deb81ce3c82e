//go:build !linux

package faults

import (
	"context"
	"errors"
	"net"
)

// DialReuse connects from a given local port, also one that was used a moment ago. It needs Linux.
func DialReuse(ctx context.Context, local, addr string) (net.Conn, error) {
	return nil, errors.ErrUnsupported
}
