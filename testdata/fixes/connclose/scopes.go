package connclose

import (
	"encoding/json"
	"errors"
	"log"
	"net"
	"os"
)

// outOfLoop: where the function returns, the name means nothing.
func outOfLoop(addr string) (net.Conn, error) {
	for range 3 {
		conn, err := net.Dial("tcp", addr) // want "is not closed"
		if err != nil {
			continue
		}
		if err := greet(conn); err != nil {
			log.Print(err)
			continue
		}
		return conn, nil
	}
	return nil, errors.New("no luck")
}

// leftLoop: with one that nobody looks at again.
func leftLoop(addrs []string) (found string) {
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a) // want "is not closed"
		if err != nil {
			continue
		}
		if a[0] == '[' {
			found = a
			break
		}
		conn.Close()
	}
	return found
}

// inHead: of an if statement.
func inHead(addr string, check func() bool) bool {
	if conn, err := net.Dial("tcp", addr); err == nil { // want "is never closed"
		log.Print("open: ", conn.RemoteAddr())
	}
	return check()
}

// shadowed: the outer conn is another one.
func shadowed(addr string, online bool) error {
	var conn net.Conn
	if online {
		conn, err := net.Dial("tcp", addr) // want "is never closed"
		if err != nil {
			return err
		}
		if err := greet(conn); err != nil {
			log.Print(err)
		}
	}
	if conn != nil {
		return conn.Close()
	}
	return nil
}

// collected: those in the slice stay open.
func collected(addrs []string) (conns []net.Conn) {
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a) // want "is not closed"
		if err != nil {
			continue
		}
		if err := greet(conn); err != nil {
			continue
		}
		conns = append(conns, conn)
	}
	return conns
}

// goroutine: that gives up early.
func goroutine(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "is not closed"
	if err != nil {
		return err
	}
	go func() {
		if err := greet(conn); err != nil {
			return
		}
		_, _ = os.Stdout.ReadFrom(conn)
		conn.Close()
	}()
	return nil
}

// livesOn: whoever is done with the decoder should close conn, not this function.
func livesOn(addr string) (*json.Decoder, error) {
	conn, err := net.Dial("tcp", addr) // want "is never closed"
	if err != nil {
		return nil, err
	}
	return json.NewDecoder(conn), nil
}

var current *json.Decoder

// livesOnOutside: the same, stored.
func livesOnOutside(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "is never closed"
	if err != nil {
		return err
	}
	current = json.NewDecoder(conn)
	return nil
}

// livedOn: the decoder is gone when the function returns.
func livedOn(addr string) error {
	conn, err := net.Dial("tcp", addr) // want "is never closed"
	if err != nil {
		return err
	}
	if err := greet(conn); err != nil {
		return err
	}
	return json.NewDecoder(conn).Decode(&current)
}
