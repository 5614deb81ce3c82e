package owners

import (
	"context"
	"io"
	"net"
	"time"
)

// A Stream is one of a connection.
type Stream interface {
	io.ReadWriteCloser
	SetDeadline(t time.Time) error
	Reset() error
	ResetWithError(code uint32) error
}

// A Mux is a connection with streams.
type Mux interface {
	AcceptStream() (Stream, error)
	OpenStream(ctx context.Context) (Stream, error)
	Close() error
}

type scope struct{ full bool }

// goodReset: a stream that is refused is reset.
func goodReset(m Mux, s scope) {
	for {
		st, err := m.AcceptStream()
		if err != nil {
			return
		}
		if s.full {
			st.ResetWithError(1)
			continue
		}
		if _, err := io.WriteString(st, "hello"); err != nil {
			st.Reset()
			continue
		}
		st.Close()
	}
}

// goodMux: closing the connection closes its streams.
func goodMux(m Mux) error {
	defer m.Close()
	st, err := m.AcceptStream()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(st, "hello"); err != nil {
		return err
	}
	return st.Close()
}

// badStream leaves it open as long as the session lives.
func badStream(m Mux) error {
	st, err := m.OpenStream(context.Background()) // want "st from .*OpenStream is not closed when io.WriteString fails"
	if err != nil {
		return err
	}
	if _, err := io.WriteString(st, "hello"); err != nil {
		return err
	}
	return st.Close()
}

// An Opener has the streams of a connection that others close.
type Opener interface {
	AcceptStream() (net.Conn, error)
	OpenStream() (net.Conn, error)
}

// A node has streams as long as it runs.
type node struct{ stopped chan struct{} }

func (n *node) start(m Opener) error {
	for i := 0; i < 2; i++ {
		st, err := m.OpenStream()
		if err != nil {
			return err
		}
		go n.goodPump(st)
	}
	return nil
}

// goodPump ends with the node, and so does the connection of the stream.
func (n *node) goodPump(st net.Conn) {
	buf := make([]byte, 1)
	for {
		select {
		case <-n.stopped:
			return
		default:
		}
		if _, err := st.Read(buf); err != nil {
			close(n.stopped)
		}
	}
}

func (n *node) serve(m Opener) error {
	for {
		st, err := m.AcceptStream()
		if err != nil {
			return err
		}
		go n.badAnswer(st)
	}
}

// badAnswer closes the stream, but not when it fails: the session goes on.
func (n *node) badAnswer(st net.Conn) { // want "parameter st is not closed when .*Read fails"
	buf := make([]byte, 1)
	if _, err := st.Read(buf); err != nil {
		return
	}
	st.Write(buf)
	st.Close()
}
