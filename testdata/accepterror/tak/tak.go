// Package tak accepts as the TAK server's first version did: at "too many open
// files" the loop closes the listener and ends.
package tak

import (
	"crypto/tls"
	"errors"
	"log"
	"net"
	"syscall"
)

type server struct {
	tls, plain net.Listener
	config     *tls.Config
}

func (s *server) start() {
	go s.serveTLS()
	go s.servePlain()
}

func (s *server) serveTLS() {
	for {
		conn, err := s.tls.Accept() // want `the loop gives up on \(net.Listener\).Accept when descriptors run out \(EMFILE\)`
		if err != nil {
			if errors.Is(err, syscall.EMFILE) {
				log.Print("too many open files")
				s.tls.Close()
				break
			}
			log.Print(err)
			continue
		}
		go s.client(tls.Server(conn, s.config))
	}
}

func (s *server) servePlain() {
	for {
		conn, err := s.plain.Accept() // want `nobody is told: the process stays up without its listener`
		if err != nil {
			log.Print(err)
			s.plain.Close()
			return
		}
		go s.client(conn)
	}
}

func (s *server) client(conn net.Conn) { conn.Close() }
