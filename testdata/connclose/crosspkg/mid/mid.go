// Package mid stands between the claims and package peer: facts about it rest
// on facts about peer.
package mid

import (
	"net"

	"sockvet.test/connclose/crosspkg/peer"
)

// Open acquires what peer.Dial acquires.
func Open(addr string) (net.Conn, error) {
	return peer.Dial(addr)
}

// Drop closes by way of peer.Quiet.
func Drop(conn net.Conn) {
	peer.Quiet(conn)
}

// Check only borrows.
func Check(conn net.Conn) error {
	if err := peer.Hello(conn); err != nil {
		return err
	}
	return peer.Hello(conn)
}

// Session acquires a session: peer.NewSession closes on failure.
func Session(addr string) (*peer.Session, error) {
	conn, err := peer.Dial(addr)
	if err != nil {
		return nil, err
	}
	return peer.NewSession(conn)
}

// Pair gives two conns or none.
func Pair(a, b string) (net.Conn, net.Conn, error) {
	first, err := peer.Dial(a)
	if err != nil {
		return nil, nil, err
	}
	second, err := peer.Dial(b)
	if err != nil {
		Drop(first)
		return nil, nil, err
	}
	return first, second, nil
}

// Die does not return, because peer.Fatal does not.
func Die(err error) {
	peer.Fatal(err)
}
