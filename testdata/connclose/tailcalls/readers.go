package tailcalls

import (
	"errors"
	"io"
	"net"
)

// A buffered reader closes what it reads from.
type buffered struct {
	io.Reader
	buf []byte
}

func newBuffered(r io.Reader) *buffered {
	if b, ok := r.(*buffered); ok {
		return b
	}
	return &buffered{Reader: r}
}

func (b *buffered) peek() (byte, error) {
	b.buf = make([]byte, 1)
	_, err := io.ReadFull(b.Reader, b.buf)
	return b.buf[0], err
}

func (b *buffered) Close() error {
	if c, ok := b.Reader.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// A producer runs until it is stopped.
type producer interface{ Stop() error }

type stream struct{ in *buffered }

func (s *stream) Stop() error { return s.in.Close() }

func openStream(r io.Reader) (*stream, error) {
	in := newBuffered(r)
	if b, err := in.peek(); err != nil || b != 0 {
		return nil, errors.New("no stream")
	}
	return &stream{in: in}, nil
}

// openAny keeps the reader behind two others when it succeeds.
func openAny(r io.Reader) (producer, error) {
	in := newBuffered(r)
	b, err := in.peek()
	if err != nil {
		return nil, err
	}
	switch b {
	case 's':
		return openStream(in)
	}
	return nil, errors.New("unknown")
}

// badOpenFails: on success the producer has the connection.
func badOpenFails(addr string) (producer, error) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is not closed when openAny fails`
	if err != nil {
		return nil, err
	}
	return openAny(conn)
}

// goodOpenFails closes it then.
func goodOpenFails(addr string) (producer, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	p, err := openAny(conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return p, nil
}

// first needs the reader only as long as it runs.
func first(r io.Reader) (byte, error) { return newBuffered(r).peek() }

// badFirst: the buffered reader is gone when first returns.
func badFirst(addr string) (byte, error) {
	conn, err := net.Dial("tcp", addr) // want `conn from net.Dial is never closed`
	if err != nil {
		return 0, err
	}
	return first(conn)
}
