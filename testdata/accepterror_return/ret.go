// Package accepterror_return is checked with -report-return.
package accepterror_return

import (
	"net"
	"time"
)

// badReturned: nobody serves the listener again.
func badReturned(ln net.Listener) error {
	for {
		conn, err := ln.Accept() // want `any error of \(net.Listener\).Accept is returned, also when descriptors run out`
		if err != nil {
			return err
		}
		go conn.Close()
	}
}

// goodWaits: EMFILE is waited for, the rest returned.
func goodWaits(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if ne, ok := err.(net.Error); ok && ne.Temporary() {
			time.Sleep(time.Second)
			continue
		}
		if err != nil {
			return err
		}
		go conn.Close()
	}
}
