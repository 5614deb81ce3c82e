// Package sequential serves one connection at a time; with report-sequential
// that is reported.
package sequential

import (
	"io"
	"net"
)

func bad(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `accept loop -> io.Copy, no deadline`
		if err != nil {
			return
		}
		io.Copy(io.Discard, conn)
		conn.Close()
	}
}

// good waits for nobody.
func good(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		conn.Close()
	}
}
