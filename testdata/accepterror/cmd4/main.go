// Command cmd4 serves in a function that main's function calls.
package main

import (
	"log"
	"net"
	"sync"
)

func main() {
	log.SetFlags(0)
	run(":7070")
	log.Print("bye")
}

func run(addr string) {
	s, err := newServer(addr)
	if err != nil {
		log.Print(err)
		return
	}
	defer s.ln.Close()
	control, err := net.Dial("tcp", "control:80")
	if err != nil {
		return
	}
	defer control.Close() // the program ends all the same
	s.badSynchronous()
}

type server struct {
	ln net.Listener
	wg sync.WaitGroup
}

func newServer(addr string) (*server, error) {
	ln, err := net.Listen("tcp", addr)
	return &server{ln: ln}, err
}

// badSynchronous: when it returns, main does.
func (s *server) badSynchronous() {
	for {
		c, err := s.ln.Accept() // want `ends the program, also when descriptors run out`
		if err != nil {
			log.Print(err)
			return
		}
		go c.Close()
	}
}
