package good

import (
	"encoding/json"
	"io"
	"log"
	"net"
)

// link is a multiplexed connection to one peer, of a library of one's own.
type link interface {
	io.Closer
	AcceptTyped() (stream, error)
	RemoteAddr() net.Addr
}

type stream interface {
	io.ReadWriteCloser
	Kind() int
}

// carrier opens streams, too.
type carrier struct{ streams chan stream }

func (c *carrier) AcceptStream() (stream, error) { return <-c.streams, nil }
func (c *carrier) OpenStream() (stream, error)   { return <-c.streams, nil }
func (c *carrier) Close() error                  { close(c.streams); return nil }

type request struct{ Addr string }

// goodLink waits for what it has asked of its only peer.
func goodLink(l link) {
	for {
		s, err := l.AcceptTyped()
		if err != nil {
			return
		}
		var r request
		if err := json.NewDecoder(s).Decode(&r); err != nil {
			s.Close()
			continue
		}
		go answer(s, r)
	}
}

func goodCarrier(c *carrier) {
	for {
		s, err := c.AcceptStream()
		if err != nil {
			return
		}
		var r request
		if err := json.NewDecoder(s).Decode(&r); err != nil {
			s.Close()
			continue
		}
		go answer(s, r)
	}
}

func answer(s stream, r request) {
	defer s.Close()
	log.Print(r.Addr, s.Kind())
	io.Copy(io.Discard, s)
}
