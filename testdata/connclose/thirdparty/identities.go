package thirdparty

import (
	"net"

	"github.com/google/uuid"
)

// peer has a name of its own.
type peer struct {
	id   uuid.UUID
	conn net.Conn
}

// goodIdentity: there is always randomness.
func goodIdentity(addr string) (*peer, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	id, err := uuid.NewRandom()
	if err != nil {
		return nil, err
	}
	return &peer{id, conn}, nil
}

// badIdentity: what the peer says may be no identity.
func badIdentity(addr string) (*peer, error) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed when \(net.Conn\).Read or uuid.ParseBytes fails`
	if err != nil {
		return nil, err
	}
	text := make([]byte, 36)
	if _, err := conn.Read(text); err != nil {
		return nil, err
	}
	id, err := uuid.ParseBytes(text)
	if err != nil {
		return nil, err
	}
	return &peer{id, conn}, nil
}
