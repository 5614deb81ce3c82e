// Package inslices hands connections over in structs that are elements of slices.
package inslices

import (
	"net"
	"os"
)

type endpoint struct {
	conn net.PacketConn
	name string
}

type options struct {
	packets   []endpoint
	listeners []listening
	realm     string
	auth      func(string) bool
}

type listening struct {
	ln   net.Listener
	name string
}

type server struct {
	packets   []endpoint
	listeners []listening
	auth      func(string) bool
}

// newServer keeps what is in its options, when they are valid.
func newServer(o options) (*server, error) {
	if o.realm == "" {
		return nil, os.ErrInvalid
	}
	s := &server{packets: o.packets, listeners: o.listeners, auth: o.auth}
	for i := range s.packets {
		go func(e endpoint) {
			buf := make([]byte, 1)
			for {
				if _, _, err := e.conn.ReadFrom(buf); err != nil {
					return
				}
			}
		}(s.packets[i])
	}
	return s, nil
}

// goodStart gives it both, and ends the process when it fails.
func goodStart(addr string) *server {
	pc, err := net.ListenPacket("udp", addr)
	if err != nil {
		os.Exit(1)
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		os.Exit(1)
	}
	var more []listening
	if addr != "" {
		other, err := net.Listen("tcp", "")
		if err != nil {
			os.Exit(1)
		}
		more = append(more, listening{ln: other, name: addr})
	}
	s, err := newServer(options{
		realm:     addr,
		listeners: append(more, listening{ln: ln, name: addr}),
		packets:   []endpoint{{conn: pc, name: addr}},
	})
	if err != nil {
		os.Exit(1)
	}
	return s
}

// goodReturned gives them back in a slice of structs.
func goodReturned(addr string) ([]endpoint, error) {
	pc, err := net.ListenPacket("udp", addr)
	if err != nil {
		return nil, err
	}
	return []endpoint{{conn: pc, name: addr}}, nil
}

// goodClosedInLoop closes each element.
func goodClosedInLoop(addr string) error {
	pc, err := net.ListenPacket("udp", addr)
	if err != nil {
		return err
	}
	all := []endpoint{{conn: pc, name: addr}}
	for _, e := range all {
		e.conn.Close()
	}
	return nil
}

// badForgotten makes the slice, and forgets it.
func badForgotten(addr string) error {
	pc, err := net.ListenPacket("udp", addr) // want "pc from net.ListenPacket is never closed"
	if err != nil {
		return err
	}
	all := []endpoint{{conn: pc, name: addr}}
	if len(all) != 1 {
		return os.ErrInvalid
	}
	return nil
}
