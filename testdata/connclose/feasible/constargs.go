package feasible

import (
	"errors"
	"log"
	"net"
	"time"
)

type proto int

const (
	protoTCP proto = iota
	protoUDP
)

var onlyV4 bool

func tcpNetwork() string {
	if onlyV4 {
		return "tcp4"
	}
	return "tcp"
}

// dialProto returns a connection together with an error when its buffer cannot be
// set, which is tried for UDP only.
func dialProto(p proto, addr string, wait time.Duration) (conn net.Conn, err error) {
	network := tcpNetwork()
	if p == protoUDP {
		network = "udp"
	} else if p != protoTCP {
		err = errors.New("no such protocol")
		return
	}
	d := &net.Dialer{Timeout: wait}
	conn, err = d.Dial(network, addr)
	if err == nil {
		if udp, ok := conn.(*net.UDPConn); ok {
			err = udp.SetWriteBuffer(1 << 20)
			if err != nil {
				log.Print(err)
			}
		}
	}
	return
}

func dialSoon(p proto, addr string) (net.Conn, error) {
	return dialProto(p, addr, time.Second)
}

// goodTCPOnly: for TCP there is no connection beside an error.
func goodTCPOnly(addr string) error {
	conn, err := dialProto(protoTCP, addr, 0)
	if err != nil {
		return err
	}
	return conn.Close()
}

// goodTCPPassedOn: the constant is passed on.
func goodTCPPassedOn(addr string) error {
	conn, err := dialSoon(protoTCP, addr)
	if err != nil {
		return err
	}
	return conn.Close()
}

// badUDPPassedOn: for UDP there may be one.
func badUDPPassedOn(addr string) error {
	conn, err := dialSoon(protoUDP, addr) // want "conn from dialSoon is not closed when dialSoon itself fails"
	if err != nil {
		return err
	}
	return conn.Close()
}

// badAnyProto: nothing is known of it.
func badAnyProto(p proto, addr string) error {
	conn, err := dialSoon(p, addr) // want "conn from dialSoon is not closed when dialSoon itself fails"
	if err != nil {
		return err
	}
	return conn.Close()
}

// badTCPLeaked: the connection without an error is a connection.
func badTCPLeaked(addr string, ready bool) error {
	conn, err := dialSoon(protoTCP, addr) // want "conn from dialSoon is not closed on every path"
	if err != nil {
		return err
	}
	if !conn.LocalAddr().(*net.TCPAddr).IP.IsLoopback() {
		return errors.New("not here")
	}
	return conn.Close()
}

// dialGreeting greets only when it is asked to.
func dialGreeting(addr string, greet bool) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if greet {
		if _, err := conn.Write([]byte("hello")); err != nil {
			return conn, err
		}
	}
	return conn, nil
}

// goodSilently: nothing is written.
func goodSilently(addr string) error {
	conn, err := dialGreeting(addr, false)
	if err != nil {
		return err
	}
	return conn.Close()
}

// badGreeting: it may fail with the connection open.
func badGreeting(addr string) error {
	conn, err := dialGreeting(addr, true) // want "conn from dialGreeting is not closed when dialGreeting itself fails"
	if err != nil {
		return err
	}
	return conn.Close()
}

// goodOtherType: a TCP connection is none of these.
func goodOtherType(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	if _, ok := conn.(*net.UnixConn); ok {
		return errors.New("not over the network")
	}
	return conn.Close()
}
