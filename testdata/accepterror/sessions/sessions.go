// Package sessions holds loops over sessions and streams, whose errors are for
// good.
package sessions

import (
	"context"
	"log"
	"net"
	"time"

	"github.com/hashicorp/yamux"
	"github.com/quic-go/quic-go"
)

func handle(c net.Conn) { c.Close() }

// badQUIC: once the transport has failed, there is no end to it.
func badQUIC(ctx context.Context, ln *quic.Listener, conns chan<- *quic.Conn) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		default:
		}
		conn, err := ln.Accept(ctx) // want `once the session or listener has ended the loop retries \(\*quic.Listener\).Accept for ever without a delay`
		if err == context.Canceled {
			return nil
		} else if err != nil {
			log.Print(err)
			continue
		}
		conns <- conn
	}
}

// badStreams: nor when the session is over.
func badStreams(s *yamux.Session) {
	for {
		stream, err := s.AcceptStream() // want `once the session or listener has ended the loop retries`
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(stream)
	}
}

// badFatalSession: one client's session ends the process.
func badFatalSession(s *yamux.Session) {
	for {
		stream, err := s.Accept() // want `an error of .* ends the process, though it is only the end of a session`
		if err != nil {
			log.Fatal(err)
		}
		go handle(stream)
	}
}

// badStreamGoesOn: a nil stream.
func badStreamGoesOn(s *yamux.Session) {
	for {
		stream, err := s.Accept() // want `after an error of \(\*yamux.Session\).Accept the code goes on with what it accepted`
		if err != nil {
			log.Print(err)
		}
		go handle(stream)
	}
}

// goodReturn: the session is over, and so is its goroutine.
func goodReturn(s *yamux.Session) {
	for {
		stream, err := s.AcceptStream()
		if err != nil {
			return
		}
		go handle(stream)
	}
}

// goodClosed: the library's own word for it.
func goodClosed(ctx context.Context, ln *quic.Listener, conns chan<- *quic.Conn) {
	for {
		conn, err := ln.Accept(ctx)
		if err == quic.ErrServerClosed {
			return
		}
		if err != nil {
			log.Print(err)
			continue
		}
		conns <- conn
	}
}

// goodWaits: and it can be stopped.
func goodWaits(ctx context.Context, ln *quic.Listener, conns chan<- *quic.Conn) {
	for ctx.Err() == nil {
		conn, err := ln.Accept(ctx)
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		conns <- conn
	}
}

// goodFirstStream: each session is asked once.
func goodFirstStream(ctx context.Context, ln *quic.Listener) error {
	for {
		conn, err := ln.Accept(ctx)
		if err != nil {
			return err
		}
		stream, err := conn.AcceptStream(ctx)
		if err != nil {
			conn.CloseWithError(1, "no stream")
			continue
		}
		go stream.Close()
	}
}

// goodDecides: after the error the code finds out whether to go on.
func goodDecides(ctx, hard context.Context, conn *quic.Conn) {
	for {
		stream, err := conn.AcceptStream(ctx)
		if err != nil {
			if conn.Context().Err() != nil {
				return
			}
			if ctx.Err() == nil {
				return
			}
			ctx = hard // draining: what comes now is reset
			continue
		}
		go stream.Close()
	}
}
