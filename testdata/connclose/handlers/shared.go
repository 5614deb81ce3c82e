package handlers

import (
	"errors"
	"net"
)

// ServePackets answers each packet in a goroutine of its own, over one socket.
func ServePackets(pc net.PacketConn, handler func(net.PacketConn, []byte)) error {
	for {
		buf := make([]byte, 1500)
		n, from, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		go goodAnswers(pc, buf[:n], from, handler)
	}
}

// goodAnswers: the socket is the server's, and every packet's.
func goodAnswers(pc net.PacketConn, packet []byte, from net.Addr, handler func(net.PacketConn, []byte)) {
	if _, err := pc.WriteTo(packet, from); err != nil {
		return
	}
	handler(pc, packet)
}

// An ownError is the package's error.
type ownError interface {
	error
	Code() int
}

type codeError int

func (e codeError) Error() string { return "code" }
func (e codeError) Code() int     { return int(e) }

func dialOwn(addr string) (net.Conn, ownError) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, codeError(1)
	}
	return conn, nil
}

// goodOwnError: nil says that all went well, whatever the type of the error.
func goodOwnError(addr string) (net.Conn, ownError) {
	conn, err := dialOwn(addr)
	if err != nil {
		return nil, err
	}
	if _, werr := conn.Write([]byte("hello")); werr != nil {
		conn.Close()
		return nil, codeError(2)
	}
	return conn, nil
}

// badOwnError: the failed write leaks.
func badOwnError(addr string) (net.Conn, ownError) {
	conn, err := dialOwn(addr) // want "conn from dialOwn is not closed when .*Write fails"
	if err != nil {
		return nil, err
	}
	if _, werr := conn.Write([]byte("hello")); werr != nil {
		return nil, codeError(2)
	}
	return conn, nil
}

// goodCloseOfOther: that the other one cannot be closed is no failure.
func goodCloseOfOther(addr string, other net.Conn) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := other.Close(); err != nil {
		return nil, errors.Join(err)
	}
	return conn, nil
}
