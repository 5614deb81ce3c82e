// Command cmd accepts in main.
package main

import (
	"log"
	"net"
)

// badMain: the return of main is the end of the program.
func main() {
	ln, err := net.Listen("tcp", ":8089")
	if err != nil {
		log.Fatal(err)
	}
	for {
		conn, err := ln.Accept() // want `an error of \(net.Listener\).Accept ends the program`
		if err != nil {
			log.Print(err)
			return
		}
		go func() { conn.Close() }()
	}
}
