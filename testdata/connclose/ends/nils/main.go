// Command nils goes on with a nil pointer where a function has failed, and so ends
// at once.
package main

import (
	"context"
	"log"
	"net"
	"os"
)

type server struct {
	ln     net.Listener
	failed chan error
}

func main() {
	s, err := goodNew(":1")
	if err != nil {
		log.Printf("cannot start: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { s.failed <- s.serve(ctx) }()
	failed := s.failed
	conn, err := goodDial(":2")
	if err != nil {
		log.Print(err)
	}
	defer conn.Close()
	other, err := badNew(":3")
	if err != nil {
		log.Print(err)
	}
	if other != nil {
		other.ln.Close()
	}
	for {
		select {
		case err := <-failed:
			log.Print(err)
		case <-ctx.Done():
			return
		}
	}
}

func (s *server) serve(ctx context.Context) error {
	<-ctx.Done()
	return s.ln.Close()
}

// goodNew gives nil when it fails, which main uses.
func goodNew(addr string) (*server, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return nil, err
	}
	return &server{ln: ln, failed: make(chan error)}, nil
}

// goodDial gives nil, of which main defers the Close.
func goodDial(addr string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return nil, err
	}
	return conn, nil
}

// badNew gives nil, too, but main asks for it.
func badNew(addr string) (*server, error) {
	ln, err := net.Listen("tcp", addr) // want "ln from net.Listen is not closed when os.Chmod fails"
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(addr, 0o600); err != nil {
		return nil, err
	}
	return &server{ln: ln}, nil
}
