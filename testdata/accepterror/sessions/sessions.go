// Package sessions holds loops over sessions and streams, whose errors are for
// good.
package sessions

import (
	"context"
	"errors"
	"log"
	"net"
	"time"

	"github.com/hashicorp/yamux"
	"github.com/quic-go/quic-go"

	"sockvet.test/accepterror/lib/inmemory"
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

var errStale = errors.New("stale stream")

// mux hands out streams that are still wanted.
type mux struct {
	pending chan net.Conn
	closed  chan struct{}
}

func (m *mux) Close() error { return nil }

// acceptOne fails with errStale for a stream that is not.
func (m *mux) acceptOne(ctx context.Context) (net.Conn, error) {
	select {
	case stream := <-m.pending:
		if stream == nil {
			return nil, errStale
		}
		return stream, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

// goodStale: only that error is retried.
func (m *mux) AcceptStream(ctx context.Context) (net.Conn, error) {
	for {
		stream, err := m.acceptOne(ctx)
		if err == errStale {
			continue
		}
		return stream, err
	}
}

// badStale: that one, and all others.
func (m *mux) badStale(ctx context.Context) {
	for {
		stream, err := m.AcceptStream(ctx) // want `once the session or listener has ended the loop retries`
		if err == errStale {
			continue
		}
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(stream)
	}
}

// repeat runs f again when it panics.
func repeat(f func()) {
	for again := true; again; {
		again = panics(f)
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

// goodRepeated: the panic does not end the process.
func goodRepeated(s *yamux.Session) {
	repeat(func() {
		for {
			stream, err := s.Accept()
			if err != nil {
				panic(err)
			}
			go handle(stream)
		}
	})
}

// goodCallerRecovers: who calls it recovers.
func goodCallerRecovers(s *yamux.Session) {
	defer func() { log.Print(recover()) }()
	acceptAll(s)
}

func acceptAll(s *yamux.Session) {
	for {
		stream, err := s.Accept()
		if err != nil {
			panic(err)
		}
		go handle(stream)
	}
}

// queue is a listener whose connections come from somewhere else.
type queue struct {
	incoming chan net.Conn
	closed   chan struct{}
}

func (q *queue) Close() error   { close(q.closed); return nil }
func (q *queue) Addr() net.Addr { return nil }

func (q *queue) Accept() (net.Conn, error) {
	select {
	case conn := <-q.incoming:
		return conn, nil
	case <-q.closed:
		return nil, net.ErrClosed
	}
}

// goodQueue: it fails when it is closed, and then only.
func goodQueue(q *queue) {
	for {
		conn, err := q.Accept()
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// goodQueueElsewhere: that of another package, too.
func goodQueueElsewhere(q *inmemory.Listener) {
	for {
		conn, err := q.Accept()
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// badQueueSpins: and then for ever.
func badQueueSpins(q *inmemory.Listener) {
	for {
		conn, err := q.Accept() // want `once the session or listener has ended the loop retries`
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(conn)
	}
}

// badForwarded: what is received may be the kernel's error.
func badForwarded(q *inmemory.Forwarder) {
	for {
		conn, err := q.Accept() // want `nobody is told`
		if err != nil {
			return
		}
		go handle(conn)
	}
}

// peers takes from a queue of its own, and passes an error on that is received.
type peers struct {
	conns chan net.Conn
	errs  chan error
	done  chan struct{}
}

type peer struct{ net.Conn }

func (p *peers) Close() error { close(p.done); return nil }

func (p *peers) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case err := <-p.errs:
		return nil, err
	case <-p.done:
		return nil, net.ErrClosed
	}
}

// acceptPeer passes on what Accept gives.
func (p *peers) acceptPeer() (*peer, error) {
	c, err := p.Accept()
	if err != nil {
		return nil, err
	}
	return &peer{Conn: c}, nil
}

// goodPassedOn: no descriptor is taken, and the end is told apart.
func (p *peers) goodPassedOn() {
	for {
		c, err := p.acceptPeer()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			log.Print(err)
			continue
		}
		go handle(c)
	}
}

// Source is what this package accepts sessions from.
type Source interface {
	net.Listener
	Sessions() int
}

func (q *queue) Sessions() int { return len(q.incoming) }

// goodOwnInterface: all that have the interface take from a channel.
func goodOwnInterface(s Source) {
	go func() {
		for {
			c, err := s.Accept()
			if err != nil {
				log.Print(err)
				break
			}
			go handle(c)
		}
	}()
}

// multiplex opens streams under a name of its own.
type multiplex struct{ c net.Conn }

type substream struct{ net.Conn }

func (m *multiplex) Close() error { return m.c.Close() }

func (m *multiplex) NewStream(ctx context.Context) (*substream, error) {
	return &substream{m.c}, ctx.Err()
}

func (m *multiplex) Accept() (*substream, error) {
	one := make([]byte, 1)
	if _, err := m.c.Read(one); err != nil {
		return nil, err
	}
	return &substream{m.c}, nil
}

// badFatalStream: one client's session ends the process.
func badFatalStream(m *multiplex) {
	for {
		s, err := m.Accept() // want `an error of .* ends the process, though it is only the end of a session`
		if err != nil {
			log.Fatal(err)
		}
		go handle(s)
	}
}

// goodStreamsEnd: an error is the end of it.
func goodStreamsEnd(m *multiplex) {
	for {
		s, err := m.Accept()
		if err != nil {
			return
		}
		go handle(s)
	}
}
