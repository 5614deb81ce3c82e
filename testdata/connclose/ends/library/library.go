// Package library ends the process of whoever uses it, where a function of it fails.
package library

import (
	"log"
	"net"
	"os"
)

// Server is what New makes.
type Server struct{ udp net.PacketConn }

// New ends the process when it cannot listen.
func New(addr string) *Server {
	pc, err := GoodListen(addr)
	if err != nil {
		log.Print("cannot listen: ", err)
		os.Exit(1)
	}
	return &Server{pc}
}

// GoodListen is exported, but all that is seen of it is that its failure ends the
// process.
func GoodListen(addr string) (net.PacketConn, error) {
	pc, err := net.ListenPacket("udp", addr)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return nil, err
	}
	return pc, nil
}

// MustDial panics, and whoever calls it may recover.
func MustDial(addr string) net.Conn {
	conn, err := BadDial(addr)
	if err != nil {
		panic(err)
	}
	return conn
}

// BadDial can be called without a panic.
func BadDial(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when os.Chmod fails"
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return nil, err
	}
	return conn, nil
}

// BadUnused is called by nobody here.
func BadUnused(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when os.Chmod fails"
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return nil, err
	}
	return conn, nil
}

// Restart goes on when Relisten fails.
func (s *Server) Restart(addr string) {
	if err := s.BadRelisten(addr); err != nil {
		log.Print(err)
	}
}

// Start does not.
func (s *Server) Start(addr string) {
	if err := s.BadRelisten(addr); err != nil {
		log.Fatal(err)
	}
	if err := s.GoodStarted(addr); err != nil {
		log.Fatal(err)
	}
}

// BadRelisten has two callers that differ.
func (s *Server) BadRelisten(addr string) error {
	pc, err := net.ListenPacket("udp", addr) // want "pc from net.ListenPacket is not closed when os.Chmod fails"
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	s.udp = pc
	return nil
}

// GoodStarted has one.
func (s *Server) GoodStarted(addr string) error {
	pc, err := net.ListenPacket("udp", addr)
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	s.udp = pc
	return nil
}

// Loop serves for ever, and what has failed before is left open all the while.
func Loop(addr string) {
	if err := BadBefore(addr); err != nil {
		log.Print(err)
	}
	forever()
}

func forever() {
	ln, err := net.Listen("tcp", ":1")
	if err != nil {
		log.Fatal(err)
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			log.Fatal(err)
		}
		conn.Close()
	}
}

// BadBefore fails before something that never returns, and does not end the process.
func BadBefore(addr string) error {
	pc, err := net.ListenPacket("udp", addr) // want "pc from net.ListenPacket is not closed when os.Chmod fails"
	if err != nil {
		return err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return err
	}
	return pc.Close()
}
