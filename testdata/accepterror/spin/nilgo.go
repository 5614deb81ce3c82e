package spin

import (
	"bufio"
	"io"
	"log"
	"net"
)

// badNilInGoroutine: the goroutine looks for nil before it closes, but reads all
// the same.
func badNilInGoroutine(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `after an error of \(net.Listener\).Accept the code goes on with the connection, which is nil then`
		if err != nil {
			log.Print(err)
		}
		go readLine(conn)
	}
}

func readLine(conn net.Conn) error {
	if conn != nil {
		defer conn.Close()
	}
	_, _, err := bufio.NewReader(conn).ReadLine()
	return err
}

// badSpinsOverNil: it leaves at once, and the loop goes on.
func badSpinsOverNil(ln net.Listener) {
	for {
		conn, err := ln.Accept() // want `an error of \(net.Listener\).Accept is retried at once`
		if err != nil {
			log.Print(err)
		}
		go discard(conn)
	}
}

func discard(conn net.Conn) {
	if conn == nil {
		return
	}
	io.Copy(io.Discard, conn)
	conn.Close()
}
