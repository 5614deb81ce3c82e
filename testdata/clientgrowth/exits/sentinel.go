package exits

import (
	"bufio"
	"errors"
	"io"
	"log"
	"net"
	"sync"
)

type echo struct{ active sync.Map }

// badOnlyEOF: what ends by another error than io.EOF stays.
func (h *echo) badOnlyEOF(conn net.Conn) {
	h.active.Store(conn, true) // want `does not lose it when \(\*bufio.Reader\).ReadString fails otherwise than with io.EOF \(returns at line 26\)`
	reader := bufio.NewReader(conn)
	for {
		msg, err := reader.ReadString('\n')
		if err != nil {
			if err == io.EOF {
				h.active.Delete(conn)
			} else {
				log.Print(err)
			}
			return
		}
		conn.Write([]byte(msg))
	}
}

// badOnlyIsEOF: the same.
func (h *echo) badOnlyIsEOF(conn net.Conn) {
	h.active.Store(conn, true) // want `does not lose it when \(\*bufio.Reader\).ReadString fails otherwise than with io.EOF`
	defer conn.Close()
	reader := bufio.NewReader(conn)
	for {
		if _, err := reader.ReadString('\n'); errors.Is(err, io.EOF) {
			h.active.Delete(conn)
			return
		} else if err != nil {
			return
		}
	}
}

// goodAnyError: any error removes it.
func (h *echo) goodAnyError(conn net.Conn) {
	h.active.Store(conn, true)
	reader := bufio.NewReader(conn)
	for {
		msg, err := reader.ReadString('\n')
		if err != nil {
			if err != io.EOF {
				log.Print(err)
			}
			h.active.Delete(conn)
			return
		}
		conn.Write([]byte(msg))
	}
}

func (h *echo) serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go h.badOnlyEOF(conn)
		go h.badOnlyIsEOF(conn)
		go h.goodAnyError(conn)
	}
}
