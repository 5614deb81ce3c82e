package listeners

import (
	"errors"
	"log"
	"net"
)

// An endlessServer tells a callback of failed accepts, and goes on.
type endlessServer struct{ onError func(error) }

// goodRunEndless: serveEndless never returns, so neither does this function.
func (s *endlessServer) goodRunEndless(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return s.serveEndless(ln)
}

// serveEndless ends only when the callback panics; the deferred call is for that.
func (s *endlessServer) serveEndless(ln net.Listener) error {
	defer ln.Close()
	for {
		conn, err := ln.Accept()
		if err != nil {
			s.onError(err)
			continue
		}
		go conn.Close()
	}
}

// goodBesideEndless: what a function that never returns is not given stays open
// as long as it runs, too.
func (s *endlessServer) goodBesideEndless(addr, peer string) error {
	conn, err := net.Dial("tcp", peer)
	if err != nil {
		return err
	}
	if _, err := conn.Write([]byte("up\n")); err != nil {
		log.Print(err)
	}
	return s.goodRunTwice(addr)
}

// goodRunTwice never returns unless net.Listen fails.
func (s *endlessServer) goodRunTwice(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		log.Fatal(err)
	}
	for {
		s.serveEndless(ln)
	}
}

// badRunUntilStopped: the callee leaves its loop and does not close.
func (s *endlessServer) badRunUntilStopped(addr string, stop <-chan struct{}) error {
	ln, err := net.Listen("tcp", addr) // want `ln from net.Listen is never closed`
	if err != nil {
		return err
	}
	return s.serveUntilStopped(ln, stop)
}

func (s *endlessServer) serveUntilStopped(ln net.Listener, stop <-chan struct{}) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			s.onError(err)
			continue
		}
		go conn.Close()
		select {
		case <-stop:
			return nil
		default:
		}
	}
}

// badRecovers: the panic does not leave the function, it returns.
func badRecovers(addr string) error {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is never closed`
	if err != nil {
		return err
	}
	return recovering(conn)
}

func recovering(conn net.Conn) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("refused")
		}
	}()
	panic(conn.RemoteAddr().String())
}

// goodEndsProcess: the goroutine has the listener until the process ends.
func goodEndsProcess(addr string) (net.Addr, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	go func() {
		err := refuseAll(ln)
		if err != nil {
			log.Fatal(err)
		}
	}()
	return ln.Addr(), nil
}

// refuseAll ends with an error only.
func refuseAll(ln net.Listener) error {
	var err error
	for {
		var conn net.Conn
		conn, err = ln.Accept()
		if err != nil {
			log.Print(err)
			break
		}
		err = conn.Close()
		if err != nil {
			log.Print(err)
			break
		}
	}
	return err
}

// badMayEnd: the goroutine may end without one.
func badMayEnd(addr string) (net.Addr, error) {
	ln, err := net.Listen("tcp", addr) // want `ln from net.Listen is never closed`
	if err != nil {
		return nil, err
	}
	go func() {
		err := refuseSome(ln, 10)
		if err != nil {
			log.Fatal(err)
		}
	}()
	return ln.Addr(), nil
}

// refuseSome has done with it after some.
func refuseSome(ln net.Listener, n int) error {
	var err error
	for range n {
		var conn net.Conn
		conn, err = ln.Accept()
		if err != nil {
			break
		}
		conn.Close()
	}
	return err
}

// goodReportsEnd: the same with returns in the loop.
func goodReportsEnd(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	go func() {
		if err := refuseEach(ln); err != nil {
			panic(err)
		}
	}()
	return nil
}

func refuseEach(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := conn.Close(); err != nil {
			return err
		}
	}
}

// badOnlyLogged: the process goes on.
func badOnlyLogged(addr string) error {
	ln, err := net.Listen("tcp", addr) // want `ln from net.Listen is not closed when its goroutine returns`
	if err != nil {
		return err
	}
	go func() {
		if err := refuseAll(ln); err != nil {
			log.Print(err)
		}
	}()
	return nil
}
