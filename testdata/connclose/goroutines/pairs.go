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
