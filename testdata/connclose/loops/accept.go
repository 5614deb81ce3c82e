// Package loops holds what a loop does to a conn: continue, break, retry and
// the next iteration that takes the variable over.
package loops

import (
	"io"
	"log"
	"net"
)

func greet(conn net.Conn) error {
	_, err := conn.Write([]byte("HELO\n"))
	return err
}

// serve ends the conn's life.
func serve(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

// badContinueOnBackendError: the client waits on a conn nobody holds.
func badContinueOnBackendError(ln net.Listener, backend string) error {
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed (when net.Dial fails|before the next iteration)"
		if err != nil {
			return err
		}
		up, err := net.Dial("tcp", backend)
		if err != nil {
			log.Print(err)
			continue
		}
		go serve(up)
		go serve(conn)
	}
}

// goodCloseBeforeContinue: the client is told by a FIN.
func goodCloseBeforeContinue(ln net.Listener, backend string) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		up, err := net.Dial("tcp", backend)
		if err != nil {
			log.Print(err)
			conn.Close()
			continue
		}
		go serve(up)
		go serve(conn)
	}
}

// badReturnKeepsAccepted: one refused client ends the loop and stays open.
func badReturnKeepsAccepted(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed when .*greet fails"
		if err != nil {
			return err
		}
		if err := greet(conn); err != nil {
			return err
		}
		go serve(conn)
	}
}

// badLimitReached: over the limit the conn is ignored, not closed.
func badLimitReached(ln net.Listener, slots chan struct{}) error {
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed"
		if err != nil {
			return err
		}
		if len(slots) == cap(slots) {
			continue
		}
		slots <- struct{}{}
		go serve(conn)
	}
}

// goodLimitReached: over the limit the conn is closed.
func goodLimitReached(ln net.Listener, slots chan struct{}) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if len(slots) == cap(slots) {
			conn.Close()
			continue
		}
		slots <- struct{}{}
		go serve(conn)
	}
}

// acceptChecked gives the conn also when the greeting failed.
func acceptChecked(ln net.Listener) (net.Conn, error) {
	conn, err := ln.Accept()
	if err != nil {
		return nil, err
	}
	return conn, greet(conn)
}

// badConnAndErrorContinue: the loop takes err to mean that there is no conn.
func badConnAndErrorContinue(ln net.Listener) {
	for range 100 {
		conn, err := acceptChecked(ln) // want "conn from .*acceptChecked is not closed"
		if err != nil {
			log.Print(err)
			continue
		}
		serve(conn)
	}
}

// goodConnAndErrorContinue: a conn that came with an error is closed.
func goodConnAndErrorContinue(ln net.Listener) {
	for range 100 {
		conn, err := acceptChecked(ln)
		if err != nil {
			if conn != nil {
				conn.Close()
			}
			continue
		}
		serve(conn)
	}
}

// badLabelledContinue: the outer continue leaves the inner conn behind.
func badLabelledContinue(ln net.Listener, banned []string) error {
next:
	for {
		conn, err := ln.Accept() // want "conn from .*Accept is not closed"
		if err != nil {
			return err
		}
		for _, b := range banned {
			if conn.RemoteAddr().String() == b {
				continue next
			}
		}
		go serve(conn)
	}
}

// goodLabelledContinue: closed before the jump.
func goodLabelledContinue(ln net.Listener, banned []string) error {
next:
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		for _, b := range banned {
			if conn.RemoteAddr().String() == b {
				conn.Close()
				continue next
			}
		}
		go serve(conn)
	}
}

// goodServedInTurn: a callee that closes, one conn after another.
func goodServedInTurn(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		serve(conn)
	}
}

type server struct{ conns map[string]net.Conn }

// adopt registers conn, or closes it when it cannot.
func (s *server) adopt(conn net.Conn) error {
	name := conn.RemoteAddr().String()
	if _, ok := s.conns[name]; ok {
		conn.Close()
		return net.ErrClosed
	}
	s.conns[name] = conn
	return nil
}

// goodAdopted: a refused greeting closes, else the callee owns it either way.
func (s *server) goodAdopted(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		if err := greet(conn); err != nil {
			conn.Close()
			continue
		}
		if err := s.adopt(conn); err != nil {
			log.Print(err)
		}
	}
}
