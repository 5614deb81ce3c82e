// Command cmd2 serves one session in main.
package main

import (
	"log"
	"net"

	"github.com/hashicorp/yamux"
)

// goodMainSession: all that main serves is over, and with it the program.
func main() {
	conn, err := net.Dial("tcp", "localhost:8089")
	if err != nil {
		log.Fatal(err)
	}
	s, err := yamux.Client(conn, nil)
	if err != nil {
		log.Fatal(err)
	}
	for {
		stream, err := s.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() { stream.Close() }()
	}
}
