// Command cmd3 serves in a function that main calls last.
package main

import (
	"log"
	"net"
	"os"
)

func main() {
	ln, err := net.Listen("tcp", ":8089")
	if err != nil {
		log.Fatal(err)
	}
	go admin(ln)
	badLast(ln)
	log.Print("bye")
	os.Stdout.Sync()
}

// badLast: the program ends with it.
func badLast(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `an error of \(net.Listener\).Accept ends the program, also when descriptors run out`
		if err != nil {
			log.Print(err)
			return
		}
		go conn.Close()
	}
}

func admin(ln net.Listener) { badNotLast(ln) }

// badNotLast: this one is one of several.
func badNotLast(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `nobody is told: the process stays up`
		if err != nil {
			log.Print(err)
			return
		}
		go conn.Close()
	}
}
