package goroutines

import (
	"io"
	"net"
)

// badWriterAndReader: the writer closes unless the write fails, and the reader
// never does.
func badWriterAndReader(addr string, queue chan []byte) error {
	conn, err := net.Dial("tcp", addr) // want "conn from net.Dial is not closed when .net.Conn..Write fails"
	if err != nil {
		return err
	}
	go func() {
		for b := range queue {
			if _, err := conn.Write(b); err != nil {
				return
			}
		}
		conn.Close()
	}()
	go func() {
		io.Copy(io.Discard, conn)
	}()
	return nil
}

// goodWriterAndReader: the reader ends when the peer does, and closes.
func goodWriterAndReader(addr string, queue chan []byte) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	go func() {
		for b := range queue {
			if _, err := conn.Write(b); err != nil {
				return
			}
		}
		conn.Close()
	}()
	go func() {
		defer conn.Close()
		io.Copy(io.Discard, conn)
	}()
	return nil
}

// goodDeferredInLoop: whatever the goroutines do, each is closed at the end.
func goodDeferredInLoop(addrs []string) {
	for _, a := range addrs {
		conn, err := net.Dial("tcp", a)
		if err != nil {
			return
		}
		go func() {
			if err := greet(conn); err != nil {
				return
			}
			conn.Close()
		}()
		defer conn.Close()
	}
}
