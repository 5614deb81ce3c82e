// Package steps holds loops whose reports show where the error leads: the last step of
// a report stands at the line with its text.
package steps

import (
	"errors"
	"log"
	"net"
)

func handle(c net.Conn) { c.Close() }

func badRetry(ln net.Listener, quit chan struct{}) {
	for {
		log.Print("waiting")
		c, err := ln.Accept() // want `retried at once`
		if err != nil {
			log.Print(err) // step: goes back to Accept without a delay
			continue
		}
		go handle(c)
	}
}

func badBreak(ln net.Listener) {
	for {
		c, err := ln.Accept() // want `nobody is told`
		if err != nil {
			log.Printf("%v: %v", ln.Addr(), err) // step: has left the loop
			break
		}
		go handle(c)
	}
}

func badAfter(ln net.Listener) {
	n := 0
	for {
		c, err := ln.Accept() // want `nobody is told`
		if err != nil {
			break
		}
		n++
		go handle(c)
	}
	log.Print(n) // step: has left the loop
}

func badReturn(ln net.Listener) {
	for {
		c, err := ln.Accept() // want `nobody is told`
		if err != nil {
			log.Print(err)
			return // step: leaves the loop
		}
		go handle(c)
	}
}

func badExit(ln net.Listener) {
	for {
		c, err := ln.Accept() // want `ends the process`
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			log.Fatal(err) // step: ends the process
		}
		go handle(c)
	}
}
