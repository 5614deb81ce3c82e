package owners

import (
	"context"
	"io"
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
