//go:build !unix

package rawlisten

import (
	"errors"
	"net"
)

// TCP is not possible on this system: package net gives no say in the length of the queue.
func TCP(addr string, backlog int) (net.Listener, error) {
	return nil, errors.ErrUnsupported
}
