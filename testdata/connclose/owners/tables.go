package owners

import (
	"io"
	"net"
	"sync"
)

// A relay keeps the connections of its clients.
type relay struct {
	mu    sync.Mutex
	conns map[string]net.Conn
}

func (r *relay) end(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.conns[id]; c != nil {
		c.Close()
		delete(r.conns, id)
	}
}

// goodWatch reads until the peer has gone, and ends what the table has: the very
// connection.
func (r *relay) goodWatch(id string, c net.Conn) {
	defer r.end(id)
	buf := make([]byte, 1)
	for {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

// badAssociate: a failed second socket leaves the first in no table.
func (r *relay) badAssociate(id, addr string) error {
	c, err := net.Dial("tcp", addr) // want "c from net.Dial is not closed when net.ListenPacket fails"
	if err != nil {
		return err
	}
	go r.goodWatch(id, c)
	pc, err := net.ListenPacket("udp", "")
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.conns[id] = c
	r.mu.Unlock()
	_, err = io.Copy(io.Discard, pc.(*net.UDPConn))
	pc.Close()
	return err
}

// badEcho: nobody but the goroutine has the connection.
func badEcho(c net.Conn) { // want "parameter c is never closed"
	buf := make([]byte, 1)
	for {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

func associate(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	go badEcho(c)
	return nil
}
