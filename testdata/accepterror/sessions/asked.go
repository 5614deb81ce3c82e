package sessions

import (
	"context"
	"log"
	"sync"

	"github.com/hashicorp/yamux"
	"github.com/quic-go/quic-go"
)

// goodAsks: the session says that it has ended.
func goodAsks(conn *quic.Conn) {
	for {
		select {
		case <-conn.Context().Done():
			return
		default:
		}
		stream, err := conn.AcceptStream(context.TODO())
		if err != nil {
			log.Print(err)
			continue
		}
		go stream.Close()
	}
}

// goodAsksInLiteral: its context is a variable of the function around.
func goodAsksInLiteral(conn *quic.Conn) {
	ctx, cancel := context.WithCancel(conn.Context())
	go func() {
		defer cancel()
		for ctx.Err() == nil {
			stream, err := conn.AcceptStream(context.Background())
			if err != nil {
				log.Print(err)
				continue
			}
			go stream.Close()
		}
	}()
}

// goodClosedMethod: a method of the session's own.
func goodClosedMethod(s *yamux.Session) {
	for !s.IsClosed() {
		stream, err := s.Accept()
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(stream)
	}
}

// goodCloseChan: or a channel.
func goodCloseChan(s *yamux.Session, quit chan struct{}) {
	for {
		select {
		case <-s.CloseChan():
			return
		case <-quit:
			return
		default:
		}
		stream, err := s.Accept()
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(stream)
	}
}

// link holds a session.
type link struct{ conn *quic.Conn }

// goodField: both are loaded from the field.
func (l *link) goodField(ctx context.Context) {
	done := l.conn.Context().Done()
	for {
		select {
		case <-done:
			return
		default:
			stream, err := l.conn.AcceptStream(ctx)
			if err != nil {
				log.Print(err)
				continue
			}
			go stream.Close()
		}
	}
}

func serveSession(conn *quic.Conn) {
	go goodPassed(conn.Context(), conn)
}

// goodPassed: who calls it passes the session's own context.
func goodPassed(ctx context.Context, conn *quic.Conn) {
	for {
		select {
		case <-ctx.Done():
			return
		default:
		}
		stream, err := conn.AcceptStream(ctx)
		if err != nil {
			log.Print(err)
			continue
		}
		go stream.Close()
	}
}

// badOther: what another session says.
func badOther(conn, parent *quic.Conn) {
	for {
		select {
		case <-parent.Context().Done():
			return
		default:
		}
		stream, err := conn.AcceptStream(context.TODO()) // want `once the session or listener has ended the loop retries`
		if err != nil {
			log.Print(err)
			continue
		}
		go stream.Close()
	}
}

func serveOther(ctx context.Context, conn *quic.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	badPassed(ctx, conn)
}

// badPassed: the caller's context does not end with the session.
func badPassed(ctx context.Context, conn *quic.Conn) {
	for {
		select {
		case <-ctx.Done():
			return
		default:
		}
		stream, err := conn.AcceptStream(ctx) // want `once the session or listener has ended the loop retries`
		if err != nil {
			log.Print(err)
			continue
		}
		go stream.Close()
	}
}

// endpoint has a listener that Close sets to nil.
type endpoint struct {
	mu sync.Mutex
	ln *quic.Listener
}

func (e *endpoint) Close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ln != nil {
		e.ln.Close()
		e.ln = nil
	}
}

// goodNil: after the error it finds out whether the listener was closed.
func (e *endpoint) goodNil(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		default:
		}
		conn, err := e.ln.Accept(ctx)
		if err != nil {
			e.mu.Lock()
			closed := e.ln == nil
			e.mu.Unlock()
			if closed {
				return nil
			}
			log.Print(err)
			continue
		}
		go conn.CloseWithError(0, "")
	}
}

// badNeither: neither arm of a test leaves.
func (e *endpoint) badNeither(ctx context.Context, quiet bool) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		default:
		}
		conn, err := e.ln.Accept(ctx) // want `once the session or listener has ended the loop retries`
		if err != nil {
			if quiet {
				continue
			}
			log.Print(err)
			continue
		}
		go conn.CloseWithError(0, "")
	}
}
